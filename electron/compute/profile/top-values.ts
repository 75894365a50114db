import type { Cell } from '../../../shared/contract/datasets.ts';
import { toCell } from '../frame/cell.ts';
import type { DuckDb } from '../frame/duckdb.ts';
import { type AskedColumn, valueSql } from './column-sql.ts';

const TOP_VALUES = 60;
const LONGEST_KEPT = 200;

export interface TopValues {
  readonly values: { value: Cell; count: number }[];
  /** All distinct values there are, counted. */
  readonly distinct: number;
}

export interface CountedTextValues extends TopValues {
  readonly missing: number;
  readonly min: Cell;
  readonly max: Cell;
}

/** A column that is not on the number line, in one scan: its most frequent values, ties in order of the value. */
export async function countTextValues(
  database: DuckDb,
  relation: string,
  column: AskedColumn,
): Promise<CountedTextValues> {
  const rows = await database.rows(
    `WITH counted AS MATERIALIZED (SELECT ${valueSql(column)} AS value, count(*) AS n FROM ${relation} GROUP BY 1)
     SELECT NULL, coalesce(sum(n) FILTER (WHERE value IS NULL), 0), count(value), min(value), max(value) FROM counted
     UNION ALL
     (SELECT value, n, NULL, NULL, NULL FROM counted WHERE value IS NOT NULL ORDER BY n DESC, value LIMIT ${TOP_VALUES})`,
  );
  const isSummary = (row: readonly unknown[]): boolean => row[2] !== null;
  const [, missing, distinct, min, max] = rows.find(isSummary) ?? [];
  return {
    values: rows
      .filter((row) => !isSummary(row))
      .map(([value, n]) => ({ value: shortened(toCell(value)), count: Number(n) })),
    distinct: Number(distinct ?? 0),
    missing: Number(missing ?? 0),
    min: toCell(min),
    max: toCell(max),
  };
}

/** The same for many columns of a small table in one statement. */
export async function topValuesOfMany(
  database: DuckDb,
  relation: string,
  columns: readonly AskedColumn[],
): Promise<TopValues[]> {
  const found = columns.map((): { values: TopValues['values']; distinct: number } => ({ values: [], distinct: 0 }));
  if (columns.length === 0) return found;
  const names = columns.map((_, index) => `v${index}`);
  const rows = await database.rows(
    `SELECT place, value, n, groups FROM (
       SELECT *, row_number() OVER (PARTITION BY place ORDER BY n DESC, value) AS rank, count(*) OVER (PARTITION BY place) AS groups FROM (
         SELECT CASE ${names.map((name, index) => `WHEN grouping(${name}) = 0 THEN ${index}`).join(' ')} END AS place,
           coalesce(${names.join(', ')}) AS value, count(*) AS n
         FROM (SELECT ${columns.map((column, index) => `${valueSql(column)}::VARCHAR AS v${index}`).join(', ')} FROM ${relation})
         GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(', ')}))
       WHERE value IS NOT NULL)
     WHERE rank <= ${TOP_VALUES} ORDER BY place, rank`,
  );
  for (const [place, value, n, groups] of rows) {
    const index = Number(place);
    const target = found[index];
    const text = String(value);
    if (!target) continue;
    target.values.push({
      value: columns[index]?.type === 'boolean' ? text === 'true' : shortened(text),
      count: Number(n),
    });
    target.distinct = Number(groups);
  }
  return found;
}

const shortened = (value: Cell): Cell =>
  typeof value === 'string' && value.length > LONGEST_KEPT ? `${value.slice(0, LONGEST_KEPT)}…` : value;
