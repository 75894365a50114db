import { heightAt, isotonicKnots } from '../stats/isotonic.ts';
import type { CalibrationRows, MulticlassRows } from './calibration-rows.ts';
import { softmax } from './softmax.ts';

/** Ascending scores and the calibrated probability at each: straight lines between, flat beyond. */
export interface IsotonicCalibration {
  readonly thresholdsX: Float64Array;
  readonly thresholdsY: Float64Array;
}

/**
 * Isotonic calibration (Zadrozny and Elkan 2002): the rising function of the score nearest to the labels. As it can bend
 * anywhere, it wants a thousand rows or more. Without rows there are no thresholds.
 */
export function isotonicCalibration({ score, label, weight = null }: CalibrationRows): IsotonicCalibration {
  const { x, y } = isotonicKnots(score, label, weight);
  // Rounding may leave the unit interval by a last digit.
  return { thresholdsX: x, thresholdsY: y.map((value) => Math.min(Math.max(value, 0), 1)) };
}

export const isotonicAt = ({ thresholdsX, thresholdsY }: IsotonicCalibration, score: number): number =>
  heightAt({ x: thresholdsX, y: thresholdsY }, score);

/**
 * The same for several classes: one calibration a class against all others on softmax probabilities (Zadrozny and Elkan
 * 2002); calibrated rows are brought to a sum of one, a row of zeros to equal shares.
 */
export function isotonicCalibrationMulticlass({ logits, label, weight = null }: MulticlassRows): {
  readonly classes: readonly IsotonicCalibration[];
  /** Calibrated, of the rows themselves. */
  readonly probability: Float64Array[];
} {
  const shares = logits.map(softmax);
  const count = logits[0]?.length ?? 0;
  const classes = Array.from({ length: count }, (_, k) =>
    isotonicCalibration({
      score: shares.map((row) => row[k] ?? 0),
      label: Float64Array.from(label, (value) => Number(value === k)),
      weight,
    }),
  );
  return { classes, probability: shares.map((row) => sharesOf(row.map((share, k) => isotonicIn(classes, k, share)))) };
}

const isotonicIn = (classes: readonly IsotonicCalibration[], k: number, share: number): number => {
  const own = classes[k];
  return own === undefined ? share : isotonicAt(own, share);
};

/** Brought to a sum of one; equal shares where all are zero. */
export function sharesOf(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => (sum > 0 ? value / sum : 1 / values.length));
}
