import { fitScores } from '../linear/score-fit.ts';
import { logisticLoss, sigmoid } from '../linear/smooth-model.ts';
import type { CalibrationRows } from './calibration-rows.ts';

/** P = 1 / (1 + exp(a score + b)). */
export interface SigmoidCalibration {
  readonly a: number;
  readonly b: number;
}

/**
 * Platt's calibration (1999) of a score that is no probability, such as a logit: the sigmoid with the smallest log loss
 * against targets (n1 + 1) / (n1 + 2) and 1 / (n0 + 2) (Lin, Lin and Weng 2007), which keep it finite where the classes
 * are apart. By Newton's method to the last digits.
 */
export function sigmoidCalibration({ score, label, weight = null }: CalibrationRows): SigmoidCalibration {
  const rows = score.length;
  const weights = Float64Array.from({ length: rows }, (_, i) => (weight ? (weight[i] ?? 0) : 1));
  let [positives, total] = [0, 0];
  for (const [i, w] of weights.entries()) {
    positives += w * (label[i] ?? 0);
    total += w;
  }
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (total - positives + 2)];
  const { coefficients, intercept } = fitScores(
    {
      x: { rows, columns: 1, values: Float64Array.from(score) },
      y: Float64Array.from(label, (value) => (value === 1 ? high : low)),
      weight: weights,
      totalWeight: total,
    },
    {
      loss: logisticLoss,
      scale: 1,
      penalty: { kind: 'none', strength: 0 },
      hasIntercept: true,
      start: Math.log((positives + 1) / (total - positives + 1)),
    },
  );
  return { a: -(coefficients[0] ?? 0), b: -intercept };
}

export const sigmoidAt = ({ a, b }: SigmoidCalibration, score: number): number => sigmoid(-(a * score + b));
