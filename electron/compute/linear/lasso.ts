import { checkedData, type LinearData } from './linear-data.ts';
import { type LinearFit, linearScores, PENALISED } from './linear-fit.ts';
import { solveSquaresL1 } from './squares-l1.ts';
import { toOriginal, workingDesign } from './working-design.ts';

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
  const { scales } = design;
  let mean = 0;
  if (intercept) for (let row = 0; row < x.rows; row++) mean += ((weight[row] ?? 0) * (y[row] ?? 0)) / totalWeight;
  const shares = weight.map((w) => w / totalWeight);
  const centred = y.map((value) => value - mean);
  const { b, dualityGap, steepest } = solveSquaresL1(design, {
    answers: centred,
    shares,
    l1: scales.map((scale) => (alpha * l1Ratio) / scale),
    l2: scales.map((scale) => (alpha * (1 - l1Ratio)) / scale ** 2),
    metric: scales.map((scale) => 1 / scale ** 2),
  });
  const { coefficients } = toOriginal(design, b);
  // The same centres as in the design: they are those of all columns here.
  let b0 = mean;
  for (let j = 0; j < x.columns; j++) b0 -= (coefficients[j] ?? 0) * (design.centers[j] ?? 0);
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
      steepest.reduce((most, value, j) => Math.max(most, Math.abs(value) * (scales[j] ?? 1)), 0) / l1Ratio,
    dualityGap,
  };
}
