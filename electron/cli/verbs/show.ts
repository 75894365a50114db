import { z } from 'zod';
import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import { REPORT_OPTION, writeReport } from '../report-file.ts';
import { profileReport } from '../reports/profile-report.ts';
import { shortNumber, table } from '../table.ts';
import { defineVerb } from '../verb.ts';

const cell = (value: ColumnProfile['min']): string =>
  typeof value === 'number' ? shortNumber(value) : String(value ?? '');

const commonest = ({ topValues, quantiles, min, max }: ColumnProfile): string => {
  if (quantiles !== null) return `${cell(min)} .. ${shortNumber(quantiles['0.5'])} .. ${cell(max)}`;
  return (topValues ?? [])
    .slice(0, 3)
    .map(({ value, count }) => `${cell(value)} (${shortNumber(count)})`)
    .join(', ');
};

export const showVerb = defineVerb({
  name: 'show',
  summary: 'the profile of a dataset: type, missing, distinct, quantiles, histogram of each column',
  positionals: [{ syntax: '<name>', description: 'dataset, dataset@version or id' }],
  options: [REPORT_OPTION],
  input: z.object({ name: z.string(), report: z.string().optional() }),
  async run({ name, report }, session) {
    const profile = await (await session.client()).datasets.profile({ dataset: name });
    const { dataset, columns } = profile;
    const written = await writeReport(report, () => profileReport(profile));
    return {
      document: { dataset, rows: dataset.rows, columns },
      text: `${dataset.name}@${dataset.version}: ${shortNumber(dataset.rows)} rows\n${table(
        ['column', 'type', 'role', 'missing', 'distinct', 'min .. median .. max, or commonest values'],
        columns.map((column) => [
          column.name,
          column.type,
          column.role,
          shortNumber(column.missing),
          `${column.isDistinctExact ? '' : '~'}${shortNumber(column.distinct)}`,
          commonest(column),
        ]),
      )}${written}`,
    };
  },
});
