import { checkedData, type LinearData } from './linear-data.ts';
import { type LinearFit, linearScores, PENALISED } from './linear-fit.ts';
import { breakTies, type QuadraticL1, solveQuadraticL1 } from './quadratic-l1.ts';
import {
  denseRows,
  timesVector,
  toOriginal,
  transposedTimes,
  type WorkingDesign,
  weightedGram,
  workingDesign,
} from './working-design.ts';

export interface LassoFit extends LinearFit {
  /** Columns whose coefficient is not zero. */
  readonly nonZero: readonly number[];
  /** From this alpha on every coefficient is zero. */
  readonly largestUsefulAlpha: number;
  /** The objective is no further than this above the smallest there is. */
  readonly dualityGap: number;
}

/**
 * Lasso: sum w (y - b0 - Xb)^2 / (2 sum w) + alpha |b|_1, the intercept free. Where dependent columns leave several solutions,
 * the one with the smallest |b|^2.
 */
export const lasso = (
  data: LinearData,
  { alpha = 1, intercept = true }: { readonly alpha?: number; readonly intercept?: boolean } = {},
): LassoFit => elasticNet(data, { alpha, l1Ratio: 1, intercept });

/** Elastic net: the same squares + alpha (l1Ratio |b|_1 + (1 - l1Ratio) |b|^2 / 2). */
export function elasticNet(
  data: LinearData,
  {
    alpha = 1,
    l1Ratio = 0.5,
    intercept = true,
  }: { readonly alpha?: number; readonly l1Ratio?: number; readonly intercept?: boolean } = {},
): LassoFit {
  const checked = checkedData(data);
  const { x, y, weight, totalWeight } = checked;
  // Centred columns and answers make the intercept fall out of the problem.
  const design = workingDesign(checked, { hasIntercept: intercept, isAllCentred: true, hasItsColumn: false });
  const { columns, scales } = design;
  let mean = 0;
  if (intercept) for (let row = 0; row < x.rows; row++) mean += ((weight[row] ?? 0) * (y[row] ?? 0)) / totalWeight;
  const shares = weight.map((w) => w / totalWeight);
  const centred = y.map((value) => value - mean);
  const linear = transposedTimes(
    design,
    centred.map((value, row) => value * (shares[row] ?? 0)),
  );
  const l2 = scales.map((scale) => (alpha * (1 - l1Ratio)) / scale ** 2);
  const { column, diagonal } = lazyGram(design, shares, l2);
  const problem: QuadraticL1 = {
    size: columns,
    column,
    diagonal,
    linear,
    l1: scales.map((scale) => (alpha * l1Ratio) / scale),
    square: centred.reduce((sum, value, row) => sum + value * value * (shares[row] ?? 0), 0),
  };
  const solution = solveQuadraticL1(problem, new Float64Array(columns));
  const { coefficients } = toOriginal(
    design,
    breakTies(
      problem,
      solution.b,
      scales.map((scale) => 1 / scale ** 2),
    ),
  );
  // The same centres as in the design: they are those of all columns here.
  let b0 = mean;
  for (let j = 0; j < columns; j++) b0 -= (coefficients[j] ?? 0) * (design.centers[j] ?? 0);
  const scores = linearScores(x, coefficients, intercept ? b0 : 0);
  let objective = 0;
  for (const value of coefficients)
    objective += alpha * (l1Ratio * Math.abs(value) + ((1 - l1Ratio) * value * value) / 2);
  for (let row = 0; row < x.rows; row++)
    objective += ((shares[row] ?? 0) * ((y[row] ?? 0) - (scores[row] ?? 0)) ** 2) / 2;
  return {
    coefficients,
    intercept: intercept ? b0 : 0,
    objective,
    isConverged: true,
    reason: PENALISED,
    nonZero: [...coefficients.keys()].filter((j) => coefficients[j] !== 0),
    largestUsefulAlpha:
      linear.reduce((most, value, j) => Math.max(most, Math.abs(value) * (scales[j] ?? 1)), 0) / l1Ratio,
    dualityGap: solution.dualityGap ?? 0,
  };
}

/** Up to so many columns of a design without zeros their whole matrix is made at once. */
const FEW_COLUMNS = 256;

/** Columns of X' diag(q) X + diag(l2), of many each made when it is first asked for: only those of the support ever are. */
function lazyGram(design: WorkingDesign, q: Float64Array, l2: Float64Array) {
  const { rows, columns, starts, indices, values } = design;
  const diagonal = l2.slice();
  if (columns <= FEW_COLUMNS && denseRows(design)) {
    const gram = weightedGram(design, q);
    for (let j = 0; j < columns; j++) {
      diagonal[j] = (diagonal[j] ?? 0) + (gram[j * columns + j] ?? 0);
      gram[j * columns + j] = diagonal[j] ?? 0;
    }
    return { column: (j: number): Float64Array => gram.subarray(j * columns, (j + 1) * columns), diagonal };
  }
  for (let row = 0; row < rows; row++)
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at++) {
      const j = indices[at] ?? 0;
      diagonal[j] = (diagonal[j] ?? 0) + (q[row] ?? 0) * (values[at] ?? 0) ** 2;
    }
  const made = new Map<number, Float64Array>();
  const unit = new Float64Array(columns);
  const scores = new Float64Array(rows);
  const column = (j: number): Float64Array => {
    const known = made.get(j);
    if (known) return known;
    unit[j] = 1;
    timesVector(design, unit, scores);
    unit[j] = 0;
    for (let row = 0; row < rows; row++) scores[row] = (scores[row] ?? 0) * (q[row] ?? 0);
    const fresh = transposedTimes(design, scores);
    fresh[j] = diagonal[j] ?? 0;
    made.set(j, fresh);
    return fresh;
  };
  return { column, diagonal };
}
