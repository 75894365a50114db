import { z } from 'zod';
import { DriftReport } from '../../../shared/contract/monitoring.ts';
import { AppError } from '../../../shared/errors.ts';
import { REPORT_OPTION, writeReport } from '../report-file.ts';
import { driftReport } from '../reports/drift-report.ts';
import { shortNumber, table } from '../table.ts';
import { DriftTestList, Names, TypedNumber } from '../typed.ts';
import { defineVerb } from '../verb.ts';

const Chunk = z.string().transform((text, context): 'day' | 'week' | 'month' | number => {
  if (text === 'day' || text === 'week' || text === 'month') return text;
  const rows = Number(text);
  if (Number.isInteger(rows) && rows > 0) return rows;
  context.addIssue({ code: 'custom', message: `"${text}" is none of day, week, month or a number of rows` });
  return z.NEVER;
});

const describe = (report: DriftReport): string => {
  const columns = report.prediction === null ? report.columns : [...report.columns, report.prediction];
  const lines = [
    `${report.current}@${report.currentVersion} against ${report.reference}@${report.referenceVersion}: ${report.isDrifted ? 'DRIFTED' : 'no drift'}, ${report.drifted} of ${report.columns.length} columns (${shortNumber(report.share * 100)} %)`,
    table(
      ['column', 'test', 'statistic', 'p value', 'threshold', 'drifted'],
      columns.map((one) => [
        one.column,
        one.test,
        shortNumber(one.statistic),
        one.pValue === null ? '' : shortNumber(one.pValue),
        shortNumber(one.threshold),
        one.isDrifted ? 'yes' : 'no',
      ]),
    ),
  ];
  const { estimated } = report;
  if (estimated !== null) {
    const range =
      estimated.lower === null || estimated.upper === null
        ? ''
        : ` (${shortNumber(estimated.lower)} to ${shortNumber(estimated.upper)})`;
    lines.push(
      '',
      `estimated without answers: ${estimated.metric} ${shortNumber(estimated.value)}${range}; ${shortNumber(estimated.reference)} on the reference`,
    );
  }
  if (report.chunks.length > 0) {
    lines.push(
      '',
      table(
        ['period', 'rows', 'drifted columns', 'performance', 'estimated'],
        report.chunks.map((chunk, index) => [
          chunk.label,
          shortNumber(chunk.rows),
          `${shortNumber(chunk.share * 100)} %`,
          chunk.performance === null ? '' : `${chunk.performance.metric} ${shortNumber(chunk.performance.value)}`,
          report.estimated === null ? '' : shortNumber(report.estimated.chunks[index]?.value),
        ]),
      ),
    );
  }
  return [...lines, ...report.notes.map((note) => `note: ${note}`)].join('\n');
};

export const driftVerb = defineVerb({
  name: 'drift',
  summary: 'compare a dataset with a reference, column by column; exit code 3 when it drifted',
  options: [
    { flags: '--reference <dataset>', description: 'what was' },
    { flags: '--current <dataset>', description: 'what is' },
    { flags: '--columns <columns>', description: 'only these columns' },
    { flags: '--tests <list>', description: '"column=test[:param=value,..];.." with * for every column' },
    { flags: '--chunk <size>', description: 'day, week, month (with --time) or a number of rows' },
    { flags: '--time <column>', description: 'column of time for chunks' },
    { flags: '--model <model>', description: 'also compare the predictions of this model' },
    { flags: '--labels <dataset>', description: 'labels that came late, joined by --key, for realised performance' },
    { flags: '--key <column>', description: 'column that joins the labels' },
    {
      flags: '--share <fraction>',
      description: 'share of drifted columns from which the whole is called drifted (default: 0.5)',
    },
    REPORT_OPTION,
  ],
  input: z.object({
    reference: z.string(),
    current: z.string(),
    columns: Names.optional(),
    tests: DriftTestList.optional(),
    chunk: Chunk.optional(),
    time: z.string().optional(),
    model: z.string().optional(),
    labels: z.string().optional(),
    key: z.string().optional(),
    share: TypedNumber.optional(),
    report: z.string().optional(),
  }),
  async run({ reference, current, columns, tests, chunk, time, model, labels, key, share, report }, session) {
    if ((labels === undefined) !== (key === undefined)) {
      throw new AppError('INVALID_ARGUMENT', {
        message: 'Labels of their own need both --labels and --key.',
        remedy: 'Give both, or neither.',
      });
    }
    const result = DriftReport.parse(
      await session.job((client) =>
        client.monitoring.drift({
          reference,
          current,
          chunk: chunk ?? null,
          time: time ?? null,
          labels: labels === undefined || key === undefined ? null : { dataset: labels, key },
          ...(columns === undefined ? {} : { columns }),
          ...(tests === undefined ? {} : { tests }),
          ...(model === undefined ? {} : { model }),
          ...(share === undefined ? {} : { shareThreshold: share }),
        }),
      ),
    );
    const written = await writeReport(report, () => driftReport(result));
    return { document: result, text: `${describe(result)}${written}`, isNo: result.isDrifted };
  },
});
