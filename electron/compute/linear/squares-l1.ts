import { breakTies, dualityGap, type QuadraticL1, solveQuadraticL1, TIED } from './quadratic-l1.ts';
import { chosenColumns, denseGram, timesVector, transposedTimes, type WorkingDesign } from './working-design.ts';

/** Half the sum of shares (answers - Xb)^2 + half the sum of l2 b^2 + the sum of l1 |b|. */
export interface SquaresL1 {
  readonly answers: Float64Array;
  readonly shares: Float64Array;
  readonly l1: Float64Array;
  readonly l2: Float64Array;
  /** Of several smallest points, the one with the least sum of this times b squared. */
  readonly metric: Float64Array;
}

export interface SquaresL1Solution {
  readonly b: Float64Array;
  readonly dualityGap: number;
  /** X'diag(shares) answers: the slope at zero, downwards. */
  readonly steepest: Float64Array;
}

/** Up to so many columns are all taken at once; of more, so many to begin with. */
const [FEW, FIRST] = [256, 128];

/**
 * Solves on a set of columns that is enlarged by those that break the optimality conditions of the whole, until none does
 * (Massias, Gramfort and Salmon 2018): matrices are made of the set alone, which is little larger than the support.
 */
export function solveSquaresL1(design: WorkingDesign, problem: SquaresL1): SquaresL1Solution {
  const { columns } = design;
  const { answers, shares, l1, l2, metric } = problem;
  const weighed = answers.map((value, row) => value * (shares[row] ?? 0));
  const steepest = transposedTimes(design, weighed);
  const square = answers.reduce((sum, value, row) => sum + value * (weighed[row] ?? 0), 0);
  const b = new Float64Array(columns);
  const scores = new Float64Array(design.rows);
  let gradient: Float64Array = steepest.map((value) => -value);
  const isTaken = new Uint8Array(columns);
  /** How near a column's slope is to its bound: one and more where it enters. */
  const urgency = (j: number): number => Math.abs(gradient[j] ?? 0) / (l1[j] ?? 0);
  const most = columns <= FEW ? columns : FIRST;
  let set = (l1.every((bound) => bound > 0) ? mostUrgent([...b.keys()], urgency, most) : [...b.keys()]).sort(ascending);
  for (;;) {
    for (const j of set) isTaken[j] = 1;
    const part = restricted(design, problem, { set, steepest, square });
    const own = (values: Float64Array): Float64Array => Float64Array.from(set, (j) => values[j] ?? 0);
    const solution = breakTies(part, solveQuadraticL1(part, own(b)).b, own(metric));
    for (const [place, j] of set.entries()) b[j] = solution[place] ?? 0;
    timesVector(design, b, scores);
    gradient = transposedTimes(
      design,
      scores.map((score, row) => score * (shares[row] ?? 0) - (weighed[row] ?? 0)),
    );
    for (let j = 0; j < columns; j++) gradient[j] = (gradient[j] ?? 0) + (l2[j] ?? 0) * (b[j] ?? 0);
    const missing = [...b.keys()].filter((j) => !isTaken[j] && Math.abs(gradient[j] ?? 0) >= TIED * (l1[j] ?? 0));
    if (missing.length === 0) break;
    set = [...set, ...mostUrgent(missing, urgency, set.length)].sort(ascending);
  }
  return { b, dualityGap: dualityGap({ linear: steepest, l1, square }, b, gradient), steepest };
}

const ascending = (one: number, other: number): number => one - other;
const mostUrgent = (columns: number[], urgency: (j: number) => number, count: number): number[] =>
  columns.length <= count ? columns : columns.sort((one, other) => urgency(other) - urgency(one)).slice(0, count);

/** The same problem in the columns of a set, as one matrix. */
function restricted(
  design: WorkingDesign,
  { shares, l1, l2 }: SquaresL1,
  {
    set,
    steepest,
    square,
  }: { readonly set: readonly number[]; readonly steepest: Float64Array; readonly square: number },
): QuadraticL1 {
  const size = set.length;
  const cells = design.full && size === design.columns ? design.full : chosenColumns(design, set);
  const gram = denseGram(cells, shares, size);
  const diagonal = new Float64Array(size);
  for (const [place, j] of set.entries()) {
    const at = place * size + place;
    gram[at] = (gram[at] ?? 0) + (l2[j] ?? 0);
    diagonal[place] = gram[at] ?? 0;
  }
  return {
    size,
    column: (place) => gram.subarray(place * size, (place + 1) * size),
    diagonal,
    linear: Float64Array.from(set, (j) => steepest[j] ?? 0),
    l1: Float64Array.from(set, (j) => l1[j] ?? 0),
    square,
  };
}
