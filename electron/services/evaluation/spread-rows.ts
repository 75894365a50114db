import type { DuckDb } from '../../compute/frame/duckdb.ts';
import type { Frame } from '../../compute/frame/frame.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { quoteLiteral } from '../../compute/frame/sql-text.ts';

/** At most so many rows of a Parquet file, evenly spread over it; the same ones at every call. */
export async function readSpread(
  path: string,
  columns: readonly string[],
  { rows, database }: { readonly rows: number; readonly database: DuckDb },
): Promise<Frame> {
  const counted = await database.rows(`SELECT count(*) FROM read_parquet(${quoteLiteral(path)})`);
  const step = Math.max(1, Math.ceil(Number(counted[0]?.[0] ?? 0) / rows));
  return readColumns(path, columns, { database, where: `file_row_number % ${step} = 0` });
}
