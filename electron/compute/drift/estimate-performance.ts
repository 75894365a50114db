import { calibrationError } from '../stats/calibration.ts';
import { accuracy, fBeta, precision, recall, specificity } from '../stats/confusion.ts';
import { isotonicRegression } from '../stats/isotonic.ts';
import { byScore, cutsOf, rocAuc } from '../stats/ranking.ts';
import { seededRandom } from '../train/seeded-random.ts';

/**
 * How a model of two classes does on rows whose answers are not known yet, if its probabilities, calibrated on the reference,
 * are right: each row counts as positive by its probability and as negative by the rest (confidence-based performance
 * estimation). It sees what drifts in the inputs, not a change of what the inputs mean.
 */
export interface PerformanceEstimate {
  readonly rocAuc: number | null;
  readonly averagePrecision: number | null;
  readonly accuracy: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly specificity: number | null;
  readonly f1: number | null;
}

/** `chances` are calibrated; `calls` are 0 or 1, made from the probabilities as they were. */
export function estimatePerformance(chances: Float64Array, calls: ArrayLike<number>): PerformanceEstimate {
  let [truePositives, falsePositives, trueNegatives, falseNegatives] = [0, 0, 0, 0];
  for (const [i, p] of chances.entries()) {
    if (calls[i] === 1) {
      truePositives += p;
      falsePositives += 1 - p;
    } else {
      falseNegatives += p;
      trueNegatives += 1 - p;
    }
  }
  const counts = { truePositives, falsePositives, trueNegatives, falseNegatives };
  // Each row twice, as a positive and as a negative, weighted by how likely it is either.
  const n = chances.length;
  const both = (of: (i: number) => number, other: (i: number) => number): Float64Array =>
    Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? of(i) : other(i - n)));
  const score = (i: number): number => chances[i] ?? 0;
  const cuts = cutsOf(
    both(
      () => 1,
      () => 0,
    ),
    both(score, score),
    both(score, (i) => 1 - score(i)),
  );
  return {
    rocAuc: rocAuc(cuts),
    averagePrecision: rowPrecision(chances),
    accuracy: accuracy(counts),
    precision: precision(counts),
    recall: recall(counts),
    specificity: specificity(counts),
    f1: fBeta(counts),
  };
}

/**
 * Average precision with each row a threshold of its own: isotonic steps give many rows one chance, and within a step any
 * order is as good.
 */
function rowPrecision(chances: Float64Array): number | null {
  const falling = chances.toSorted().reverse();
  let [hits, sum] = [0, 0];
  for (const [i, p] of falling.entries()) {
    hits += p;
    sum += (p * hits) / (i + 1);
  }
  return hits > 0 ? sum / hits : null;
}

/** Labels drawn for an interval, and the rows drawn in all of them together. */
const DRAWS = { most: 200, fewest: 40, rows: 10_000_000 } as const;

/**
 * Where the area under the ROC curve would lie once answers are known, at 95 %: labels are drawn by the probabilities with a
 * fixed seed. Null where the draws lack a class.
 */
export function likelyArea(chances: Float64Array): { readonly lower: number; readonly upper: number } | null {
  const order = byScore(chances);
  const random = seededRandom(7);
  const draws = Math.min(DRAWS.most, Math.max(DRAWS.fewest, Math.round(DRAWS.rows / Math.max(1, chances.length))));
  const areas: number[] = [];
  for (let k = 0; k < draws; k++) {
    const labels = chances.map((p) => Number(random() < p));
    const area = rocAuc(cutsOf(labels, chances, null, order));
    if (area !== null) areas.push(area);
  }
  if (areas.length < 2) return null;
  const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
  const spread = Math.sqrt(areas.reduce((sum, area) => sum + (area - mean) ** 2, 0) / (areas.length - 1));
  return { lower: Math.max(0, mean - 1.96 * spread), upper: Math.min(1, mean + 1.96 * spread) };
}

const FOLDS = 5;

/**
 * How to bring probabilities in line with the answers of the reference: isotonic regression, if that lowers the calibration
 * error of rows it was not fitted on; else as they are.
 */
export function calibratorOf(
  labels: Float64Array,
  probabilities: Float64Array,
): { readonly isCalibrated: boolean; readonly calibrate: (p: number) => number } {
  const random = seededRandom(3);
  const fold = Uint8Array.from({ length: labels.length }, () => Math.floor(random() * FOLDS));
  const held = Float64Array.from(probabilities);
  for (let k = 0; k < FOLDS; k++) {
    const kept = [...fold.keys()].filter((row) => fold[row] !== k);
    const fitted = isotonicRegression(
      kept.map((row) => probabilities[row] ?? 0),
      kept.map((row) => labels[row] ?? 0),
    );
    for (const [row, own] of fold.entries()) if (own === k) held[row] = fitted(probabilities[row] ?? 0);
  }
  const error = (of: Float64Array): number => calibrationError(labels, of, { binning: 'quantile' })?.ece ?? 0;
  return error(held) < error(probabilities)
    ? { isCalibrated: true, calibrate: isotonicRegression(probabilities, labels) }
    : { isCalibrated: false, calibrate: (p) => p };
}
