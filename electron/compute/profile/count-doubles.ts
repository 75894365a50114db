import type { Column } from '../../../shared/contract/datasets.ts';
import { toCell } from '../frame/cell.ts';
import type { DuckDb } from '../frame/duckdb.ts';
import { quoteIdentifier } from '../frame/sql-text.ts';
import type { CountedValue } from './counted-column.ts';
import { countedNumbers } from './number-scan.ts';
import { LARGEST_SAFE, type ScannedColumn } from './scan-numbers.ts';

/** Types whose values a double holds as they are, integers up to 2^53. */
const DOUBLES = /^(DOUBLE|FLOAT|U?(TINYINT|SMALLINT|INTEGER|BIGINT))$/;

/**
 * Figures of number columns of a table of few rows, all of whose values are read at once. Columns that doubles do not hold
 * exactly are left out of the answer. NaN is missing; infinite values count as values, but have no place on the number line.
 */
export async function countDoubles(
  { database, relation, rows }: { readonly database: DuckDb; readonly relation: string; readonly rows: number },
  columns: readonly Column[],
  probabilities: readonly number[],
): Promise<Map<Column, ScannedColumn>> {
  const found = new Map<Column, ScannedColumn>();
  const read = columns
    .filter(({ storageType }) => DOUBLES.test(storageType))
    .map((column) => ({ column, values: new Float64Array(rows) }));
  if (read.length === 0) return found;
  await database.fill(
    read.map(({ column, values }) => ({
      sql: `coalesce(${quoteIdentifier(column.name)}::DOUBLE, 'nan'::DOUBLE)`,
      into: values,
    })),
    relation,
  );
  for (const { column, values } of read) {
    // NaN comes last, whatever its sign.
    const sorted = values.sort();
    const missing = rows - (sorted.findLastIndex((value) => !Number.isNaN(value)) + 1);
    const filled = sorted.subarray(0, rows - missing);
    const [min, max] = [filled[0], filled.at(-1)];
    const isExact = [min, max].every((value) => Math.abs(value ?? 0) < LARGEST_SAFE);
    if (column.type === 'integer' && !isExact) continue;
    const figures = countedNumbers(countSorted(filled), missing, probabilities);
    found.set(column, { ...figures, min: toCell(min), max: toCell(max) });
  }
  return found;
}

function countSorted(sorted: Float64Array): CountedValue[] {
  const counted: { measure: number | null; count: number }[] = [];
  let last = Number.NaN;
  for (const value of sorted) {
    const newest = counted.at(-1);
    if (value === last && newest) newest.count += 1;
    else counted.push({ measure: Number.isFinite(value) ? value : null, count: 1 });
    last = value;
  }
  return counted;
}
