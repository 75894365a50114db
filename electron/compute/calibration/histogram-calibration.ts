import type { CalibrationRows } from './calibration-rows.ts';

export interface HistogramCalibration {
  /** The share of positives in each bin [k / bins, (k + 1) / bins), the last one closed; NaN without rows. */
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

const binOf = (p: number, bins: number): number => Math.max(0, Math.min(bins - 1, Math.floor(p * bins)));

/** The share of a score's bin; the score itself where the bin had no rows. */
export function histogramAt({ values }: HistogramCalibration, p: number): number {
  const value = values[binOf(p, values.length)] ?? Number.NaN;
  return Number.isNaN(value) ? p : value;
}
