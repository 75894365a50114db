import { normalTwoSided } from '../stats/normal.ts';
import { type CheckedData, checkedData, type LinearData, ZERO_OR_ONE } from './linear-data.ts';
import { type CoefficientErrors, type LinearFit, SEPARABLE, UNBOUNDED } from './linear-fit.ts';
import { type Penalty, type PenaltyKind, penaltyValue } from './penalty.ts';
import { fitScores } from './score-fit.ts';
import { logisticLoss } from './smooth-model.ts';

export interface LogisticParams {
  /** How much the loss counts beside the penalty; without a penalty it has no effect. */
  readonly C?: number | undefined;
  readonly penalty?: PenaltyKind | undefined;
  /** Of an elastic net. */
  readonly l1Ratio?: number | undefined;
  /** `balanced`: rows count so that classes weigh the same. */
  readonly classWeight?: 'balanced' | null | undefined;
  readonly intercept?: boolean | undefined;
}

/** Lists have the intercept (where there is one) first. */
export interface LogisticInference extends CoefficientErrors {
  readonly z: Float64Array;
  readonly logLikelihood: number;
  /** Of a model with an intercept alone. */
  readonly nullLogLikelihood: number;
  readonly aic: number;
  readonly bic: number;
  readonly oddsRatios: Float64Array;
}

export interface LogisticFit extends LinearFit, Partial<LogisticInference> {
  readonly nonZero: readonly number[];
}

/**
 * Logistic regression: C sum w ln(1 + exp(-s z)), s = +-1, plus |b|^2 / 2 (l2), |b|_1 (l1) or their mixture (elasticNet),
 * the intercept free, by Newton's method to the last digits. Without a penalty, standard errors from the curvature and
 * normal p values come too; where columns depend on each other the smallest of the solutions is answered, where classes are
 * separable the point reached, and `reason` says so. `y` holds 0 and 1.
 */
export function logistic(data: LinearData, params: LogisticParams = {}): LogisticFit {
  const { C = 1, penalty: kind = 'l2', l1Ratio, classWeight = null, intercept = true } = params;
  const checked = weighedClasses(checkedData(data, ZERO_OR_ONE), classWeight, 2);
  const isFree = kind === 'none';
  const scale = isFree ? 1 : C;
  const penalty: Penalty = { kind, strength: 1, l1Ratio };
  let positives = 0;
  for (const [row, answer] of checked.y.entries()) positives += answer * (checked.weight[row] ?? 0);
  const { errors, scores, ...fit } = fitScores(checked, {
    loss: logisticLoss,
    scale,
    penalty,
    hasIntercept: intercept,
    start: Math.log(positives / (checked.totalWeight - positives)),
  });
  let loss = 0;
  for (const [row, z] of scores.entries())
    loss += (checked.weight[row] ?? 0) * logisticLoss.loss(z, checked.y[row] ?? 0);
  const objective = scale * loss + penaltyValue(penalty, fit.coefficients);
  const reason = fit.reason === UNBOUNDED ? SEPARABLE : fit.reason;
  if (errors === null) return { ...fit, objective, reason };
  const all = Float64Array.from(intercept ? [fit.intercept, ...fit.coefficients] : fit.coefficients);
  const z = all.map((value, i) => value / (errors[i] ?? 1));
  const share = positives / checked.totalWeight;
  const rows = checked.x.rows;
  return {
    ...fit,
    objective,
    reason,
    standardErrors: errors,
    z,
    pValues: z.map(normalTwoSided),
    logLikelihood: -loss,
    nullLogLikelihood: intercept
      ? positives * Math.log(share) + (checked.totalWeight - positives) * Math.log(1 - share)
      : -checked.totalWeight * Math.LN2,
    aic: 2 * all.length + 2 * loss,
    bic: all.length * Math.log(rows) + 2 * loss,
    oddsRatios: all.map(Math.exp),
  };
}

/** Weights with which every class weighs the same (each row's is multiplied by rows / classes / rows of its class). */
export function weighedClasses(data: CheckedData, classWeight: 'balanced' | null, classes: number): CheckedData {
  if (classWeight === null) return data;
  const sums = new Float64Array(classes);
  for (const [row, label] of data.y.entries()) sums[label] = (sums[label] ?? 0) + (data.weight[row] ?? 0);
  const weight = data.weight.map((w, row) => (w * data.totalWeight) / (classes * (sums[data.y[row] ?? 0] ?? 1)));
  return { ...data, weight, totalWeight: weight.reduce((sum, w) => sum + w, 0) };
}
