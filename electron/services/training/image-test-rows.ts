import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDb, quoteLiteral } from '../../compute/frame/duckdb.ts';
import type { TaskContext } from '../../jobs/task.ts';

/** Rows a row group, so that a page of pictures is found without reading all of them. */
const ROW_GROUP = 2048;

/** Writes the held-out rows as they were, pictures too, for later evaluations and for a bundle's golden requests. */
export async function writeImageTestRows(
  from: string,
  rows: Uint32Array,
  out: string,
  context: TaskContext,
): Promise<void> {
  await using database = await DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });
  const list = join(context.folder, 'test-rows.csv');
  await writeFile(list, `r\n${rows.join('\n')}\n`);
  const wanted = `SELECT r FROM read_csv(${quoteLiteral(list)}, header = true, columns = {'r': 'BIGINT'})`;
  await database.writeParquet(
    `SELECT * EXCLUDE (file_row_number) FROM read_parquet(${quoteLiteral(from)}, file_row_number = true) WHERE file_row_number IN (${wanted}) ORDER BY file_row_number`,
    out,
    { rowGroupSize: ROW_GROUP },
  );
}
