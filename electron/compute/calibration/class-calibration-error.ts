import { calibrationError } from '../stats/calibration.ts';
import type { ClassShares } from './calibration.ts';

/**
 * Expected calibration error in ten bins: of the second class for two, over all pairs of row and class for more (Kumar,
 * Liang and Ma 2019, class-wise). Null without rows.
 */
export function classCalibrationError(
  { probabilities, classes }: ClassShares,
  targets: ArrayLike<number>,
  weights: ArrayLike<number> | null,
): number | null {
  const judged = classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k);
  const rows = targets.length;
  const of = (value: (row: number, k: number) => number): Float64Array =>
    Float64Array.from(judged.flatMap((k) => Array.from({ length: rows }, (_, row) => value(row, k))));
  return (
    calibrationError(
      of((row, k) => Number(targets[row] === k)),
      of((row, k) => probabilities[row * classes + k] ?? 0),
      { weights: weights === null ? null : of((row) => weights[row] ?? 0) },
    )?.ece ?? null
  );
}
