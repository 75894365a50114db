import { meanOf, type SortedSample, sampleVariance } from './sorted-sample.ts';
import { studentQuantile, studentTwoSided } from './tails.ts';
import { asPValue, type TestOutcome } from './test-outcome.ts';

export interface MeanTestOutcome extends TestOutcome {
  readonly degreesOfFreedom: number;
  /** Interval of the first mean less the second. */
  readonly low: number;
  readonly high: number;
}

function fromError(difference: number, error: number, degreesOfFreedom: number, confidence: number): MeanTestOutcome {
  const statistic = difference / error;
  const half = studentQuantile(0.5 + confidence / 2, degreesOfFreedom) * error;
  return {
    statistic,
    pValue: asPValue(studentTwoSided(statistic, degreesOfFreedom)),
    degreesOfFreedom,
    low: difference - half,
    high: difference + half,
  };
}

/** Welch's t test of two means, variances not assumed equal. Null below two values in a sample or without any spread. */
export function welchT(x: SortedSample, y: SortedSample, confidence = 0.95): MeanTestOutcome | null {
  const [n, m] = [x.length, y.length];
  if (n < 2 || m < 2) return null;
  const [a, b] = [sampleVariance(x) / n, sampleVariance(y) / m];
  if (!(a + b > 0)) return null;
  const degreesOfFreedom = (a + b) ** 2 / (a ** 2 / (n - 1) + b ** 2 / (m - 1));
  return fromError(meanOf(x) - meanOf(y), Math.sqrt(a + b), degreesOfFreedom, confidence);
}

/** Student's t test of two means with one variance. Null below two values in a sample or without any spread. */
export function studentT(x: SortedSample, y: SortedSample, confidence = 0.95): MeanTestOutcome | null {
  const [n, m] = [x.length, y.length];
  if (n < 2 || m < 2) return null;
  const freedom = n + m - 2;
  const pooled = ((n - 1) * sampleVariance(x) + (m - 1) * sampleVariance(y)) / freedom;
  if (!(pooled > 0)) return null;
  return fromError(meanOf(x) - meanOf(y), Math.sqrt(pooled * (1 / n + 1 / m)), freedom, confidence);
}
