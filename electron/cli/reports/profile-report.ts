import type { ColumnProfile, DatasetProfile } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { shortNumber } from '../table.ts';
import { htmlTable, page, section } from './page.ts';
import { histogramChart } from './svg.ts';

const distribution = (column: ColumnProfile) => {
  const counts = column.histogram?.counts ?? column.topValues?.map(({ count }) => count) ?? [];
  const words =
    column.topValues?.map(({ value, count }) => `${String(value)}: ${count}`).join(', ') ??
    `histogram of ${column.name}`;
  return histogramChart(counts, words);
};

const middle = ({ quantiles, topValues }: ColumnProfile): string =>
  quantiles === null ? String(topValues?.[0]?.value ?? '') : shortNumber(quantiles['0.5']);

/** The profile of a dataset as a page: a row a column with its distribution. */
export function profileReport({ dataset, columns }: DatasetProfile): string {
  const rows = columns.map((column) => [
    column.name,
    column.type,
    column.role,
    column.missing,
    `${column.isDistinctExact ? '' : '~'}${shortNumber(column.distinct)}`,
    String(column.min ?? ''),
    middle(column),
    String(column.max ?? ''),
    distribution(column),
  ]);
  return page(
    versionReference(dataset),
    `${shortNumber(dataset.rows)} rows, ${columns.length} columns, ${shortNumber(dataset.quarantined)} rows in quarantine, from ${dataset.source.fileName}. Hash ${dataset.hash}.`,
    [
      section(
        'Columns',
        htmlTable(
          ['column', 'type', 'role', 'missing', 'distinct', 'min', 'median or commonest', 'max', 'distribution'],
          rows,
        ),
      ),
      ...(dataset.warnings.length > 0
        ? [
            section(
              'Noticed at import',
              htmlTable(
                ['what'],
                dataset.warnings.map(({ message }) => [message]),
              ),
            ),
          ]
        : []),
    ],
  );
}
