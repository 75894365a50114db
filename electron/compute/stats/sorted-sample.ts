import { sortNumbers } from './sort-numbers.ts';

/** A sample as the two-sample tests take it: sorted ascending, free of NaN, negative zero made zero. */
export type SortedSample = Float64Array;

/** A sorted copy without NaN; negative zero becomes zero, so that both are one value. */
export const sortedWithoutMissing = (values: ArrayLike<number>): SortedSample => sortNumbers(withoutMissing(values));

/** A copy without NaN, negative zero made zero. */
export function withoutMissing(values: ArrayLike<number>): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isNaN(value)) kept[count++] = value + 0;
  }
  return kept.subarray(0, count);
}

/** Mean; NaN for an empty sample. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  if (!Number.isFinite(sum)) return sum / values.length;
  const rough = sum / values.length;
  // A second pass takes back what rounding lost: values far from zero with a small spread need it.
  let rest = 0;
  for (let i = 0; i < values.length; i++) rest += (values[i] ?? 0) - rough;
  return rough + rest / values.length;
}

/** Sum of squared distances from the mean. */
export function sumOfSquares(values: ArrayLike<number>, mean = meanOf(values)): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const away = (values[i] ?? 0) - mean;
    squares += away * away;
  }
  return squares;
}

/** Variance with n - 1 in the denominator; NaN below two values. */
export const sampleVariance = (values: ArrayLike<number>): number =>
  values.length < 2 ? Number.NaN : sumOfSquares(values) / (values.length - 1);

/** Standard deviation with n in the denominator. */
export const populationDeviation = (values: ArrayLike<number>): number =>
  Math.sqrt(sumOfSquares(values) / values.length);

/** Does the sorted sample hold two different values? */
export const isVaried = (sorted: SortedSample): boolean => sorted.length > 0 && sorted[0] !== sorted.at(-1);

/**
 * Quantile of sorted values by linear interpolation (type 7), rounded as numpy does: from the nearer neighbour, so that a
 * quantile that falls on a value is that value.
 */
export const quantileSorted = (sorted: SortedSample, probability: number): number =>
  quantileAt((sorted.length - 1) * probability, sorted.length, (rank) => sorted[rank] ?? Number.NaN);

/** Median of sorted values: of an even number of them the mean of the middle two. NaN of none. */
export function medianSorted(sorted: ArrayLike<number>): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[half - 1] ?? Number.NaN;
  return Number.isFinite(lower + upper) ? (lower + upper) / 2 : lower / 2 + upper / 2;
}

/** The quantile from a rank, which may lie between two, and what answers the value of a whole one. */
export function quantileAt(rank: number, count: number, valueAt: (rank: number) => number): number {
  const low = Math.floor(rank);
  const [a, b] = [valueAt(low), valueAt(Math.min(low + 1, count - 1))];
  const part = rank - low;
  if (part === 0 || a === b) return a;
  // Beyond double range, or next to an infinite value, the distance is no number.
  if (!Number.isFinite(b - a)) return a * (1 - part) + b * part;
  return part >= 0.5 ? b - (b - a) * (1 - part) : a + (b - a) * part;
}

/** How many of the sorted values are at most `bound`. */
export function countUpTo(sorted: SortedSample, bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the sorted values are below `bound`. */
export function countBelow(sorted: SortedSample, bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A distinct value of two pooled samples: how many of each equal it and how many are below it. */
export type VisitValue = (value: number, ofX: number, ofY: number, belowX: number, belowY: number) => void;

/** Walks the distinct values of two sorted samples in ascending order. */
export function forEachValue(x: SortedSample, y: SortedSample, visit: VisitValue): void {
  const [n, m] = [x.length, y.length];
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    const value = i >= n ? (y[j] ?? 0) : j >= m ? (x[i] ?? 0) : Math.min(x[i] ?? 0, y[j] ?? 0);
    const [fromX, fromY] = [i, j];
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
    visit(value, i - fromX, j - fromY, fromX, fromY);
  }
}
