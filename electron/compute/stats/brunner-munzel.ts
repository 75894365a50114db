import { forEachValue, type SortedSample } from './sorted-sample.ts';
import { studentTwoSided } from './tails.ts';
import { asPValue, type TestOutcome } from './test-outcome.ts';

/**
 * Brunner-Munzel: is a value of one sample as likely the larger as a value of the other, whatever their spreads (Brunner and
 * Munzel 2000, with Student's law). Null below two values in a sample, and where the samples do not overlap: the variance
 * estimate is zero there.
 */
export function brunnerMunzel(x: SortedSample, y: SortedSample): (TestOutcome & { degreesOfFreedom: number }) | null {
  const [n, m] = [x.length, y.length];
  if (n < 2 || m < 2) return null;
  // Rank among all less rank in its own sample: how many of the other sample are below, ties half.
  let [sumX, sumY] = [0, 0];
  forEachValue(x, y, (_, ofX, ofY, belowX, belowY) => {
    sumX += ofX * (belowY + ofY / 2);
    sumY += ofY * (belowX + ofX / 2);
  });
  const [meanX, meanY] = [sumX / n, sumY / m];
  let [squaresX, squaresY] = [0, 0];
  forEachValue(x, y, (_, ofX, ofY, belowX, belowY) => {
    squaresX += ofX * (belowY + ofY / 2 - meanX) ** 2;
    squaresY += ofY * (belowX + ofX / 2 - meanY) ** 2;
  });
  const [varianceX, varianceY] = [(n * squaresX) / (n - 1), (m * squaresY) / (m - 1)];
  const pooled = varianceX + varianceY;
  if (!(pooled > 0)) return null;
  // Mean ranks among all are the mean counts plus half of the own sample's size.
  const difference = meanY + (m + 1) / 2 - (meanX + (n + 1) / 2);
  const statistic = (n * m * difference) / ((n + m) * Math.sqrt(pooled));
  const degreesOfFreedom = pooled ** 2 / (varianceX ** 2 / (n - 1) + varianceY ** 2 / (m - 1));
  return { statistic, pValue: asPValue(studentTwoSided(statistic, degreesOfFreedom)), degreesOfFreedom };
}
