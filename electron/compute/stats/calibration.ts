import { wilsonInterval } from './proportion-intervals.ts';
import { quantileSorted } from './sorted-sample.ts';
import { type Weights, weightAt } from './weights.ts';

export interface CalibrationBin {
  readonly lower: number;
  readonly upper: number;
  readonly meanPredicted: number;
  readonly observed: number;
  readonly rows: number;
  readonly observedLower: number;
  readonly observedUpper: number;
}

/** What falls into each bin of probability; empty bins have no weight. */
interface Tally {
  readonly weight: Float64Array;
  readonly positives: Float64Array;
  readonly predicted: Float64Array;
  readonly rows: Float64Array;
}

function tally(
  { labels, probabilities, weights }: { labels: Float64Array; probabilities: Float64Array; weights: Weights },
  bins: number,
  binOf: (probability: number) => number,
): Tally {
  const [weight, positives, predicted, rows] = [0, 1, 2, 3].map(() => new Float64Array(bins));
  const counts: Tally = {
    weight: weight ?? new Float64Array(),
    positives: positives ?? new Float64Array(),
    predicted: predicted ?? new Float64Array(),
    rows: rows ?? new Float64Array(),
  };
  const add = (into: Float64Array, bin: number, value: number): void => {
    into[bin] = (into[bin] ?? 0) + value;
  };
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i] ?? 0;
    const [bin, w] = [binOf(p), weightAt(weights, i)];
    if (w === 0) continue;
    add(counts.weight, bin, w);
    add(counts.positives, bin, w * (labels[i] ?? 0));
    add(counts.predicted, bin, w * p);
    add(counts.rows, bin, 1);
  }
  return counts;
}

/** [k / bins, (k + 1) / bins), the last one closed. */
const equalWidth =
  (bins: number) =>
  (p: number): number =>
    Math.max(0, Math.min(bins - 1, Math.floor(p * bins)));

/** Bins (low, high] between inner edges; the number of edges below a value. */
const between =
  (edges: ArrayLike<number>) =>
  (p: number): number => {
    let bin = 0;
    while (bin < edges.length && (edges[bin] ?? 0) < p) bin += 1;
    return bin;
  };

/**
 * Observed share of positives in bins of equal width [lower, upper), the last one closed; empty bins are left out. With
 * weights shares and means are weighted, and the interval is that of the rows' number.
 */
export function calibrationBins(
  labels: Float64Array,
  probabilities: Float64Array,
  bins = 10,
  weights: Weights = null,
): CalibrationBin[] {
  const counts = tally({ labels, probabilities, weights }, bins, equalWidth(bins));
  return [...counts.rows.entries()].flatMap(([bin, rows]) => {
    if (rows === 0) return [];
    const weight = counts.weight[bin] ?? rows;
    const observed = (counts.positives[bin] ?? 0) / weight;
    const interval = wilsonInterval(observed * rows, rows);
    return [
      {
        lower: bin / bins,
        upper: (bin + 1) / bins,
        meanPredicted: (counts.predicted[bin] ?? 0) / weight,
        observed,
        rows,
        observedLower: interval.lower ?? 0,
        observedUpper: interval.upper ?? 1,
      },
    ];
  });
}

export interface CalibrationError {
  /** Expected calibration error: mean distance of predicted from observed share, bins by their weight (Naeini 2015). */
  readonly ece: number;
  /** The largest such distance. */
  readonly mce: number;
  /** Root of the mean squared distance. */
  readonly rmsce: number;
  readonly counts: Float64Array;
}

/**
 * Distances of predicted from observed shares in bins: `width` cuts [0, 1] evenly, a value on an edge in the upper bin;
 * `quantile` at the distinct quantiles (type 7) of the probabilities, bins (low, high]. Null without rows.
 */
export function calibrationError(
  labels: Float64Array,
  probabilities: Float64Array,
  {
    bins = 10,
    binning = 'width',
    weights = null,
  }: { bins?: number; binning?: 'width' | 'quantile'; weights?: Weights } = {},
): CalibrationError | null {
  const edges = binning === 'quantile' ? innerQuantiles(probabilities, bins) : [];
  const counts =
    binning === 'quantile'
      ? tally({ labels, probabilities, weights }, edges.length + 1, between(edges))
      : tally({ labels, probabilities, weights }, bins, equalWidth(bins));
  const total = counts.weight.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return null;
  let [ece, mce, squares] = [0, 0, 0];
  for (const [bin, weight] of counts.weight.entries()) {
    if (weight === 0) continue;
    const gap = Math.abs((counts.positives[bin] ?? 0) - (counts.predicted[bin] ?? 0)) / weight;
    ece += (weight / total) * gap;
    mce = Math.max(mce, gap);
    squares += (weight / total) * gap * gap;
  }
  return { ece, mce, rmsce: Math.sqrt(squares), counts: counts.rows };
}

/** Distinct quantiles without the smallest and the largest. */
function innerQuantiles(probabilities: Float64Array, bins: number): number[] {
  const sorted = probabilities.toSorted();
  const step = 1 / bins;
  const all = Array.from({ length: bins + 1 }, (_, k) => quantileSorted(sorted, k === bins ? 1 : k * step));
  return [...new Set(all)].slice(1, -1);
}

/**
 * Observed shares against mean predictions, bin by bin, empty ones left out. Bins are (low, high], of equal width or equal
 * frequency, so that a value on an edge falls lower than in the calibration error.
 */
export function calibrationCurve(
  labels: Float64Array,
  probabilities: Float64Array,
  { bins = 10, strategy = 'uniform' }: { bins?: number; strategy?: 'uniform' | 'quantile' } = {},
): { fractionOfPositives: number[]; meanPredicted: number[] } {
  const sorted = probabilities.toSorted();
  const step = 1 / bins;
  const edges = Array.from({ length: bins - 1 }, (_, k) =>
    strategy === 'uniform' ? (k + 1) * step : quantileSorted(sorted, ((k + 1) * step * 100) / 100),
  );
  const counts = tally({ labels, probabilities, weights: null }, bins, between(edges));
  const kept = [...counts.rows.keys()].filter((bin) => (counts.rows[bin] ?? 0) > 0);
  return {
    fractionOfPositives: kept.map((bin) => (counts.positives[bin] ?? 0) / (counts.rows[bin] ?? 1)),
    meanPredicted: kept.map((bin) => (counts.predicted[bin] ?? 0) / (counts.rows[bin] ?? 1)),
  };
}
