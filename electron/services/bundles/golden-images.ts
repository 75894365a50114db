import { DuckDb, quoteLiteral } from '../../compute/frame/duckdb.ts';
import { type Pixels, resizePixels } from '../../compute/images/decode-image.ts';
import { readImages } from '../../compute/images/read-images.ts';
import type { GoldenRow } from './golden-rows.ts';

const GOLDEN = 16;
const GOLDEN_SIDE = 32;
/** Images whose answers become the reference of what the model answers; larger ones are sent smaller. */
const SCORED = 32;
const SCORED_SIDE = 256;

const rowOf = (note: string, { width, height, data }: Pixels): GoldenRow => ({
  note,
  cells: [{ shape: [height, width, 3], data: [...data] }],
});

/** Images spread evenly over the held-out ones, none without a file. */
async function heldOutImages(
  path: string | null,
  column: string,
  most: number,
  signal: AbortSignal,
): Promise<Pixels[]> {
  if (path === null) return [];
  await using database = await DuckDb.open({ signal });
  const [row] = await database.rows(`SELECT count(*) FROM read_parquet(${quoteLiteral(path)})`);
  const rows = Number(row?.[0] ?? 0);
  const count = Math.min(most, rows);
  const numbers = Array.from({ length: count }, (_, index) => Math.floor((index * rows) / count));
  const images: Pixels[] = [];
  for await (const image of readImages(path, column, numbers, signal)) images.push(image);
  return images;
}

/**
 * Images a bundle is judged by: held-out ones, made 32 x 32 so that requests stay small, then a black, a white and a checkered
 * one, and one of another size. The same for the same model and data.
 */
export async function goldenImages(path: string | null, column: string, signal: AbortSignal): Promise<GoldenRow[]> {
  const rows: GoldenRow[] = [];
  for (const image of await heldOutImages(path, column, GOLDEN, signal))
    rows.push(rowOf('held-out image, made 32 x 32', await resizePixels(image, GOLDEN_SIDE, GOLDEN_SIDE)));
  const drawn = (width: number, height: number, colour: (x: number, y: number) => number): Pixels => {
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) data.fill(colour(i % width, Math.floor(i / width)), i * 3, i * 3 + 3);
    return { width, height, data };
  };
  const checkered = (x: number, y: number): number => (((x >> 2) + (y >> 2)) % 2) * 255;
  rows.push(
    rowOf(
      'all black',
      drawn(GOLDEN_SIDE, GOLDEN_SIDE, () => 0),
    ),
  );
  rows.push(
    rowOf(
      'all white',
      drawn(GOLDEN_SIDE, GOLDEN_SIDE, () => 255),
    ),
  );
  rows.push(rowOf('checkered', drawn(GOLDEN_SIDE, GOLDEN_SIDE, checkered)));
  rows.push(rowOf('another size', drawn(47, 29, checkered)));
  return rows;
}

/** Held-out images as they are, or smaller where a side is longer than 256. */
export async function scoredImages(path: string | null, column: string, signal: AbortSignal): Promise<GoldenRow[]> {
  const rows: GoldenRow[] = [];
  for (const image of await heldOutImages(path, column, SCORED, signal)) {
    const factor = Math.min(1, SCORED_SIDE / Math.max(image.width, image.height));
    const side = (length: number): number => Math.max(1, Math.round(length * factor));
    rows.push(
      rowOf('held-out image', factor === 1 ? image : await resizePixels(image, side(image.width), side(image.height))),
    );
  }
  return rows;
}
