import type { CheckedData } from './linear-data.ts';
import { timesVector, transposedTimes, type WorkingDesign, weightedGram } from './working-design.ts';

/** A convex, twice differentiable function of the working coefficients, penalties not counted. */
export interface SmoothModel {
  readonly size: number;
  value(b: Float64Array): number;
  /** At the point that `value` was last asked for. */
  derivatives(): { readonly gradient: Float64Array; readonly hessian: Float64Array };
  /** Of models whose matrix would cost too much: the gradient alone, and Newton's step from one with squared penalties. */
  readonly withoutMatrix?: {
    gradient(): Float64Array;
    step(gradient: Float64Array, l2: Float64Array): Float64Array;
  };
}

/** The loss of one score z against an answer y, with its slope and curvature in z. */
export interface ScoreLoss {
  loss(z: number, y: number): number;
  slope(z: number, y: number): number;
  curvature(z: number, y: number): number;
}

/** ln(1 + e^z) - y z, for y of 0 or 1 (or a share between). */
export const logisticLoss: ScoreLoss = {
  loss: (z, y) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z,
  slope: (z, y) => (y === 1 ? -sigmoid(-z) : sigmoid(z) - y),
  curvature: (z) => sigmoid(z) * sigmoid(-z),
};

/** e^z - y z: Poisson's, without what does not depend on z. */
export const poissonLoss: ScoreLoss = {
  loss: (z, y) => Math.exp(z) - y * z,
  slope: (z, y) => Math.exp(z) - y,
  curvature: (z) => Math.exp(z),
};

/** z + y e^-z: the gamma law's with a logarithmic link. */
export const gammaLoss: ScoreLoss = {
  loss: (z, y) => z + y * Math.exp(-z),
  slope: (z, y) => 1 - y * Math.exp(-z),
  curvature: (z, y) => y * Math.exp(-z),
};

/** Half the squared difference. */
export const squaredLoss: ScoreLoss = {
  loss: (z, y) => (z - y) ** 2 / 2,
  slope: (z, y) => z - y,
  curvature: () => 1,
};

/** 1 / (1 + e^-z), with every digit in both tails. */
export function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const power = Math.exp(z);
  return power / (1 + power);
}

/** `scale` times the weighted sum of a loss over the rows of a design. */
export function scoreModel(
  design: WorkingDesign,
  { y, weight }: Pick<CheckedData, 'y' | 'weight'>,
  { loss, scale }: { readonly loss: ScoreLoss; readonly scale: number },
): SmoothModel {
  const { rows, columns } = design;
  const scores = new Float64Array(rows);
  const [slopes, curvatures] = [new Float64Array(rows), new Float64Array(rows)];
  return {
    size: columns,
    value(b) {
      timesVector(design, b, scores);
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += (weight[row] ?? 0) * loss.loss(scores[row] ?? 0, y[row] ?? 0);
      return scale * sum;
    },
    derivatives() {
      for (let row = 0; row < rows; row++) {
        const [z, answer, w] = [scores[row] ?? 0, y[row] ?? 0, scale * (weight[row] ?? 0)];
        slopes[row] = w * loss.slope(z, answer);
        curvatures[row] = w * loss.curvature(z, answer);
      }
      return { gradient: transposedTimes(design, slopes), hessian: weightedGram(design, curvatures) };
    },
  };
}
