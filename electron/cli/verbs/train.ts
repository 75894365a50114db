import { z } from 'zod';
import { ProviderChoice } from '../../../shared/contract/providers.ts';
import { type Split, TrainingResult } from '../../../shared/contract/training.ts';
import { baselineRecord, intervalRecord, metricRecord, metricTable } from '../metrics.ts';
import { shortDuration, shortNumber } from '../table.ts';
import { Duration, Names, Params, Target } from '../typed.ts';
import { defineVerb } from '../verb.ts';

/** `--test`: a fraction of the rows (the last ones when `--time` is given), another dataset, or a column that marks them. */
function splitOf(test: string | undefined, time: string | undefined, testFrom: string | undefined): Split | undefined {
  const fraction = test === undefined ? 0.2 : Number(test);
  if (time !== undefined)
    return {
      kind: 'time',
      column: time,
      test: Number.isFinite(fraction) ? fraction : 0.2,
      testFrom: testFrom ?? null,
      validation: 0.1,
    };
  if (test === undefined) return undefined;
  if (Number.isFinite(fraction)) return { kind: 'fraction', test: fraction, validation: 0.1 };
  return { kind: 'dataset', dataset: test, validation: 0.1 };
}

const describe = (result: TrainingResult): string => {
  const { model } = result;
  const left = result.excluded.map(({ column, reason }) => `  left out: ${column} (${reason})`);
  return [
    `${model.name}@${model.version}: ${model.algorithm}, ${model.task}, ${shortNumber(result.trainRows)} training rows, ${shortNumber(result.testRows)} test rows`,
    ...left,
    metricTable(model.metrics, model.baselines),
    `${shortDuration(result.seconds)}, ${shortNumber(Math.round(result.rowsPerSecond))} rows/s, stopped: ${result.stoppedBecause}`,
  ].join('\n');
};

export const trainVerb = defineVerb({
  name: 'train',
  summary: 'train, evaluate on held-out rows, register',
  positionals: [{ syntax: '<dataset>', description: 'dataset, dataset@version or id' }],
  options: [
    {
      flags: '--target <column>',
      description: 'what to predict: a column, or "column > number" for a yes/no question',
    },
    { flags: '--algorithm <name>', description: 'estimator (default: auto, every one is tried)' },
    { flags: '--exclude <columns>', description: 'columns that are not inputs' },
    { flags: '--sensitive <columns>', description: 'columns to judge fairness by' },
    { flags: '--weights <column>', description: 'column of row weights' },
    {
      flags: '--test <dataset, fraction or column>',
      description: 'test rows: a dataset, a fraction of the rows (default: 0.2), or a column that says "test"',
    },
    { flags: '--time <column>', description: 'split by time: the last rows are the test rows' },
    { flags: '--test-from <time>', description: 'with --time: the first time of the test rows' },
    {
      flags: '--from <model>',
      description: 'registered model to start from; for images the one whose features are learnt from',
    },
    {
      flags: '--provider <name>',
      description:
        'where networks are trained: auto, cpu, webgpu, cuda, dml or coreml (default: auto, the quickest here)',
    },
    { flags: '--budget <duration>', description: 'stop training after this time, such as 60s' },
    { flags: '--name <name>', description: 'name of the model (default: from the dataset)' },
    { flags: '--param <name=value...>', description: 'parameters of the algorithm' },
  ],
  input: z.object({
    dataset: z.string(),
    target: Target,
    algorithm: z.string().default('auto'),
    exclude: Names.default([]),
    sensitive: Names.default([]),
    weights: z.string().optional(),
    test: z.string().optional(),
    time: z.string().optional(),
    testFrom: z.string().optional(),
    from: z.string().optional(),
    provider: ProviderChoice.default('auto'),
    budget: Duration.optional(),
    name: z.string().min(1).optional(),
    param: Params.default({}),
  }),
  async run({ test, time, testFrom, weights, budget, name, param, ...same }, session) {
    const split = splitOf(test, time, testFrom);
    const result = TrainingResult.parse(
      await session.job((client) =>
        client.training.train({
          ...same,
          weights: weights ?? null,
          budgetSeconds: budget ?? null,
          seed: session.options.seed ?? 0,
          params: param,
          ...(split === undefined ? {} : { split }),
          ...(name === undefined ? {} : { name }),
        }),
      ),
    );
    const { model } = result;
    return {
      document: {
        ...result,
        metrics: metricRecord(model.metrics),
        intervals: intervalRecord(model.metrics),
        baseline: baselineRecord(model.baselines),
      },
      text: describe(result),
    };
  },
});
