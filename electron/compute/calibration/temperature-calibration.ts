import type { CalibrationRows, MulticlassRows } from './calibration-rows.ts';
import { softmax } from './softmax.ts';

/** Logits are divided by it: above 1 a model that was too sure. */
export interface TemperatureCalibration {
  readonly temperature: number;
  /** Mean log loss at it. */
  readonly logLoss: number;
}

/** Temperatures lie between e to minus this and e to this: beyond, labels follow the scores without error or not at all. */
const WIDEST = 6;

/**
 * Temperature scaling (Guo and others 2017): the one number by which logits are divided for the smallest mean log loss of
 * sigmoid(scale * score / T) for two classes, of softmax(logits / T) for several. The loss is convex in 1 / T: Newton's
 * method between bounds.
 */
export function temperatureCalibration(
  rows: (CalibrationRows & { readonly scale?: number | undefined }) | MulticlassRows,
): TemperatureCalibration {
  const logits =
    'logits' in rows ? rows.logits : Array.from(rows.score, (score) => [0, score * (rows.scale ?? 1)] as const);
  const { label, weight = null } = rows;
  let [low, high] = [Math.exp(-WIDEST), Math.exp(WIDEST)];
  let inverse = 1;
  for (let step = 0; step < 200; step++) {
    const { slope, curvature } = lossAt(logits, { label, weight, inverse });
    if (slope > 0) high = inverse;
    else low = inverse;
    const wanted = inverse - slope / curvature;
    // Outside of what is known, halve in logarithms.
    const next = wanted > low && wanted < high ? wanted : Math.sqrt(low * high);
    const isDone = Math.abs(next - inverse) <= 1e-15 * inverse || high - low <= 1e-15 * high;
    inverse = next;
    if (isDone) break;
  }
  return { temperature: 1 / inverse, logLoss: lossAt(logits, { label, weight, inverse }).loss };
}

function lossAt(
  logits: readonly ArrayLike<number>[],
  {
    label,
    weight,
    inverse,
  }: { readonly label: ArrayLike<number>; readonly weight: ArrayLike<number> | null; readonly inverse: number },
): { readonly loss: number; readonly slope: number; readonly curvature: number } {
  let [loss, slope, curvature, total] = [0, 0, 0, 0];
  for (const [row, scores] of logits.entries()) {
    const w = weight ? (weight[row] ?? 0) : 1;
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < scores.length; k++) top = Math.max(top, scores[k] ?? 0);
    let [sum, mean, squares] = [0, 0, 0];
    for (let k = 0; k < scores.length; k++) {
      const away = (scores[k] ?? 0) - top;
      const power = Math.exp(inverse * away);
      sum += power;
      mean += power * away;
      squares += power * away * away;
    }
    const own = (scores[label[row] ?? 0] ?? 0) - top;
    loss += w * (Math.log(sum) - inverse * own);
    slope += w * (mean / sum - own);
    curvature += w * (squares / sum - (mean / sum) ** 2);
    total += w;
  }
  return { loss: loss / total, slope: slope / total, curvature: curvature / total };
}

/** Shares of the classes with a temperature. */
export const sharesAtTemperature = (logits: ArrayLike<number>, temperature: number): Float64Array =>
  softmax(Float64Array.from(logits, (logit) => logit / temperature));
