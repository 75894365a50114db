import { normalTwoSided } from './normal.ts';
import { type Counts, totalOf } from './shares.ts';
import { chiSquareTail } from './tails.ts';
import { asPValue, type TestOutcome } from './test-outcome.ts';

/** Tests of two samples counted over the same categories. Categories empty in both are left out; null for an empty sample. */

export interface ContingencyOutcome extends TestOutcome {
  readonly degreesOfFreedom: number;
  /** Smallest expected count; below 5 the chi-square limit is rough. */
  readonly smallestExpected: number;
}

interface Table {
  readonly a: number;
  readonly b: number;
  readonly cells: readonly (readonly [number, number])[];
}

function tableOf(reference: Counts, current: Counts): Table | null {
  const [a, b] = [totalOf(reference), totalOf(current)];
  if (a === 0 || b === 0) return null;
  const cells: (readonly [number, number])[] = [];
  for (let i = 0; i < reference.length; i++) {
    const cell = [reference[i] ?? 0, current[i] ?? 0] as const;
    if (cell[0] + cell[1] > 0) cells.push(cell);
  }
  return { a, b, cells };
}

/** Sums what each of the 2 k cells adds, given its count and the one expected when both samples have the same shares. */
function overTable({ a, b, cells }: Table, term: (observed: number, expected: number) => number): ContingencyOutcome {
  let [statistic, smallestExpected] = [0, Number.POSITIVE_INFINITY];
  for (const [p, q] of cells) {
    const [ofP, ofQ] = [((p + q) * a) / (a + b), ((p + q) * b) / (a + b)];
    statistic += term(p, ofP) + term(q, ofQ);
    smallestExpected = Math.min(smallestExpected, ofP, ofQ);
  }
  const degreesOfFreedom = cells.length - 1;
  const pValue = degreesOfFreedom === 0 ? 1 : asPValue(chiSquareTail(statistic, degreesOfFreedom));
  return { statistic, pValue, degreesOfFreedom, smallestExpected };
}

/**
 * Pearson's chi-square of the two-row table of counts: both samples are random, neither is taken as exact. `yates` moves
 * counts of a 2 by 2 table half a step towards what is expected. With one category statistic 0 and p 1.
 */
export function chiSquare(reference: Counts, current: Counts, yates = false): ContingencyOutcome | null {
  const table = tableOf(reference, current);
  if (table === null) return null;
  const isMoved = yates && table.cells.length === 2;
  return overTable(table, (observed, expected) => {
    const gap = Math.abs(observed - expected);
    return (isMoved ? gap - Math.min(0.5, gap) : gap) ** 2 / expected;
  });
}

/** Likelihood ratio test (G) of the same table: twice the sum of O ln(O / E). */
export function gTest(reference: Counts, current: Counts): ContingencyOutcome | null {
  const table = tableOf(reference, current);
  if (table === null) return null;
  const outcome = overTable(table, (observed, expected) =>
    observed === 0 ? 0 : 2 * observed * Math.log(observed / expected),
  );
  const statistic = Math.max(0, outcome.statistic);
  return { ...outcome, statistic };
}

/**
 * Chi-square of the current counts against shares of the reference taken as exact: alarms too often, since a reference is a
 * sample too. Kept because it is in use. Null when the reference lacks a category of the current sample.
 */
export function chiSquareGoodnessOfFit(
  reference: Counts,
  current: Counts,
): (TestOutcome & { degreesOfFreedom: number }) | null {
  const table = tableOf(reference, current);
  if (table === null || table.cells.some(([p]) => p === 0)) return null;
  let statistic = 0;
  for (const [p, q] of table.cells) {
    const expected = (p / table.a) * table.b;
    statistic += (q - expected) ** 2 / expected;
  }
  const degreesOfFreedom = table.cells.length - 1;
  const pValue = degreesOfFreedom === 0 ? 1 : asPValue(chiSquareTail(statistic, degreesOfFreedom));
  return { statistic, pValue, degreesOfFreedom };
}

/** Cramér's V of sample against category: the root of chi-square over all rows, 0 to 1. Null with a single category. */
export function cramersV(reference: Counts, current: Counts): number | null {
  const outcome = chiSquare(reference, current);
  return outcome === null || outcome.degreesOfFreedom === 0
    ? null
    : Math.sqrt(outcome.statistic / (totalOf(reference) + totalOf(current)));
}

/** Cramér's V less what chance adds (Bergsma 2013). Null with a single category. */
export function cramersVBiasCorrected(reference: Counts, current: Counts): number | null {
  const outcome = chiSquare(reference, current);
  if (outcome === null || outcome.degreesOfFreedom === 0) return null;
  const [n, k] = [totalOf(reference) + totalOf(current), outcome.degreesOfFreedom + 1];
  const excess = Math.max(0, outcome.statistic / n - (k - 1) / (n - 1));
  const columns = k - (k - 1) ** 2 / (n - 1);
  const rows = 2 - 1 / (n - 1);
  const under = Math.min(columns, rows) - 1;
  return under > 0 ? Math.sqrt(excess / under) : null;
}

/** Pooled z test of the second category's share, reference less current. Null unless there are exactly two categories. */
export function twoShareZ(reference: Counts, current: Counts): TestOutcome | null {
  const table = tableOf(reference, current);
  if (table === null || table.cells.length !== 2) return null;
  const [p, q] = table.cells[1] ?? [0, 0];
  const pooled = (p + q) / (table.a + table.b);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / table.a + 1 / table.b));
  const statistic = error === 0 ? 0 : (p / table.a - q / table.b) / error;
  return { statistic, pValue: asPValue(normalTwoSided(statistic)) };
}
