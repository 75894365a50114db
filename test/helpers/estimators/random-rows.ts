import type { Frame, FrameColumn } from '../../../electron/compute/frame/frame.ts';
import { seededRandom } from '../../../electron/compute/train/seeded-random.ts';

const FLOAT_BITS = new DataView(new ArrayBuffer(4));

/** The next float above or below one that is finite and not zero. */
function neighbour(value: number, by: 1 | -1): number {
  FLOAT_BITS.setFloat32(0, value);
  FLOAT_BITS.setInt32(0, FLOAT_BITS.getInt32(0) + by);
  return FLOAT_BITS.getFloat32(0);
}

const WILD = [1 / 0, -1 / 0, 1e300, -1e300, 3.4028234663852886e38, -3e38, 1e20, -1e9];
const TINY = [0, -0, 1e-320, -1e-300, 2 ** -149, -1e-40, 1e-12, -1e-7];
/** Beside words of training rows: unknown ones, nearly known ones, empty ones. */
const OTHER_WORDS = ['never seen', '', ' ', 'Red', 'red ', '名前', '🍎\nand "quotes"', 'x'.repeat(500)];

/**
 * Rows with the columns of another frame as they come to a served model: a third of the numbers are values of that frame or
 * those of `marks` by column, exactly, or by the smallest step beside, or off by less than a float can tell; others are
 * missing, infinite, huge or tiny; words are known, unknown, empty or missing. The same for the same seed.
 */
export function randomRowsLike(
  frame: Frame,
  count: number,
  {
    marks = new Map(),
    seed = 11,
  }: { readonly marks?: ReadonlyMap<string, readonly number[]>; readonly seed?: number } = {},
): Frame {
  const random = seededRandom(seed);
  const pick = <T>(list: ArrayLike<T>): T | undefined => list[Math.floor(random() * list.length)];
  const numberColumn = (values: Float64Array, own: readonly number[]): FrameColumn => {
    const known = values.filter(Number.isFinite);
    const [low, high] = [known.reduce((a, b) => Math.min(a, b), 0), known.reduce((a, b) => Math.max(a, b), 1)];
    return {
      kind: 'number',
      values: Float64Array.from({ length: count }, () => {
        const kind = random();
        if (kind < 0.1) return Number.NaN;
        if (kind < 0.14) return pick(WILD) ?? 0;
        if (kind < 0.18) return pick(TINY) ?? 0;
        if (kind > 0.5) return low + (random() * 1.2 - 0.1) * (high - low);
        const mark = (own.length > 0 && random() < 0.7 ? pick(own) : pick(known)) ?? 0;
        if (kind < 0.3 || mark === 0 || !Number.isFinite(Math.fround(mark))) return mark;
        return kind < 0.4 ? neighbour(mark, random() < 0.5 ? 1 : -1) : mark * (1 + (random() - 0.5) * 1e-10);
      }),
    };
  };
  const wordColumn = (dictionary: readonly string[]): FrameColumn => {
    const all = [...dictionary, ...OTHER_WORDS];
    return {
      kind: 'text',
      dictionary: all,
      codes: Int32Array.from({ length: count }, () => (random() < 0.1 ? -1 : Math.floor(random() * all.length))),
    };
  };
  return {
    rows: count,
    columns: new Map(
      [...frame.columns].map(([name, column]) => [
        name,
        column.kind === 'number' ? numberColumn(column.values, marks.get(name) ?? []) : wordColumn(column.dictionary),
      ]),
    ),
  };
}
