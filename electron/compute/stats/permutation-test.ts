import { seededRandom } from '../train/seeded-random.ts';
import { logChoose } from './gamma.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { type SortedSample, sortedWithoutMissing } from './sorted-sample.ts';
import type { TestOutcome } from './test-outcome.ts';

export type PermutationStatistic = 'kolmogorovSmirnov' | 'absoluteMeanDifference';

export interface PermutationOutcome extends TestOutcome {
  readonly pValue: number;
  /** Relabellings looked at. */
  readonly permutations: number;
}

/** As many relabellings are still all looked at. */
const ENUMERATED_UP_TO = 200_000;
/** As many are looked at when that is asked for. */
const ENUMERATED_AT_MOST = 20_000_000;

/**
 * The share of relabellings whose statistic is at least the observed one: of all of them where there are at most 200,000 (or
 * `enumeration` is `exact`), else of the observed one and `permutations` random ones with a fixed seed. Null for an empty
 * sample, and where there are too many relabellings to look at all that were asked for.
 */
export function permutationTest(
  x: SortedSample,
  y: SortedSample,
  {
    statistic = 'kolmogorovSmirnov',
    enumeration = 'auto',
    permutations = 9999,
    seed = 1,
  }: {
    statistic?: PermutationStatistic;
    enumeration?: 'auto' | 'exact' | 'random';
    permutations?: number;
    seed?: number;
  } = {},
): PermutationOutcome | null {
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) return null;
  const measure = STATISTICS[statistic];
  const observed = measure(x, y);
  const bound = observed - 1e-12 * Math.max(1, Math.abs(observed));
  const pooled = new Float64Array(n + m);
  pooled.set(x);
  pooled.set(y, n);
  const count = Math.round(Math.exp(logChoose(n + m, n)));
  const isAll = enumeration === 'exact' || (enumeration === 'auto' && count <= ENUMERATED_UP_TO);
  if (isAll && count > ENUMERATED_AT_MOST) return null;
  if (isAll) {
    let [reached, looked] = [0, 0];
    for (const chosen of combinations(n + m, n)) {
      looked += 1;
      const [one, other] = parted(pooled, chosen);
      if (measure(sortedWithoutMissing(one), sortedWithoutMissing(other)) >= bound) reached += 1;
    }
    return { statistic: observed, pValue: reached / looked, permutations: looked };
  }
  const random = seededRandom(seed);
  let reached = 1;
  for (let k = 0; k < permutations; k++) {
    for (let i = 0; i < n; i++) {
      const j = i + Math.floor(random() * (n + m - i));
      [pooled[i], pooled[j]] = [pooled[j] ?? 0, pooled[i] ?? 0];
    }
    if (measure(pooled.slice(0, n).sort(), pooled.slice(n).sort()) >= bound) reached += 1;
  }
  return { statistic: observed, pValue: reached / (permutations + 1), permutations };
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
const STATISTICS: Readonly<Record<PermutationStatistic, (x: SortedSample, y: SortedSample) => number>> = {
  kolmogorovSmirnov: (x, y) => kolmogorovSmirnov(x, y, { method: 'kolmogorov-limit' })?.statistic ?? 0,
  absoluteMeanDifference: (x, y) => Math.abs(sumOf(x) / x.length - sumOf(y) / y.length),
};

/** Every way to choose k of n, as marks; the same array each time. */
export function* combinations(n: number, k: number): Generator<Uint8Array> {
  const chosen = Array.from({ length: k }, (_, i) => i);
  const marks = new Uint8Array(n);
  for (;;) {
    marks.fill(0);
    for (const i of chosen) marks[i] = 1;
    yield marks;
    let at = k - 1;
    while (at >= 0 && chosen[at] === n - k + at) at -= 1;
    if (at < 0) return;
    chosen[at] = (chosen[at] ?? 0) + 1;
    for (let i = at + 1; i < k; i++) chosen[i] = (chosen[i - 1] ?? 0) + 1;
  }
}

const parted = (pooled: Float64Array, marks: Uint8Array): readonly [Float64Array, Float64Array] => [
  pooled.filter((_, i) => marks[i] === 1),
  pooled.filter((_, i) => marks[i] !== 1),
];
