import type { CalibrationRows } from './calibration-rows.ts';

export interface HistogramCalibration {
  /** The share of positives in each bin from k / bins on, the last one closed; NaN without rows. */
  readonly values: Float64Array;
}

/** Histogram binning of probabilities (Zadrozny and Elkan 2001) in bins of equal width. */
export function histogramCalibration(
  { score, label, weight = null }: CalibrationRows,
  { bins = 10 }: { readonly bins?: number } = {},
): HistogramCalibration {
  const [positives, total] = [new Float64Array(bins), new Float64Array(bins)];
  for (let row = 0; row < score.length; row++) {
    const bin = binOf(score[row] ?? 0, bins);
    const w = weight ? (weight[row] ?? 0) : 1;
    positives[bin] = (positives[bin] ?? 0) + w * (label[row] ?? 0);
    total[bin] = (total[bin] ?? 0) + w;
  }
  return { values: positives.map((sum, bin) => ((total[bin] ?? 0) > 0 ? sum / (total[bin] ?? 1) : Number.NaN)) };
}

/** A share that means an edge lies so far below it where 32-bit floats were added up: every engine must find the same bin. */
const ROUNDING = 5e-7;

/** Lower bounds of all bins but the first. */
export const histogramBounds = (bins: number): number[] =>
  Array.from({ length: bins - 1 }, (_, k) => (k + 1) / bins - ROUNDING);

const binOf = (p: number, bins: number): number => Math.max(0, Math.min(bins - 1, Math.floor((p + ROUNDING) * bins)));

/** The share of a score's bin; the score itself where the bin had no rows. */
export function histogramAt({ values }: HistogramCalibration, p: number): number {
  const value = values[binOf(p, values.length)] ?? Number.NaN;
  return Number.isNaN(value) ? p : value;
}
