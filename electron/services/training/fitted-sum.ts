import type { FrameColumn } from '../../compute/frame/frame.ts';

/** The values of rows; null for words and where some are missing or infinite. */
export function numbersOf(values: FrameColumn, rows: Uint32Array): Float64Array | null {
  if (values.kind !== 'number') return null;
  const taken = Float64Array.from(rows, (row) => values.values[row] ?? Number.NaN);
  return taken.every(Number.isFinite) ? taken : null;
}

/** The best a + b, or a alone, with the weights and intercept of least squares on even places; null where one is the other over again. */
export function fittedSum(a: Float64Array, b: Float64Array | null, y: Float64Array): Float64Array | null {
  const meanOf = (list: Float64Array | null): number => (list?.reduce((sum, value) => sum + value, 0) ?? 0) / y.length;
  const [ma, mb, my] = [meanOf(a), meanOf(b), meanOf(y)];
  let [aa, ab, bb, ay, by] = [0, 0, 0, 0, 0];
  for (let i = 0; i < y.length; i += 2) {
    const [x, z, t] = [(a[i] ?? 0) - ma, (b?.[i] ?? mb) - mb, (y[i] ?? 0) - my];
    aa += x * x;
    ab += x * z;
    bb += z * z;
    ay += x * t;
    by += z * t;
  }
  if (b === null) return aa === 0 ? null : a.map((value) => my + (ay / aa) * (value - ma));
  const determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-9 * aa * bb)) return null;
  const [wa, wb] = [(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant];
  return a.map((value, i) => my + wa * (value - ma) + wb * ((b[i] ?? 0) - mb));
}

/** R squared on odd places. */
export function explained(said: Float64Array, y: Float64Array): number {
  const odd = y.filter((_, place) => place % 2 === 1);
  const mean = odd.reduce((sum, value) => sum + value, 0) / odd.length;
  let [residual, total] = [0, 0];
  for (let i = 1; i < y.length; i += 2) {
    residual += ((y[i] ?? 0) - (said[i] ?? 0)) ** 2;
    total += ((y[i] ?? 0) - mean) ** 2;
  }
  return total === 0 ? 0 : 1 - residual / total;
}
