/** Tests and distances of two samples of numbers. Arrays must be sorted ascending and free of NaN; see `sortedWithoutMissing`. */

export interface TestOutcome {
  readonly statistic: number;
  readonly pValue: number | null;
}

/** Paths counted one by one up to this product of sample sizes; above it the limit law serves. */
const EXACT_UP_TO = 4_000_000;

/** A sorted copy without NaN; negative zero becomes zero, so that both are one value. */
export function sortedWithoutMissing(values: Float64Array): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) kept[count++] = value + 0;
  return kept.subarray(0, count).sort();
}

/**
 * Kolmogorov-Smirnov for two samples: the largest distance of the empirical distribution functions, exact whatever the
 * size. Its p value is exact too (all relabellings counted, ties as they are; Schröer and Trenkler 1995) while n m is at
 * most 4 million, and Kolmogorov's limit above. Equal constant samples have statistic 0 and p 1. Null for an empty sample.
 */
export function kolmogorovSmirnov(x: Float64Array, y: Float64Array): TestOutcome | null {
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) return null;
  const statistic = largestDistance(x, y);
  const pValue =
    n * m <= EXACT_UP_TO
      ? exactKolmogorovP(x, y, statistic)
      : kolmogorovLimit(statistic * Math.sqrt((n * m) / (n + m)));
  return { statistic, pValue };
}

function largestDistance(x: Float64Array, y: Float64Array): number {
  const [n, m] = [x.length, y.length];
  let [i, j, largest] = [0, 0, 0];
  while (i < n && j < m) {
    const value = Math.min(x[i] ?? 0, y[j] ?? 0);
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
    const distance = Math.abs(i / n - j / m);
    if (distance > largest) largest = distance;
  }
  return largest;
}

/** Share of relabellings whose statistic is at least `statistic`: paths over the grid that leave the band, checked where values change. */
function exactKolmogorovP(x: Float64Array, y: Float64Array, statistic: number): number {
  const [n, m] = [x.length, y.length];
  if (statistic === 0) return 1;
  const isChange = changes(x, y);
  const bound = statistic - 1e-12;
  const row = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (isChange[i + j] === 1 && Math.abs(i / n - j / m) >= bound) row[j] = 1;
      else if (i === 0) row[j] = j === 0 ? 0 : (row[j - 1] ?? 0);
      else if (j === 0) row[j] = row[j] ?? 0;
      else row[j] = ((row[j] ?? 0) * i + (row[j - 1] ?? 0) * j) / (i + j);
    }
  }
  return Math.min(1, row[m] ?? 1);
}

/** 1 at k when the k-th and the next of the pooled values differ. */
function changes(x: Float64Array, y: Float64Array): Uint8Array {
  const pooled = new Float64Array(x.length + y.length);
  pooled.set(x);
  pooled.set(y, x.length);
  pooled.sort();
  const marks = new Uint8Array(pooled.length + 1);
  for (let k = 1; k < pooled.length; k++) if (pooled[k] !== pooled[k - 1]) marks[k] = 1;
  marks[pooled.length] = 1;
  return marks;
}

/** P(K >= t) of Kolmogorov's limit law. */
export function kolmogorovLimit(t: number): number {
  if (t < 0.2) return 1;
  if (t < 1) {
    // The theta function's other form converges fast for small t.
    let sum = 0;
    for (let k = 1; k <= 20; k++) sum += Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * t * t));
    return 1 - (Math.sqrt(2 * Math.PI) / t) * sum;
  }
  let sum = 0;
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * t * t);
  return Math.min(1, Math.max(0, 2 * sum));
}

/** Wasserstein distance of order 1 (earth mover's): the area between the distribution functions, in the unit of the values. */
export function wassersteinDistance(x: Float64Array, y: Float64Array): number | null {
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) return null;
  let [i, j, area] = [0, 0, 0];
  let before = Math.min(x[0] ?? 0, y[0] ?? 0);
  while (i < n || j < m) {
    const value = i >= n ? (y[j] ?? 0) : j >= m ? (x[i] ?? 0) : Math.min(x[i] ?? 0, y[j] ?? 0);
    if (value !== before) area += Math.abs(i / n - j / m) * (value - before);
    before = value;
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
  }
  return area;
}

/** Standard deviation with n in the denominator. */
export function populationDeviation(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

/** Quantile of sorted values by linear interpolation (type 7). */
export function quantileSorted(sorted: Float64Array, probability: number): number {
  const at = (sorted.length - 1) * probability;
  const low = Math.floor(at);
  const [a, b] = [sorted[low] ?? Number.NaN, sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN];
  return a + (b - a) * (at - low);
}

/**
 * Counts of both samples in bins of equal frequency of the first: inner edges are its distinct quantiles (type 7) at
 * k / bins, a bin is (low, high].
 */
export function quantileBinCounts(
  x: Float64Array,
  y: Float64Array,
  bins: number,
): readonly [Float64Array, Float64Array] {
  const edges: number[] = [];
  for (let k = 1; k < bins; k++) {
    const edge = quantileSorted(x, k / bins);
    if (edge !== edges.at(-1)) edges.push(edge);
  }
  const count = (sorted: Float64Array): Float64Array => {
    const counts = new Float64Array(edges.length + 1);
    let before = 0;
    for (const [index, edge] of edges.entries()) {
      const upTo = firstAbove(sorted, edge);
      counts[index] = upTo - before;
      before = upTo;
    }
    counts[edges.length] = sorted.length - before;
    return counts;
  };
  return [count(x), count(y)];
}

/** How many of the sorted values are at most `bound`. */
export function firstAbove(sorted: Float64Array, bound: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
