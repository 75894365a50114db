/** Share of the distance from the lowest loss to the median that counts as one unit near the lowest. */
const UNIT = 0.3;

/**
 * Losses as a Gaussian process takes them well: the logarithm of their distance from the lowest, so that a few huge ones do
 * not flatten what lies near the best, then mean 0 and variance 1. Order is kept; all equal gives zeros.
 */
export function warpLosses(losses: Float64Array): Float64Array {
  const sorted = Float64Array.from(losses).sort();
  const lowest = sorted[0] ?? 0;
  const median = sorted[Math.floor(sorted.length / 2)] ?? lowest;
  const highest = sorted.at(-1) ?? lowest;
  const unit = UNIT * (median > lowest ? median - lowest : highest - lowest);
  if (!(unit > 0)) return new Float64Array(losses.length);
  const warped = losses.map((loss) => Math.log1p((loss - lowest) / unit));
  const mean = warped.reduce((sum, value) => sum + value, 0) / warped.length;
  const deviation = Math.sqrt(warped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / warped.length);
  return warped.map((value) => (value - mean) / deviation);
}
