import { z } from 'zod';
import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import { REPORT_OPTION, writeReport } from '../report-file.ts';
import { profileReport } from '../reports/profile-report.ts';
import { shortNumber, table } from '../table.ts';
import { Names, TypedInteger } from '../typed.ts';
import { defineVerb } from '../verb.ts';

/** Of more columns the rest is asked for: the profile of 50,000 is 50 MB. */
const MOST_SHOWN = 5000;

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
  options: [
    { flags: '--columns <columns>', description: 'only these columns' },
    { flags: '--skip <number>', description: `columns to leave out at the beginning: ${MOST_SHOWN} are shown at once` },
    REPORT_OPTION,
  ],
  input: z.object({
    name: z.string(),
    columns: Names.optional(),
    skip: TypedInteger.default(0),
    report: z.string().optional(),
  }),
  async run({ name, columns: names, skip, report }, session) {
    const profile = await (await session.client()).datasets.profile({
      dataset: name,
      offset: skip,
      limit: MOST_SHOWN,
      ...(names === undefined ? {} : { names }),
    });
    const { dataset, columns } = profile;
    const all = (names ?? dataset.columns).length;
    const left = all - skip - columns.length;
    const written = await writeReport(report, () => profileReport(profile));
    return {
      document: {
        dataset: all > MOST_SHOWN ? { ...dataset, columns: dataset.columns.slice(skip, skip + MOST_SHOWN) } : dataset,
        rows: dataset.rows,
        columns,
        ...(left > 0 ? { columnsLeft: left } : {}),
      },
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
      )}${left > 0 ? `\n${left} more columns: --skip ${skip + columns.length} shows the next, --columns some by name` : ''}${written}`,
    };
  },
});
