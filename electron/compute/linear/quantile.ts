import { AppError } from '../../../shared/errors.ts';
import { checkedData, type LinearData } from './linear-data.ts';
import { type LinearFit, linearScores, NOT_CONVERGED, PENALISED } from './linear-fit.ts';
import { interiorPoint, type PinballRows } from './pinball-interior.ts';
import { toVertex } from './pinball-vertex.ts';
import { chosenColumns, toOriginal, workingDesign } from './working-design.ts';

export interface QuantileFit extends LinearFit {
  /** Rows that the fit passes through. */
  readonly residualsAtZero: number;
  /** Whether the answer is a corner of the linear program, with every digit; else it is inside, this close to the smallest. */
  readonly isVertex: boolean;
  readonly dualityGap: number;
}

/** Residuals below this share of the largest answer are zero. */
const AT_ZERO = 1e-7;

/**
 * Quantile regression: sum w pinball(y - b0 - Xb) / sum w + alpha |b|_1 with pinball(r) = quantile max(r, 0) + (1 - quantile)
 * max(-r, 0), the intercept free. A primal-dual interior point method (Portnoy and Koenker 1997) finds the neighbourhood, an
 * exact simplex walk the corner. Where several solutions are as good, one of them.
 */
export function quantile(
  data: LinearData,
  params: { readonly quantile?: number; readonly alpha?: number; readonly intercept?: boolean } = {},
): QuantileFit {
  const { quantile: level = 0.5, alpha = 0, intercept: hasIntercept = true } = params;
  if (!(level > 0 && level < 1 && alpha >= 0))
    throw new AppError('INVALID_ARGUMENT', {
      message: `There is no quantile ${level} with a penalty of ${alpha}.`,
      remedy: 'Quantiles lie between 0 and 1, penalties are zero or more.',
    });
  const checked = checkedData(data);
  const { x, y, weight, totalWeight } = checked;
  const design = workingDesign(checked, { hasIntercept, isAllCentred: true });
  const offset = Number(hasIntercept);
  const { columns } = design;
  // A penalty is one more row a column, whose answer is zero: alpha |b| is its pinball loss.
  const extra = alpha > 0 ? [...design.scales.keys()] : [];
  const rows = x.rows + extra.length;
  const matrix = new Float64Array(rows * columns);
  const cells = chosenColumns(design, [...Array(columns).keys()]);
  for (let row = 0; row < x.rows; row++)
    matrix.set(cells.values.subarray(row * cells.width, row * cells.width + columns), row * columns);
  const [above, below, answers] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < x.rows; row++) {
    // Weights with a mean of one keep numbers at size one.
    const share = ((weight[row] ?? 0) * x.rows) / totalWeight;
    above[row] = level * share;
    below[row] = (1 - level) * share;
    answers[row] = y[row] ?? 0;
  }
  const center = answers.reduce((sum, value) => sum + value, 0) / x.rows;
  const spread = Math.sqrt(y.reduce((sum, value) => sum + (value - center) ** 2, 0) / x.rows) || 1;
  const shift = hasIntercept ? center : 0;
  for (let row = 0; row < x.rows; row++) answers[row] = ((answers[row] ?? 0) - shift) / spread;
  for (const column of extra) {
    const row = x.rows + column;
    matrix[row * columns + column + offset] = 1;
    above[row] = (alpha * x.rows) / (design.scales[column] ?? 1);
    below[row] = above[row] ?? 0;
  }
  const problem: PinballRows = { rows, columns, x: matrix, y: answers, above, below };
  const inside = interiorPoint(problem);
  const corner = toVertex(problem, inside);
  const b = (corner?.b ?? inside.b).map((value, j) => value * spread + (hasIntercept && j === 0 ? shift : 0));
  const { coefficients, intercept } = toOriginal(design, b);
  const scores = linearScores(x, coefficients, intercept);
  let [objective, residualsAtZero] = [0, 0];
  const size = y.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  for (let row = 0; row < x.rows; row++) {
    const residual = (y[row] ?? 0) - (scores[row] ?? 0);
    objective += ((weight[row] ?? 0) / totalWeight) * Math.max(level * residual, (level - 1) * residual);
    if (Math.abs(residual) <= AT_ZERO * size) residualsAtZero += 1;
  }
  for (const value of coefficients) objective += alpha * Math.abs(value);
  return {
    coefficients,
    intercept,
    objective,
    isConverged: corner !== null || inside.isConverged,
    reason: corner === null && !inside.isConverged ? NOT_CONVERGED : alpha > 0 ? PENALISED : NO_ERRORS,
    residualsAtZero,
    isVertex: corner !== null,
    dualityGap: corner === null ? (inside.gap * spread) / x.rows : 0,
  };
}

const NO_ERRORS = "The spread of a quantile's weights depends on the density of the answers, which is not estimated.";
