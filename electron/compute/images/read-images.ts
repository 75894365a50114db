import { DuckDb, quoteIdentifier, quoteLiteral } from '../frame/duckdb.ts';
import { decodeImage, type Pixels } from './decode-image.ts';

/** Rows asked for at a time; so many encoded images lie in memory. */
const AT_ONCE = 128;
/** Images decoded ahead of the one that is used. */
const AHEAD = 8;

/** Bytes of the images in a column of a Parquet file, for the given row numbers, in their order. */
export async function* readImageBytes(
  path: string,
  column: string,
  rows: ArrayLike<number>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  await using database = await DuckDb.open({ signal, threads: 1 });
  const source = `read_parquet(${quoteLiteral(path)}, file_row_number = true)`;
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, rows.length - from) }, (_, index) => rows[from + index] ?? 0);
    const found = await database.rows(
      `SELECT file_row_number, ${quoteIdentifier(column)} FROM ${source} WHERE file_row_number BETWEEN ${Math.min(...some)} AND ${Math.max(...some)} AND file_row_number IN (${some.join(', ')})`,
    );
    const byNumber = new Map(found.map(([number, bytes]) => [Number(number), bytes]));
    for (const number of some) {
      const bytes = byNumber.get(number);
      yield Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
    }
  }
}

/** The same, decoded. Throws ImageError when one cannot be, which an import would have kept out. */
export async function* readImages(
  path: string,
  column: string,
  rows: ArrayLike<number>,
  signal: AbortSignal,
): AsyncGenerator<Pixels> {
  const ahead: Promise<Pixels>[] = [];
  for await (const bytes of readImageBytes(path, column, rows, signal)) {
    const decoded = decodeImage(bytes);
    // Heard when its turn comes; a fault before that is no unhandled one.
    decoded.catch(() => undefined);
    ahead.push(decoded);
    const next = ahead.length >= AHEAD ? ahead.shift() : undefined;
    if (next) yield await next;
  }
  for (const decoded of ahead) yield await decoded;
}
