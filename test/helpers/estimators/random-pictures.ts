import type { Frame } from '../../../electron/compute/frame/frame.ts';
import type { Pixels } from '../../../electron/compute/images/decode-image.ts';
import { framePixels } from '../../../electron/compute/images/image-column.ts';
import { seededRandom } from '../../../electron/compute/train/seeded-random.ts';
import { pictures } from '../example-images.ts';

/** Of twenty pictures seventeen have the size that was learnt from, the others are larger, longer or smaller. */
const SIZES: readonly (readonly [number, number, number])[] = [
  [16, 16, 17],
  [24, 20, 1],
  [9, 31, 1],
  [1, 1, 1],
];

/** Noise of any contrast, pictures of one colour, black ones and white ones; the same for the same seed. */
export function randomPictures(count: number, seed = 11): Frame {
  const random = seededRandom(seed);
  const shares = SIZES.reduce((sum, [, , share]) => sum + share, 0);
  const one = (width: number, height: number): Pixels => {
    const [low, spread] = [random() * 256, random() < 0.1 ? 0 : random() * 256];
    const isExtreme = random() < 0.02;
    return {
      width,
      height,
      data: Uint8Array.from({ length: width * height * 3 }, () =>
        isExtreme ? (low < 128 ? 0 : 255) : Math.min(255, low + spread * (random() - 0.5)),
      ),
    };
  };
  return pictures(
    SIZES.flatMap(([width, height, share]) =>
      Array.from({ length: Math.round((count * share) / shares) }, () => one(width, height)),
    ),
  );
}

export async function pixelsOf(frame: Frame): Promise<Pixels[]> {
  const all: Pixels[] = [];
  for await (const one of framePixels(frame, new AbortController().signal)) all.push(one);
  return all;
}

/** For each place of the new side how much each place of the old one is seen: a triangle as wide as a new place, edges going on beyond. */
function taps(from: number, to: number): { readonly at: number; readonly weights: readonly number[] }[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale - 0.5;
    const seen = new Float64Array(from);
    let total = 0;
    for (let at = Math.ceil(centre - reach); at <= centre + reach; at++) {
      const height = 1 - Math.abs(at - centre) / reach;
      const within = Math.min(from - 1, Math.max(0, at));
      seen[within] = (seen[within] ?? 0) + height;
      total += height;
    }
    const first = seen.findIndex((height) => height > 0);
    const end = from - seen.toReversed().findIndex((height) => height > 0);
    return { at: first, weights: Array.from(seen.subarray(first, end), (height) => height / total) };
  });
}

/** A picture as a network takes it, in double precision: [3, side, side], scaled by `(value - middle) / spread`. */
export function networkPicture(
  { width, height, data }: Pixels,
  side: number,
  { middle, spread }: { readonly middle: number; readonly spread: number },
): Float64Array {
  const picture = new Float64Array(3 * side * side);
  if (width === side && height === side) {
    for (let at = 0; at < picture.length; at++)
      picture[at] = ((data[(at % (side * side)) * 3 + Math.floor(at / (side * side))] ?? 0) - middle) / spread;
    return picture;
  }
  const [across, down] = [taps(width, side), taps(height, side)];
  for (let colour = 0; colour < 3; colour++)
    for (const [y, rows] of down.entries())
      for (const [x, columns] of across.entries()) {
        let value = 0;
        for (const [i, rowWeight] of rows.weights.entries())
          for (const [j, columnWeight] of columns.weights.entries())
            value += rowWeight * columnWeight * (data[((rows.at + i) * width + columns.at + j) * 3 + colour] ?? 0);
        picture[(colour * side + y) * side + x] = (value - middle) / spread;
      }
  return picture;
}
