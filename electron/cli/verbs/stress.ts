import { z } from 'zod';
import { type StressCase, StressReport } from '../../../shared/contract/stress.ts';
import { stressWords } from '../../../shared/stress-words.ts';
import { shortNumber, table } from '../table.ts';
import { defineVerb } from '../verb.ts';

/** Cases that are printed: the worst ones. */
const MOST_SHOWN = 25;

const interval = (lower: number | null, upper: number | null): string =>
  lower === null || upper === null ? '' : `${shortNumber(lower)} to ${shortNumber(upper)}`;

const line = (one: StressCase): string[] => [
  one.column ?? 'all columns',
  stressWords(one),
  shortNumber(one.value),
  interval(one.lower, one.upper),
  shortNumber(one.loss),
  interval(one.lossLower, one.lossUpper),
];

const describe = ({ metric, cases, rows, notes, ...of }: StressReport): string =>
  [
    `${of.model}@${of.modelVersion} on ${shortNumber(rows)} rows of ${of.dataset}@${of.datasetVersion}: ${metric.name} ${shortNumber(metric.value)} (${interval(metric.lower, metric.upper)}) without stress`,
    table(
      ['column', 'stress', metric.name, '95 % interval', 'loss', '95 % interval'],
      cases.slice(0, MOST_SHOWN).map(line),
    ),
    ...(cases.length > MOST_SHOWN ? [`${cases.length - MOST_SHOWN} cases that cost less are in --json`] : []),
    ...notes.map((note) => `note: ${note}`),
  ].join('\n');

export const stressVerb = defineVerb({
  name: 'stress',
  summary: 'what becomes of a model when columns go wrong, the worst first',
  positionals: [{ syntax: '<model>', description: 'model, model@version, model@alias or id' }],
  options: [{ flags: '--on <dataset>', description: 'dataset with answers (default: the rows held out in training)' }],
  input: z.object({ model: z.string(), on: z.string().optional() }),
  async run({ model, on }, session) {
    const report = StressReport.parse(
      await session.job((client) =>
        client.stress.run({
          model,
          seed: session.options.seed ?? 0,
          ...(on === undefined ? {} : { dataset: on }),
        }),
      ),
    );
    return { document: report, text: describe(report) };
  },
});
