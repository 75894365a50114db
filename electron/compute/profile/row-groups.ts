import type { DuckDb } from '../frame/duckdb.ts';
import { quoteLiteral } from '../frame/sql-text.ts';

/** Rows of each row group of a Parquet file, in order. */
export async function rowGroupsOf(database: DuckDb, path: string): Promise<number[]> {
  const groups = await database.rows(
    `SELECT any_value(row_group_num_rows) FROM parquet_metadata(${quoteLiteral(path)}) GROUP BY row_group_id ORDER BY row_group_id`,
  );
  return groups.map(([rows]) => Number(rows));
}

/**
 * SQL of relations that are the rows of a Parquet file in order, each as many whole row groups as have up to `most` rows, or
 * one: what begins within a row group makes DuckDB read that twice.
 */
export function partsOf(path: string, groups: readonly number[], most: number): string[] {
  const parts: string[] = [];
  let [from, to] = [0, 0];
  const end = (): void => {
    if (to > from)
      parts.push(
        `(SELECT * FROM read_parquet(${quoteLiteral(path)}, file_row_number = true) WHERE file_row_number >= ${from} AND file_row_number < ${to})`,
      );
    from = to;
  };
  for (const rows of groups) {
    if (to - from + rows > most) end();
    to += rows;
  }
  end();
  return parts;
}
