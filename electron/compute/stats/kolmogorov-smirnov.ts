import { kolmogorovLimit, kolmogorovTail } from './kolmogorov-law.ts';
import type { SortedSample } from './sorted-sample.ts';
import { type Alternative, asPValue, type TestOutcome } from './test-outcome.ts';
import { type UnsortedPair, unsortedGaps } from './unsorted-samples.ts';

/**
 * How the p value comes about. `exact` counts relabellings as if no two values were equal: conservative under ties.
 * `permutation` counts them with the ties as they are (Schröer and Trenkler 1995), the right exact value. `asymptotic` is
 * the exact one-sample law at nm / (n + m), rounded; one-sided Hodges' approximation (1958). `kolmogorov-limit` is the limit
 * for large samples. `auto` is `permutation` while n m is at most 4 million, else the limit.
 */
export type KolmogorovSmirnovMethod = 'auto' | 'exact' | 'permutation' | 'asymptotic' | 'kolmogorov-limit';

export interface KolmogorovSmirnovOptions {
  readonly method?: KolmogorovSmirnovMethod;
  readonly alternative?: Alternative;
}

export interface KolmogorovSmirnovOutcome extends TestOutcome {
  /** The first value at which the distance is reached. */
  readonly location: number;
  /** 1 where the first sample's distribution function is the higher one there, else -1. */
  readonly sign: 1 | -1;
}

/** Paths are counted one by one up to this product of sample sizes. */
const EXACT_UP_TO = 4_000_000;
/** Asked for by name, the count may take a few seconds. */
const EXACT_AT_MOST = 400_000_000;

/**
 * Kolmogorov-Smirnov for two samples: the largest distance of the empirical distribution functions, exact whatever the
 * size. `greater`: the first sample's function above the second's. Equal samples have statistic 0 and p 1. Null for an
 * empty sample; the p value is null where the method asked for cannot be afforded.
 */
export function kolmogorovSmirnov(
  x: SortedSample,
  y: SortedSample,
  { method = 'auto', alternative = 'two-sided' }: KolmogorovSmirnovOptions = {},
): KolmogorovSmirnovOutcome | null {
  if (x.length === 0 || y.length === 0) return null;
  const chosen = methodFor(method, x.length, y.length);
  return outcomeOf(largestGaps(x, y), alternative, (statistic) =>
    chosen === 'exact' || chosen === 'permutation'
      ? relabelled(x, y, { statistic, alternative, hasTies: chosen === 'permutation' })
      : limitOf([x.length, y.length], { statistic, method: chosen, alternative }),
  );
}

/**
 * The same for samples that are not sorted. Null where they have to be: relabellings are to be counted, or the functions hardly
 * differ.
 */
export function unsortedKolmogorovSmirnov(
  pair: UnsortedPair,
  { method = 'auto', alternative = 'two-sided' }: KolmogorovSmirnovOptions = {},
): KolmogorovSmirnovOutcome | null {
  const [n, m] = [pair.x.count, pair.y.count];
  const chosen = methodFor(method, n, m);
  if (chosen === 'exact' || chosen === 'permutation') return null;
  const gaps = unsortedGaps(pair, alternative);
  return (
    gaps && outcomeOf(gaps, alternative, (statistic) => limitOf([n, m], { statistic, method: chosen, alternative }))
  );
}

function outcomeOf(
  gaps: Gaps,
  alternative: Alternative,
  pValueOf: (statistic: number) => number | null,
): KolmogorovSmirnovOutcome {
  const isAbove = alternative === 'greater' || (alternative === 'two-sided' && gaps.above >= gaps.below);
  const statistic = isAbove ? gaps.above : gaps.below;
  return {
    statistic,
    pValue: pValueOf(statistic),
    location: isAbove ? gaps.aboveAt : gaps.belowAt,
    sign: isAbove ? 1 : -1,
  };
}

const methodFor = (method: KolmogorovSmirnovMethod, n: number, m: number): Exclude<KolmogorovSmirnovMethod, 'auto'> =>
  method === 'auto' ? (n * m <= EXACT_UP_TO ? 'permutation' : 'kolmogorov-limit') : method;

/** The largest amounts by which each of two distribution functions exceeds the other, and where they are first reached. */
export interface Gaps {
  readonly above: number;
  readonly below: number;
  readonly aboveAt: number;
  readonly belowAt: number;
}

function largestGaps(x: SortedSample, y: SortedSample): Gaps {
  const [n, m] = [x.length, y.length];
  const start = Math.min(x[0] ?? 0, y[0] ?? 0);
  let [i, j, above, below, aboveAt, belowAt] = [0, 0, 0, 0, start, start];
  while (i < n && j < m) {
    const value = Math.min(x[i] ?? 0, y[j] ?? 0);
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
    const gap = i / n - j / m;
    if (gap > above) [above, aboveAt] = [gap, value];
    else if (-gap > below) [below, belowAt] = [-gap, value];
  }
  return { above, below, aboveAt, belowAt };
}

/** The share of relabellings that differ as much; null where it cannot be afforded. */
function relabelled(
  x: SortedSample,
  y: SortedSample,
  { statistic, alternative, hasTies }: { statistic: number; alternative: Alternative; hasTies: boolean },
): number | null {
  const [n, m] = [x.length, y.length];
  return n * m > EXACT_AT_MOST
    ? null
    : shareOutside([n, m], { statistic, alternative, changes: hasTies ? changesOf(x, y) : null });
}

function limitOf(
  [n, m]: readonly [number, number],
  {
    statistic,
    method,
    alternative,
  }: { statistic: number; method: 'asymptotic' | 'kolmogorov-limit'; alternative: Alternative },
): number | null {
  const size = (n * m) / (n + m);
  const z = Math.sqrt(size) * statistic;
  if (alternative !== 'two-sided') {
    if (method === 'kolmogorov-limit') return asPValue(Math.exp(-2 * z * z));
    const [large, small] = [Math.max(n, m), Math.min(n, m)];
    return asPValue(
      Math.exp(-2 * z * z - (2 * z * (large + 2 * small)) / Math.sqrt(large * small * (large + small)) / 3),
    );
  }
  return asPValue(
    method === 'kolmogorov-limit' ? kolmogorovLimit(z) : kolmogorovTail(roundHalfToEven(size), statistic),
  );
}

const roundHalfToEven = (value: number): number => {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
};

/**
 * Share of relabellings whose statistic is at least the one observed: paths over the n by m grid that leave the band. Gaps
 * are compared as whole numbers of 1 / lcm(n, m). Only steps at which the pooled value changes can leave it.
 */
function shareOutside(
  [n, m]: readonly [number, number],
  { statistic, alternative, changes }: { statistic: number; alternative: Alternative; changes: Uint8Array | null },
): number {
  const divisor = greatestCommonDivisor(n, m);
  const [stepX, stepY] = [m / divisor, n / divisor];
  const bound = Math.round(statistic * stepX * n);
  if (bound === 0) return 1;
  const upper = alternative === 'less' ? Number.POSITIVE_INFINITY : bound;
  const lower = alternative === 'greater' ? Number.NEGATIVE_INFINITY : -bound;
  const row = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      const gap = i * stepX - j * stepY;
      if ((gap >= upper || gap <= lower) && (changes === null || changes[i + j] === 1)) row[j] = 1;
      else if (i === 0) row[j] = j === 0 ? 0 : (row[j - 1] ?? 0);
      else if (j > 0) row[j] = ((row[j] ?? 0) * i + (row[j - 1] ?? 0) * j) / (i + j);
    }
  }
  return Math.min(1, row[m] ?? 1);
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** 1 at k when the k-th and the next of the pooled values differ. */
function changesOf(x: SortedSample, y: SortedSample): Uint8Array {
  const pooled = new Float64Array(x.length + y.length);
  pooled.set(x);
  pooled.set(y, x.length);
  pooled.sort();
  const marks = new Uint8Array(pooled.length + 1);
  for (let k = 1; k < pooled.length; k++) if (pooled[k] !== pooled[k - 1]) marks[k] = 1;
  marks[pooled.length] = 1;
  return marks;
}
