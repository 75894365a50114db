import { AppError } from '../../../shared/errors.ts';
import { DuckDb, quoteIdentifier, quoteLiteral } from '../frame/duckdb.ts';
import type { Frame, ImageColumn } from '../frame/frame.ts';
import type { Pixels } from './decode-bmp.ts';
import { readImages } from './read-images.ts';

/** Taken where an import left no sizes beside the pictures. */
const UNKNOWN_SIDE = 64;

/** Pictures of a Parquet file's column by row numbers. */
export const storedImages = (path: string, column: string, numbers: Uint32Array): ImageColumn => ({
  numbers,
  typicalSide: UNKNOWN_SIDE,
  hashes: null,
  read: (some, signal) => readImages(path, column, some, signal),
});

/** Rows [from, to) of a Parquet file with their pictures alone. */
export const imageFrame = (
  path: string,
  column: string,
  { from, to }: { readonly from: number; readonly to: number },
): Frame => ({
  rows: to - from,
  columns: new Map(),
  images: new Map([
    [
      column,
      storedImages(
        path,
        column,
        Uint32Array.from({ length: to - from }, (_, row) => from + row),
      ),
    ],
  ]),
});

/** A column of a Parquet file with all its pictures, and what is told of them: their usual side, which ones are equal. */
export async function readImageColumn(path: string, column: string, signal: AbortSignal): Promise<ImageColumn> {
  await using database = await DuckDb.open({ signal });
  const source = `read_parquet(${quoteLiteral(path)}, file_row_number = true)`;
  const names = new Set((await database.describe(`SELECT * FROM ${source}`)).map(({ name }) => name));
  const hasSize = names.has('width') && names.has('height');
  const [told] = await database.rows(
    `SELECT count(*), ${hasSize ? 'median(greatest(width, height))' : 'NULL'} FROM ${source}`,
  );
  const rows = Number(told?.[0] ?? 0);
  const hashes = new Float64Array(rows);
  await database.fill(
    // 53 bits, which a double holds.
    [{ sql: `(hash(${quoteIdentifier(column)}) >> 11)::DOUBLE`, into: hashes }],
    `${source} ORDER BY file_row_number`,
  );
  const numbers = Uint32Array.from({ length: rows }, (_, row) => row);
  return { ...storedImages(path, column, numbers), hashes, typicalSide: Number(told?.[1] ?? UNKNOWN_SIDE) };
}

/** The frame's pictures. Throws BAD_INPUT where it has none. */
export function imagesOf({ images }: Frame): ImageColumn {
  const [column] = images?.values() ?? [];
  if (column) return column;
  throw new AppError('BAD_INPUT', {
    message: 'There is no column of images to learn from.',
    remedy: 'Choose a dataset that was imported from images.',
  });
}

/** Pixels of a frame's pictures, row after row. */
export function framePixels(frame: Frame, signal: AbortSignal): AsyncIterable<Pixels> {
  const column = imagesOf(frame);
  return column.read(column.numbers, signal);
}
