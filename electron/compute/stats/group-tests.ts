import { meanOf, medianSorted, type SortedSample, sumOfSquares } from './sorted-sample.ts';
import { chiSquareTail, fisherTail } from './tails.ts';
import { asPValue, type TestOutcome } from './test-outcome.ts';

/**
 * One-way analysis of variance: Fisher's F of k means. Without spread inside the groups F is infinite where means differ.
 * Null below two groups, with an empty one, or where all values are equal.
 */
export function oneWayAnova(groups: readonly ArrayLike<number>[]): TestOutcome | null {
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  const freedom = total - groups.length;
  if (groups.length < 2 || freedom < 1 || groups.some((group) => group.length === 0)) return null;
  const means = groups.map(meanOf);
  const grand = groups.reduce((sum, group, k) => sum + group.length * (means[k] ?? 0), 0) / total;
  const between = groups.reduce((sum, group, k) => sum + group.length * ((means[k] ?? 0) - grand) ** 2, 0);
  const within = groups.reduce((sum, group, k) => sum + sumOfSquares(group, means[k] ?? 0), 0);
  if (!(within > 0) && !(between > 0)) return null;
  const statistic = between / (groups.length - 1) / (within / freedom);
  return { statistic, pValue: asPValue(fisherTail(statistic, groups.length - 1, freedom)) };
}

/**
 * Levene's test of equal spread: the analysis of variance of distances from each group's centre, the median (Brown and
 * Forsythe 1974) or the mean. Null where that has no answer: all distances are equal.
 */
export function levene(groups: readonly SortedSample[], center: 'median' | 'mean' = 'median'): TestOutcome | null {
  if (groups.some((group) => group.length === 0)) return null;
  return oneWayAnova(
    groups.map((group) => {
      const middle = center === 'median' ? medianSorted(group) : meanOf(group);
      return group.map((value) => Math.abs(value - middle));
    }),
  );
}

/** Kruskal-Wallis: the analysis of variance of ranks, corrected for ties, by its chi-square limit. Null when all values are equal. */
export function kruskalWallis(groups: readonly ArrayLike<number>[]): TestOutcome | null {
  const all = groups
    .flatMap((group, k) => Array.from(group, (value) => ({ value, k })))
    .sort((a, b) => a.value - b.value);
  const total = all.length;
  if (groups.length < 2 || groups.some((group) => group.length === 0)) return null;
  const rankSums = groups.map(() => 0);
  let ties = 0;
  for (let from = 0; from < total; ) {
    let to = from;
    while (to < total && all[to]?.value === all[from]?.value) to++;
    for (const { k } of all.slice(from, to)) rankSums[k] = (rankSums[k] ?? 0) + (from + to + 1) / 2;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const correction = 1 - ties / (total ** 3 - total);
  if (!(correction > 0)) return null;
  const squares = groups.reduce((sum, group, k) => sum + (rankSums[k] ?? 0) ** 2 / group.length, 0);
  const statistic = ((12 / (total * (total + 1))) * squares - 3 * (total + 1)) / correction;
  return { statistic, pValue: asPValue(chiSquareTail(statistic, groups.length - 1)) };
}
