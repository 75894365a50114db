import { logChoose } from './gamma.ts';
import { type Counts, totalOf } from './shares.ts';
import { asPValue } from './test-outcome.ts';

/** Partial tables looked at before the search is given up. */
const MOST_TABLES = 20_000_000;
/** Tables this close in the logarithm of their chance count as equally likely. */
const CLOSE = 1e-7;

/**
 * Fisher's exact test of two rows of counts, two-sided: the chance of all tables with the same margins that are no likelier
 * than the observed one (Freeman and Halton 1951 for more than two categories). `oddsRatio` is the sample's, for two
 * categories: infinite when a count under it is zero. Null for an empty sample; the p value is null with too many tables.
 */
export function fisherExact(
  reference: Counts,
  current: Counts,
): { readonly pValue: number | null; readonly oddsRatio: number | null } | null {
  const first = totalOf(reference);
  if (first === 0 || totalOf(current) === 0) return null;
  const cells = Array.from(
    { length: reference.length },
    (_, i) => [reference[i] ?? 0, current[i] ?? 0] as const,
  ).filter(([p, q]) => p + q > 0);
  const [[a, c] = [0, 0], [b, d] = [0, 0]] = cells;
  const oddsRatio = cells.length !== 2 ? null : b > 0 && c > 0 ? (a * d) / (b * c) : Number.POSITIVE_INFINITY;
  const columns = cells.map(([p, q]) => p + q);
  const whole = logChoose(
    columns.reduce((sum, column) => sum + column, 0),
    first,
  );
  const observed = cells.reduce((sum, [p, q]) => sum + logChoose(p + q, p), 0) - whole;
  return { pValue: asPValue(chanceUpTo({ columns, first, bound: observed + CLOSE, whole })), oddsRatio };
}

/** Chance of the tables whose logarithm is at most `bound`; NaN when there are too many. */
function chanceUpTo({
  columns,
  first,
  bound,
  whole,
}: {
  columns: readonly number[];
  first: number;
  bound: number;
  whole: number;
}): number {
  const after = columns.map((_, i) => columns.slice(i + 1).reduce((sum, column) => sum + column, 0));
  let [sum, looked] = [0, 0];
  const visit = (at: number, left: number, log: number): void => {
    looked += 1;
    if (looked > MOST_TABLES) return;
    const column = columns[at] ?? 0;
    if (at === columns.length - 1) {
      const chance = log + logChoose(column, left) - whole;
      if (chance <= bound) sum += Math.exp(chance);
      return;
    }
    for (let k = Math.max(0, left - (after[at] ?? 0)); k <= Math.min(column, left); k++)
      visit(at + 1, left - k, log + logChoose(column, k));
  };
  visit(0, first, 0);
  return looked > MOST_TABLES ? Number.NaN : sum;
}
