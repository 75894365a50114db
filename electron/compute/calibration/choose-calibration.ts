import { countText } from '../../../shared/count-text.ts';
import { seededRandom } from '../train/seeded-random.ts';
import {
  type Calibration,
  type CalibrationMethod,
  type ClassShares,
  calibrate,
  learnCalibration,
} from './calibration.ts';

/** What is tried, the simplest first, on this many rows or more: a single number, two, a curve that can bend anywhere. */
const TRIED: readonly (readonly [CalibrationMethod, number])[] = [
  ['temperature', 50],
  ['platt', 100],
  ['isotonic', 1000],
];
const FOLDS = 5;
const LEAST_PROBABILITY = 1e-15;

export interface ChosenCalibration {
  /** Null: the shares are best left as they are. */
  readonly calibration: Calibration | null;
  /** One phrase. */
  readonly reason: string;
}

/**
 * The calibration with the smallest log loss over five folds of the rows (each judged by curves of the other four). A simpler
 * one, or none, is preferred where the better one's advantage is within a standard error: it may be chance.
 */
export function chooseCalibration(
  shares: ClassShares,
  rows: { readonly targets: ArrayLike<number>; readonly weights: ArrayLike<number> | null; readonly seed: number },
): ChosenCalibration {
  const { targets, weights, seed } = rows;
  const count = targets.length;
  const tried = TRIED.filter(([, fewestRows]) => count >= fewestRows);
  if (tried.length === 0)
    return { calibration: null, reason: `${countText(count)} held-out rows are too few to calibrate with` };
  const folds = foldsOf(count, seed);
  const plain = losses(shares, targets);
  // From the simplest on: none, one number, two, a curve.
  let best: { method: CalibrationMethod | null; losses: Float64Array } = { method: null, losses: plain };
  for (const [method] of tried) {
    const own = new Float64Array(count);
    for (let fold = 0; fold < FOLDS; fold++) {
      const inside = [...folds.keys()].filter((row) => folds[row] !== fold);
      const outside = [...folds.keys()].filter((row) => folds[row] === fold);
      const calibration = learnCalibration(method, take(shares, inside), {
        targets: inside.map((row) => targets[row] ?? 0),
        weights: weights ? inside.map((row) => weights[row] ?? 0) : null,
      });
      const part = take(shares, outside);
      const fitted = losses(
        { probabilities: calibrate(calibration, part), classes: shares.classes },
        outside.map((row) => targets[row] ?? 0),
      );
      for (const [place, row] of outside.entries()) own[row] = fitted[place] ?? 0;
    }
    if (isBetter(own, best.losses, weights)) best = { method, losses: own };
  }
  if (best.method === null)
    return { calibration: null, reason: 'the probabilities are as good as any calibration of them' };
  return {
    calibration: learnCalibration(best.method, shares, { targets, weights }),
    reason: 'it has the smallest log loss on held-out rows',
  };
}

/** Whether losses are smaller on average by more than a standard error of the paired difference. */
function isBetter(own: Float64Array, other: Float64Array, weights: ArrayLike<number> | null): boolean {
  let [total, sum, squares, effective] = [0, 0, 0, 0];
  for (const [row, loss] of own.entries()) {
    const w = weights ? (weights[row] ?? 0) : 1;
    const gain = (other[row] ?? 0) - loss;
    total += w;
    sum += w * gain;
    squares += w * gain * gain;
    effective += w * w;
  }
  const mean = sum / total;
  const variance = Math.max(0, squares / total - mean * mean);
  return mean > Math.sqrt((variance * effective) / (total * total));
}

/** Log loss of each row. */
function losses({ probabilities, classes }: ClassShares, targets: ArrayLike<number>): Float64Array {
  return Float64Array.from(
    targets,
    (target, row) => -Math.log(Math.max(probabilities[row * classes + target] ?? 0, LEAST_PROBABILITY)),
  );
}

const take = ({ probabilities, classes }: ClassShares, rows: readonly number[]): ClassShares => ({
  classes,
  probabilities: Float64Array.from({ length: rows.length * classes }, (_, i) => {
    const row = rows[Math.floor(i / classes)] ?? 0;
    return probabilities[row * classes + (i % classes)] ?? 0;
  }),
});

/** A fold for each row, of equal sizes, drawn by the seed. */
function foldsOf(count: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const folds = Uint8Array.from({ length: count }, (_, row) => row % FOLDS);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [folds[i], folds[j]] = [folds[j] ?? 0, folds[i] ?? 0];
  }
  return folds;
}
