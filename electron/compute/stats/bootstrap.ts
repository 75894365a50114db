import { seededRandom } from '../train/seeded-random.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { quantileSorted } from './sorted-sample.ts';

/** A statistic of some rows, named by their indices; null where it has no answer on them. */
export type RowStatistic = (rows: Uint32Array) => number | null;

export interface BootstrapInterval {
  readonly low: number;
  readonly high: number;
  /** Of the BCa method: how the standard error changes with the value, by the jackknife. */
  readonly acceleration: number | null;
}

/**
 * Bootstrap interval of a statistic of `rows` rows, drawn again with replacement with a fixed seed (Efron and Tibshirani
 * 1993): `percentile`, `basic`, or `bca`, corrected for bias and acceleration. Null without rows or where the statistic has no
 * answer; resamples without one are left out.
 */
export function bootstrapInterval(
  rows: number,
  statistic: RowStatistic,
  {
    method = 'percentile',
    confidence = 0.95,
    resamples = 9999,
    seed = 1,
  }: { method?: 'percentile' | 'basic' | 'bca'; confidence?: number; resamples?: number; seed?: number } = {},
): BootstrapInterval | null {
  const every = Uint32Array.from({ length: rows }, (_, i) => i);
  const value = rows === 0 ? null : statistic(every);
  if (value === null) return null;
  const random = seededRandom(seed);
  const drawn = new Uint32Array(rows);
  const answers: number[] = [];
  for (let k = 0; k < resamples; k++) {
    for (let i = 0; i < rows; i++) drawn[i] = Math.floor(random() * rows);
    const answer = statistic(drawn);
    if (answer !== null) answers.push(answer);
  }
  if (answers.length === 0) return null;
  const sorted = Float64Array.from(answers).sort();
  const tail = (1 - confidence) / 2;
  if (method !== 'bca') {
    const [low, high] = [quantileSorted(sorted, tail), quantileSorted(sorted, 1 - tail)];
    return method === 'percentile'
      ? { low, high, acceleration: null }
      : { low: 2 * value - high, high: 2 * value - low, acceleration: null };
  }
  const acceleration = accelerationOf(every, statistic);
  const below = sorted.reduce((sum, answer) => sum + (answer < value ? 1 : answer === value ? 0.5 : 0), 0);
  const bias = normalQuantile(below / sorted.length);
  const at = (p: number): number => {
    const z = bias + normalQuantile(p);
    return quantileSorted(sorted, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return Number.isFinite(bias) ? { low: at(tail), high: at(1 - tail), acceleration } : null;
}

/** A sixth of the skewness of what leaving out a row does. */
function accelerationOf(every: Uint32Array, statistic: RowStatistic): number {
  const values = Float64Array.from(every, (left) => statistic(every.filter((row) => row !== left)) ?? Number.NaN);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [cubes, squares] = [3, 2].map((power) => values.reduce((sum, value) => sum + (mean - value) ** power, 0));
  return squares === undefined || cubes === undefined || !(squares > 0) ? 0 : cubes / 6 / squares ** 1.5;
}
