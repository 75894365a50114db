import { normalTwoSided } from '../stats/normal.ts';
import { type CheckedData, COUNT, checkedData, type LinearData, POSITIVE } from './linear-data.ts';
import type { CoefficientErrors, LinearFit } from './linear-fit.ts';
import { type Penalty, type PenaltyKind, penaltyValue } from './penalty.ts';
import { fitScores, type ScoreFit } from './score-fit.ts';
import { gammaLoss, poissonLoss, type ScoreLoss } from './smooth-model.ts';

export interface LogLinkParams {
  readonly alpha?: number | undefined;
  /** Default: l2. */
  readonly penalty?: PenaltyKind | undefined;
  readonly l1Ratio?: number | undefined;
  readonly intercept?: boolean | undefined;
}

export interface LogLinkFit extends LinearFit, Partial<CoefficientErrors> {
  readonly z?: Float64Array;
  readonly nonZero: readonly number[];
  /** Twice the log likelihood that is missing to a perfect fit. */
  readonly deviance: number;
}

/**
 * Poisson regression with a logarithmic link: sum w (exp(z) - y z) / sum w + alpha |b|^2 / 2, the intercept free, by Newton's
 * method. With alpha 0 and independent columns, standard errors and normal p values come too. Counts are zero or more.
 */
export function poisson(data: LinearData, params: LogLinkParams = {}): LogLinkFit {
  const checked = checkedData(data, COUNT);
  const { fit, errors } = fitLogLink(checked, poissonLoss, params);
  const deviance = summed(checked, fit, (y, mu) => 2 * ((y > 0 ? y * Math.log(y / mu) : 0) - (y - mu)));
  return { ...fit, deviance, ...(errors ? normalErrors(fit, errors, params) : {}) };
}

/**
 * Gamma regression with a logarithmic link: sum w (z + y exp(-z)) / sum w + alpha |b|^2 / 2. Standard errors use the expected
 * curvature and the dispersion by Pearson's chi-square over n - k. Answers are above zero.
 */
export function gamma(data: LinearData, params: LogLinkParams = {}): LogLinkFit {
  const checked = checkedData(data, POSITIVE);
  const { fit, errors } = fitLogLink(checked, gammaLoss, params);
  const deviance = summed(checked, fit, (y, mu) => 2 * ((y - mu) / mu - Math.log(y / mu)));
  if (errors === null) return { ...fit, deviance };
  // The expected curvature is the same for every score: one Newton step of squared loss has it as its own.
  const { rows, columns } = checked.x;
  const freedom = rows - columns - Number(params.intercept ?? true);
  const dispersion = summed(checked, fit, (y, mu) => ((y - mu) / mu) ** 2) / freedom;
  const expected = fitScores(checked, {
    loss: EVEN,
    scale: 1,
    penalty: { kind: 'none', strength: 0 },
    hasIntercept: params.intercept ?? true,
    start: 0,
  });
  const spread = (expected.errors ?? errors).map((value) => value * Math.sqrt(dispersion));
  return { ...fit, deviance, ...normalErrors(fit, spread, params) };
}

const EVEN: ScoreLoss = { loss: (z) => (z * z) / 2, slope: (z) => z, curvature: () => 1 };

function fitLogLink(data: CheckedData, loss: ScoreLoss, params: LogLinkParams) {
  const { alpha = 1, penalty: kind = 'l2', l1Ratio, intercept = true } = params;
  const penalty: Penalty = { kind: alpha === 0 ? 'none' : kind, strength: alpha, l1Ratio };
  let mean = 0;
  for (const [row, y] of data.y.entries()) mean += ((data.weight[row] ?? 0) * y) / data.totalWeight;
  const { errors, scores, ...fit } = fitScores(data, {
    loss,
    scale: 1 / data.totalWeight,
    penalty,
    hasIntercept: intercept,
    start: Math.log(mean),
  });
  let sum = 0;
  for (const [row, z] of scores.entries()) sum += (data.weight[row] ?? 0) * loss.loss(z, data.y[row] ?? 0);
  const objective = sum / data.totalWeight + penaltyValue(penalty, fit.coefficients);
  return { fit: { ...fit, scores, objective }, errors };
}

function summed(
  { y, weight }: CheckedData,
  { scores }: { readonly scores: Float64Array },
  part: (y: number, mu: number) => number,
): number {
  let sum = 0;
  for (const [row, z] of scores.entries()) sum += (weight[row] ?? 0) * part(y[row] ?? 0, Math.exp(z));
  return sum;
}

function normalErrors(
  { intercept, coefficients }: Pick<ScoreFit, 'intercept' | 'coefficients'>,
  standardErrors: Float64Array,
  { intercept: hasIntercept = true }: LogLinkParams,
) {
  const all = Float64Array.from(hasIntercept ? [intercept, ...coefficients] : coefficients);
  const z = all.map((value, i) => value / (standardErrors[i] ?? 1));
  return { standardErrors, z, pValues: z.map(normalTwoSided) };
}
