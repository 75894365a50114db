import { quantileSorted, type SortedSample } from './sorted-sample.ts';
import { symmetricEigen } from './symmetric-eigen.ts';
import { chiSquareTail } from './tails.ts';
import { asPValue, type TestOutcome } from './test-outcome.ts';

/** Points of the characteristic functions, in units of half the pooled interquartile range. */
const POINTS = [0.4, 0.8] as const;

/**
 * Epps-Singleton: do the empirical characteristic functions agree (Epps and Singleton 1986, computed as Goerg and Kaiser 2009
 * with the correction for samples below 25). Null below five values in a sample, and when half of the pooled values are equal.
 */
export function eppsSingleton(x: SortedSample, y: SortedSample): TestOutcome | null {
  const [n, m] = [x.length, y.length];
  if (n < 5 || m < 5) return null;
  const pooled = new Float64Array(n + m);
  pooled.set(x);
  pooled.set(y, n);
  pooled.sort();
  const unit = (quantileSorted(pooled, 0.75) - quantileSorted(pooled, 0.25)) / 2;
  if (!(unit > 0)) return null;
  const [a, b] = [moments(x, unit), moments(y, unit)];
  const total = n + m;
  const covariance = a.covariance.map((row, i) =>
    row.map((value, j) => (total / n) * value + (total / m) * (b.covariance[i]?.[j] ?? 0)),
  );
  const difference = a.means.map((mean, i) => mean - (b.means[i] ?? 0));
  const { values, vectors } = symmetricEigen(covariance);
  // The pseudo-inverse: directions without variance say nothing.
  const largest = values[0] ?? 0;
  const kept = [...values.keys()].filter((k) => (values[k] ?? 0) > 1e-15 * largest);
  const smallest = values[kept.at(-1) ?? 0] ?? 0;
  const rank = kept.filter((k) => 1 / (values[k] ?? 1) > (1 / smallest) * 4 * Number.EPSILON).length;
  let statistic = 0;
  for (const k of kept) {
    const along = difference.reduce((sum, value, i) => sum + value * (vectors[k]?.[i] ?? 0), 0);
    statistic += (total * along * along) / (values[k] ?? 1);
  }
  if (Math.max(n, m) < 25) statistic /= 1 + total ** -0.45 + 10.1 * (n ** -1.7 + m ** -1.7);
  return { statistic, pValue: asPValue(chiSquareTail(statistic, rank)) };
}

/** Means and covariances (n in the denominator) of cosine and sine at the points. */
function moments(sample: SortedSample, unit: number): { means: number[]; covariance: number[][] } {
  const waves = [
    ...POINTS.map((t) => sample.map((value) => Math.cos((t / unit) * value))),
    ...POINTS.map((t) => sample.map((value) => Math.sin((t / unit) * value))),
  ];
  const means = waves.map((wave) => wave.reduce((sum, value) => sum + value, 0) / sample.length);
  const covariance = waves.map((wave, i) =>
    waves.map(
      (other, j) =>
        wave.reduce((sum, value, k) => sum + (value - (means[i] ?? 0)) * ((other[k] ?? 0) - (means[j] ?? 0)), 0) /
        sample.length,
    ),
  );
  return { means, covariance };
}
