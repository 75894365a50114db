import { type Weights, weightAt, weightedMean, weightedQuantile } from './weights.ts';

/** Rows of a true number and a predicted one. */
export interface NumberScores {
  readonly truth: Float64Array;
  readonly predicted: ArrayLike<number>;
  readonly weights: Weights;
  /** Rows by size of error and by truth, smallest first, where they are known: saves sorting. */
  readonly byError?: () => Uint32Array;
  readonly byTruth?: () => Uint32Array;
}

type RowLoss = (truth: number, predicted: number) => number;

/** Weighted mean of a loss of each row. */
export const meanLoss = ({ truth, predicted, weights }: NumberScores, loss: RowLoss): number | null =>
  weightedMean(truth.length, weights, (i) => loss(truth[i] ?? 0, predicted[i] ?? 0));

export const absoluteError: RowLoss = (y, q) => Math.abs(y - q);
export const squaredError: RowLoss = (y, q) => (y - q) ** 2;
/** Pinball loss of a quantile: too low costs `alpha`, too high 1 - `alpha`. */
export const pinball =
  (alpha: number): RowLoss =>
  (y, q) =>
    Math.max(alpha * (y - q), (alpha - 1) * (y - q));
export const percentageError: RowLoss = (y, q) => Math.abs(y - q) / Math.abs(y);
/** Twice the error over the sizes of both, 0 to 2; 0 where both are zero. */
export const symmetricPercentageError: RowLoss = (y, q) =>
  y === 0 && q === 0 ? 0 : (2 * Math.abs(y - q)) / (Math.abs(y) + Math.abs(q));
export const squaredLogError: RowLoss = (y, q) => (Math.log1p(y) - Math.log1p(q)) ** 2;
export const poissonDeviance: RowLoss = (y, q) => 2 * ((y > 0 ? y * Math.log(y / q) : 0) - y + q);
export const gammaDeviance: RowLoss = (y, q) => 2 * (Math.log(q / y) + y / q - 1);
/** Tweedie deviance of a power between 1 and 2. */
export const tweedieDeviance =
  (power: number): RowLoss =>
  (y, q) =>
    2 *
    (Math.max(y, 0) ** (2 - power) / ((1 - power) * (2 - power)) -
      (y * q ** (1 - power)) / (1 - power) +
      q ** (2 - power) / (2 - power));

/** One less the loss over that of one constant; null where the constant has none: nothing is there to explain. */
function explained(scores: NumberScores, loss: RowLoss, constant: number | null): number | null {
  if (constant === null) return null;
  const own = meanLoss(scores, loss);
  const base = meanLoss(scores, (y) => loss(y, constant));
  return own === null || base === null || !(base > 0) ? null : 1 - own / base;
}

const meanTruth = ({ truth, weights }: NumberScores): number | null =>
  weightedMean(truth.length, weights, (i) => truth[i] ?? 0);

/** Share of the squared error explained; null for a constant truth. */
export function rSquared(scores: NumberScores): number | null {
  return isConstant(scores) ? null : explained(scores, squaredError, meanTruth(scores));
}

const isConstant = ({ truth, weights }: NumberScores): boolean => {
  const first = truth.find((_, i) => weightAt(weights, i) > 0);
  return truth.every((value, i) => value === first || weightAt(weights, i) === 0);
};

/** The same, a constant offset of the predictions forgiven. */
export function explainedVariance(scores: NumberScores): number | null {
  if (isConstant(scores)) return null;
  const offset = meanLoss(scores, (y, q) => y - q);
  const mean = meanTruth(scores);
  if (offset === null || mean === null) return null;
  const own = meanLoss(scores, (y, q) => (y - q - offset) ** 2);
  const base = meanLoss(scores, (y) => (y - mean) ** 2);
  return own === null || base === null || !(base > 0) ? null : 1 - own / base;
}

/** Share of a pinball loss explained, against the truth's own quantile; at 0.5 that of the absolute error. */
export const d2Pinball = (scores: NumberScores, alpha: number): number | null =>
  isConstant(scores) || scores.truth.length < 2
    ? null
    : explained(
        scores,
        pinball(alpha),
        weightedQuantile(scores.truth, alpha, {
          weights: scores.weights,
          ...(scores.byTruth ? { order: scores.byTruth() } : {}),
        }),
      );

/** Share of the Poisson deviance explained. */
export const d2Poisson = (scores: NumberScores): number | null =>
  isConstant(scores) ? null : explained(scores, poissonDeviance, meanTruth(scores));

/** Median size of an error; the middle of two where the weight is cut in half exactly. */
export const medianAbsoluteError = ({ truth, predicted, weights, byError }: NumberScores): number | null =>
  weightedQuantile(errorSizes(truth, predicted), 0.5, { weights, ...(byError ? { order: byError() } : {}) });

export const errorSizes = (truth: Float64Array, predicted: ArrayLike<number>): Float64Array =>
  truth.map((value, i) => Math.abs(value - (predicted[i] ?? 0)));

/** Size of the largest error; weights do not matter unless they are zero. */
export function maxError({ truth, predicted, weights }: NumberScores): number | null {
  let largest: number | null = null;
  for (let i = 0; i < truth.length; i++) {
    if (weightAt(weights, i) === 0) continue;
    largest = Math.max(largest ?? 0, Math.abs((truth[i] ?? 0) - (predicted[i] ?? 0)));
  }
  return largest;
}

/** Sum of sizes of errors over the sum of sizes of the truth; null where that is zero. */
export function weightedPercentageError(scores: NumberScores): number | null {
  const size = meanLoss(scores, (y) => Math.abs(y));
  const error = meanLoss(scores, absoluteError);
  return size === null || error === null || size === 0 ? null : error / size;
}
