import { logGamma } from './gamma.ts';
import { chiSquareTail } from './tails.ts';
import { asPValue } from './test-outcome.ts';

/** Chi-square of observed group sizes against the shares they were to have. Null without rows or with a share of zero. */
export function sampleRatioMismatch(
  observed: readonly number[],
  expectedShares: readonly number[],
): { readonly statistic: number; readonly pValue: number | null } | null {
  const total = observed.reduce((sum, count) => sum + count, 0);
  if (total === 0 || expectedShares.some((share) => !(share > 0))) return null;
  const statistic = observed.reduce((sum, count, k) => {
    const expected = (expectedShares[k] ?? 0) * total;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return { statistic, pValue: asPValue(chiSquareTail(statistic, observed.length - 1)) };
}

/**
 * The same after every row, valid whenever one looks: the Bayes factor of a Dirichlet mixture against the shares, and one over
 * its largest value so far (Lindon and Malek 2022). `assignments` holds the group of each row, by index.
 */
export function sequentialSampleRatio(
  assignments: ArrayLike<number>,
  shares: readonly number[],
  alpha: readonly number[] = shares.map(() => 1),
): { readonly logBayesFactor: Float64Array; readonly pValue: Float64Array } {
  const prior = alpha.reduce((sum, value) => sum + value, 0);
  const counts = shares.map(() => 0);
  const logBayesFactor = new Float64Array(assignments.length);
  const pValue = new Float64Array(assignments.length);
  let [fixed, largest] = [0, 0];
  for (let i = 0; i < assignments.length; i++) {
    const group = assignments[i] ?? 0;
    counts[group] = (counts[group] ?? 0) + 1;
    fixed += Math.log(shares[group] ?? 0);
    let value = logGamma(prior) - logGamma(prior + i + 1) - fixed;
    for (const [k, count] of counts.entries()) value += logGamma((alpha[k] ?? 1) + count) - logGamma(alpha[k] ?? 1);
    logBayesFactor[i] = value;
    largest = Math.max(largest, value);
    pValue[i] = Math.exp(-largest);
  }
  return { logBayesFactor, pValue };
}
