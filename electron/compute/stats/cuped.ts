import { meanOf, sampleVariance } from './sorted-sample.ts';

/**
 * CUPED (Deng et al. 2013): a metric adjusted by what was known of each row before, whose variance falls by the square of
 * their correlation. Null below two rows or when `before` is constant.
 */
export function cuped(
  before: Float64Array,
  after: Float64Array,
): {
  readonly theta: number;
  readonly mean: number;
  readonly variance: number;
  readonly adjusted: Float64Array;
} | null {
  const n = Math.min(before.length, after.length);
  if (n < 2) return null;
  const [meanBefore, meanAfter] = [meanOf(before), meanOf(after)];
  const spread = sampleVariance(before);
  if (!(spread > 0)) return null;
  const shared =
    before.reduce((sum, value, i) => sum + (value - meanBefore) * ((after[i] ?? 0) - meanAfter), 0) / (n - 1);
  const theta = shared / spread;
  const adjusted = after.map((value, i) => value - theta * ((before[i] ?? 0) - meanBefore));
  return { theta, mean: meanOf(adjusted), variance: sampleVariance(adjusted), adjusted };
}
