import { scaledFactor, solverOf } from './cholesky.ts';
import { dot } from './dot.ts';
import { type LeastSquaresInference, leastSquaresInference, type SolvedRows } from './least-squares-inference.ts';
import { type CheckedData, checkedData, type LinearData } from './linear-data.ts';
import { COLLINEAR, type LinearFit, linearScores, TOO_FEW_ROWS } from './linear-fit.ts';
import { pivotedQr, smallestSolution } from './pivoted-qr.ts';
import { timesVector, toOriginal, transposedTimes, weightedGram, workingDesign } from './working-design.ts';

export interface LeastSquaresFit extends LinearFit, Partial<LeastSquaresInference> {
  /** Independent columns, the intercept not counted. */
  readonly rank: number;
}

/**
 * Least squares: b with the smallest sum w (y - b0 - Xb)^2, by QR with column pivoting on centred, scaled columns; of
 * several solutions the one with the smallest |b| (intercept not counted). With independent columns and more rows than
 * columns, standard errors and what follows from them come too; otherwise `reason` says what is missing.
 */
export function leastSquares(
  data: LinearData,
  { intercept = true }: { readonly intercept?: boolean } = {},
): LeastSquaresFit {
  const checked = checkedData(data);
  const solved = solveRows(checked, intercept, 0);
  const { rows, columns } = checked.x;
  const parameters = columns + Number(intercept);
  const reason = solved.rank < columns ? COLLINEAR : rows <= parameters ? TOO_FEW_ROWS : null;
  const inference = reason === null ? leastSquaresInference(checked, solved, intercept) : {};
  return { ...solved, isConverged: true, reason, ...inference };
}

/**
 * Ridge regression: sum w (y - b0 - Xb)^2 + alpha |b|^2, the intercept free, by the matrix of products where no column is nearly a
 * combination of others, else by QR of the rows with the penalty as rows of their own. Alpha 0 is least squares.
 */
export function ridge(
  data: LinearData,
  { alpha = 1, intercept = true }: { readonly alpha?: number; readonly intercept?: boolean } = {},
): LinearFit {
  const checked = checkedData(data);
  const solved = solveByProducts(checked, intercept, alpha) ?? solveRows(checked, intercept, alpha);
  return { ...solved, isConverged: true, reason: null };
}

/** What a column must add at least, as a share of its own square, for products to hold all digits that the rows do. */
const INDEPENDENT = 1e-6;

/** Null where columns are too near to combinations of others, or as many as rows. */
function solveByProducts(data: CheckedData, hasIntercept: boolean, alpha: number) {
  const { x, y, weight, totalWeight } = data;
  if (x.columns >= x.rows) return null;
  const design = workingDesign(data, { hasIntercept, isAllCentred: true, hasItsColumn: false });
  const { columns, scales, centers } = design;
  const gram = weightedGram(design, weight);
  const l2 = scales.map((scale) => alpha / scale ** 2);
  for (let j = 0; j < columns; j++)
    gram[j * columns + j] = design.isEmpty[j] ? 1 : (gram[j * columns + j] ?? 0) + (l2[j] ?? 0);
  const scaled = scaledFactor(gram, columns);
  for (let j = 0; j < columns; j++) if ((scaled.factor.lower[j * columns + j] ?? 0) ** 2 < INDEPENDENT) return null;
  const solve = solverOf(scaled);
  const mean = hasIntercept ? y.reduce((sum, value, row) => sum + ((weight[row] ?? 0) * value) / totalWeight, 0) : 0;
  const b = new Float64Array(columns);
  const residual = new Float64Array(x.rows);
  // Again from what is left over, for the digits that the products lost.
  for (let pass = 0; pass < 2; pass++) {
    timesVector(design, b, residual);
    for (let row = 0; row < x.rows; row++)
      residual[row] = (weight[row] ?? 0) * ((y[row] ?? 0) - mean - (residual[row] ?? 0));
    const slope = transposedTimes(design, residual);
    const step = solve(slope.map((value, j) => value - (l2[j] ?? 0) * (b[j] ?? 0)));
    for (let j = 0; j < columns; j++) b[j] = (b[j] ?? 0) + (step[j] ?? 0);
  }
  const { coefficients } = toOriginal(design, b);
  const intercept = hasIntercept ? mean - dot(coefficients, centers) : 0;
  return { coefficients, intercept, objective: ridgeObjective(data, { coefficients, intercept, alpha }) };
}

function ridgeObjective(
  { x, y, weight }: CheckedData,
  { coefficients, intercept, alpha }: { coefficients: Float64Array; intercept: number; alpha: number },
): number {
  const scores = linearScores(x, coefficients, intercept);
  let objective = alpha * dot(coefficients, coefficients);
  for (let row = 0; row < x.rows; row++) objective += (weight[row] ?? 0) * ((y[row] ?? 0) - (scores[row] ?? 0)) ** 2;
  return objective;
}

function solveRows(data: CheckedData, hasIntercept: boolean, alpha: number): SolvedRows {
  const { x, y, weight, totalWeight } = data;
  const { rows, columns, values } = x;
  const roots = weight.map(Math.sqrt);
  const means = new Float64Array(columns);
  let mean = 0;
  if (hasIntercept) {
    for (let row = 0, at = 0; row < rows; row++) {
      const w = weight[row] ?? 0;
      for (let column = 0; column < columns; column++, at++)
        means[column] = (means[column] ?? 0) + (w * (values[at] ?? 0)) / totalWeight;
      mean += (w * (y[row] ?? 0)) / totalWeight;
    }
  }
  const extra = alpha > 0 ? columns : 0;
  const scales = new Float64Array(columns);
  const parts = Array.from({ length: columns }, (_, column) => {
    const part = new Float64Array(rows + extra);
    const center = means[column] ?? 0;
    let [squares, size] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const raw = values[row * columns + column] ?? 0;
      const value = (roots[row] ?? 0) * (raw - center);
      part[row] = value;
      squares += value * value;
      size += (weight[row] ?? 0) * raw * raw;
    }
    // What is left of a constant column after centring is rounding.
    const isConstant = squares <= 1e-26 * size;
    if (isConstant) part.fill(0, 0, rows);
    const scale = isConstant ? 1 : Math.sqrt(squares);
    for (let row = 0; row < rows; row++) part[row] = (part[row] ?? 0) / scale;
    if (extra > 0) part[rows + column] = Math.sqrt(alpha) / scale;
    scales[column] = scale;
    return part;
  });
  const right = new Float64Array(rows + extra);
  for (let row = 0; row < rows; row++) right[row] = (roots[row] ?? 0) * ((y[row] ?? 0) - mean);
  const qr = pivotedQr(parts, right);
  const scaled = smallestSolution(
    qr,
    scales.map((scale) => 1 / scale),
  );
  const coefficients = scaled.map((value, column) => value / (scales[column] ?? 1));
  let intercept = mean;
  for (let column = 0; column < columns; column++) intercept -= (means[column] ?? 0) * (coefficients[column] ?? 0);
  if (!hasIntercept) intercept = 0;
  const objective = ridgeObjective(data, { coefficients, intercept, alpha });
  return { coefficients, intercept, objective, rank: qr.rank, qr, means, scales };
}
