import { wilsonInterval } from './interval.ts';

export interface CalibrationBin {
  readonly lower: number;
  readonly upper: number;
  readonly meanPredicted: number;
  readonly observed: number;
  readonly rows: number;
  readonly observedLower: number;
  readonly observedUpper: number;
}

/** Observed share of positives in bins of equal width [lower, upper), the last one closed; empty bins are left out. */
export function calibrationBins(labels: Float64Array, probabilities: Float64Array, bins = 10): CalibrationBin[] {
  const rows = new Float64Array(bins);
  const positives = new Float64Array(bins);
  const sums = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i] ?? 0;
    const bin = Math.min(bins - 1, Math.floor(p * bins));
    rows[bin] = (rows[bin] ?? 0) + 1;
    positives[bin] = (positives[bin] ?? 0) + (labels[i] ?? 0);
    sums[bin] = (sums[bin] ?? 0) + p;
  }
  return [...rows.keys()].flatMap((bin) => {
    const count = rows[bin] ?? 0;
    if (count === 0) return [];
    const interval = wilsonInterval(positives[bin] ?? 0, count);
    return [
      {
        lower: bin / bins,
        upper: (bin + 1) / bins,
        meanPredicted: (sums[bin] ?? 0) / count,
        observed: interval.value ?? 0,
        rows: count,
        observedLower: interval.lower ?? 0,
        observedUpper: interval.upper ?? 1,
      },
    ];
  });
}

/** Expected calibration error: mean distance of predicted from observed share, bins weighted by rows (Naeini 2015). */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number | null {
  const total = bins.reduce((sum, bin) => sum + bin.rows, 0);
  return total === 0
    ? null
    : bins.reduce((sum, bin) => sum + (bin.rows / total) * Math.abs(bin.observed - bin.meanPredicted), 0);
}
