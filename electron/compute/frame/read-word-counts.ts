import { type DuckDb, quoteIdentifier, quoteLiteral } from './duckdb.ts';

/** Distinct words of a column, in no order, and in how many rows each stands. */
export interface WordCounts {
  readonly words: readonly string[];
  readonly counts: Float64Array;
  readonly rows: number;
  readonly missing: number;
}

/** Counts the words of a VARCHAR column of a Parquet file, without a row of it leaving DuckDB. */
export async function readWordCounts(database: DuckDb, path: string, name: string): Promise<WordCounts> {
  const column = quoteIdentifier(name);
  const found = await database.rows(`SELECT ${column}, count(*) FROM read_parquet(${quoteLiteral(path)}) GROUP BY 1`);
  const there = found.filter(([word]) => word !== null);
  const counts = Float64Array.from(there, ([, count]) => Number(count));
  const rows = found.reduce((sum, [, count]) => sum + Number(count), 0);
  return {
    words: there.map(([word]) => String(word)),
    counts,
    rows,
    missing: rows - counts.reduce((sum, count) => sum + count, 0),
  };
}
