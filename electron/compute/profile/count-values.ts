import type { Column } from '../../../shared/contract/datasets.ts';
import { toCell } from '../frame/cell.ts';
import type { DuckDb } from '../frame/duckdb.ts';
import { quoteIdentifier, quoteLiteral } from '../frame/sql-text.ts';
import { isTime, measureSql, valueSql } from './column-sql.ts';
import { countedNumbers, MOST_COUNTED } from './number-scan.ts';
import type { ScannedColumn } from './scan-numbers.ts';

/** Parts of a file may each hold other values: beyond so many in all, counting them one by one no longer pays. */
const MOST_GROUPS = 20_000;

/** Names of a Parquet file's columns of which each part says that it holds few distinct values: DuckDB groups such quickly. */
export async function columnsOfFewValues(database: DuckDb, path: string): Promise<Set<string>> {
  const rows = await database.rows(
    `SELECT path_in_schema FROM parquet_metadata(${quoteLiteral(path)}) GROUP BY 1 HAVING count(stats_distinct_count) = count(*) AND max(stats_distinct_count) <= ${MOST_COUNTED}`,
  );
  return new Set(rows.map(([name]) => String(name)));
}

/** Counts every distinct value of a column on the number line; undefined where they are too many after all. */
export async function countValues(
  database: DuckDb,
  relation: string,
  column: Column,
  probabilities: readonly number[],
): Promise<ScannedColumn | undefined> {
  const name = quoteIdentifier(column.name);
  const value = valueSql(column);
  const shown = isTime(column) ? `CASE WHEN isfinite(${name}) THEN ${name} END` : value;
  const found = await database.rows(
    `SELECT ${value} IS NOT NULL, ${shown}, ${measureSql(column)}, n FROM (SELECT ${name}, count(*) AS n FROM ${relation} GROUP BY 1 LIMIT ${MOST_GROUPS + 1}) ORDER BY ${name}`,
  );
  if (found.length > MOST_GROUPS) return undefined;
  const there = found.filter(([isThere]) => isThere === true);
  const values = there.map(([, , measure, n]) => ({
    measure: measure === null ? null : Number(measure),
    count: Number(n),
  }));
  const missing = found.reduce((sum, [isThere, , , n]) => (isThere === true ? sum : sum + Number(n)), 0);
  const ends = there.map(([, cell]) => toCell(cell)).filter((cell) => cell !== null);
  return {
    ...countedNumbers(values, missing, probabilities),
    min: ends[0] ?? null,
    max: ends.at(-1) ?? null,
  };
}
