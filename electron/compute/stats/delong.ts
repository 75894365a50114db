import { type Estimate, noAnswer } from './interval.ts';
import { normalQuantile, normalTwoSided } from './normal.ts';
import { midranks } from './ranking.ts';

export interface DelongEstimate extends Estimate {
  readonly variance: number | null;
  /** The normal interval before it is cut to 0 and 1. */
  readonly low: number | null;
  readonly high: number | null;
  /** The interval taken on the scale of log odds (Pepe 2003): never outside 0 to 1. Null at an area of 0 or 1. */
  readonly lowLogit: number | null;
  readonly highLogit: number | null;
}

const noSpread = { variance: null, low: null, high: null, lowLogit: null, highLogit: null };

/** For each positive the share of negatives below it, for each negative the share of positives above it; ties half. */
interface Placements {
  readonly area: number;
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
}

/** From midranks, in O(n log n) (Sun and Xu 2014). Null unless both classes are there. */
function placementsOf(labels: Float64Array, scores: Float64Array): Placements | null {
  const positives = scores.filter((_, i) => labels[i] === 1);
  const negatives = scores.filter((_, i) => labels[i] !== 1);
  const [m, n] = [positives.length, negatives.length];
  if (m === 0 || n === 0) return null;
  const pooled = new Float64Array(m + n);
  pooled.set(positives);
  pooled.set(negatives, m);
  const [all, own, other] = [midranks(pooled), midranks(positives), midranks(negatives)];
  const ofPositives = own.map((rank, i) => ((all[i] ?? 0) - rank) / n);
  const ofNegatives = other.map((rank, j) => 1 - ((all[m + j] ?? 0) - rank) / m);
  return { area: ofPositives.reduce((sum, value) => sum + value, 0) / m, ofPositives, ofNegatives };
}

/** Covariance with n - 1 in the denominator. */
function covariance(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ofA, ofB] = [mean(a), mean(b)];
  return a.reduce((sum, value, i) => sum + (value - ofA) * ((b[i] ?? 0) - ofB), 0) / (a.length - 1);
}

const covarianceOf = (a: Placements, b: Placements): number =>
  covariance(a.ofPositives, b.ofPositives) / a.ofPositives.length +
  covariance(a.ofNegatives, b.ofNegatives) / a.ofNegatives.length;

/**
 * Area under the ROC curve with DeLong's variance (1988) and normal interval, cut to 0 and 1. No answer unless both classes
 * are there, no interval with a single row of a class. `labels` are 0 or 1, `scores` any order-preserving number.
 */
export function delongInterval(labels: Float64Array, scores: Float64Array, confidence = 0.95): DelongEstimate {
  const placements = placementsOf(labels, scores);
  if (placements === null) return { ...noAnswer, ...noSpread };
  const { area: value } = placements;
  if (placements.ofPositives.length < 2 || placements.ofNegatives.length < 2)
    return { value, lower: null, upper: null, ...noSpread };
  const variance = covarianceOf(placements, placements);
  const half = normalQuantile(0.5 + confidence / 2) * Math.sqrt(variance);
  const logit = Math.log(value / (1 - value));
  const back = (x: number): number => 1 / (1 + Math.exp(-x));
  const isInside = value > 0 && value < 1;
  return {
    value,
    lower: Math.max(0, value - half),
    upper: Math.min(1, value + half),
    variance,
    low: value - half,
    high: value + half,
    lowLogit: isInside ? back(logit - half / value / (1 - value)) : null,
    highLogit: isInside ? back(logit + half / value / (1 - value)) : null,
  };
}

export interface DelongTest {
  /** First area less the second. */
  readonly difference: number;
  readonly z: number;
  readonly pValue: number;
  readonly covariance: readonly (readonly number[])[];
}

/** Two scores of the same rows: is one area larger (DeLong 1988). Null where the areas cannot differ: a class missing or the same order. */
export function delongTest(labels: Float64Array, a: Float64Array, b: Float64Array): DelongTest | null {
  const [first, second] = [placementsOf(labels, a), placementsOf(labels, b)];
  if (first === null || second === null) return null;
  const between = covarianceOf(first, second);
  const matrix = [
    [covarianceOf(first, first), between],
    [between, covarianceOf(second, second)],
  ] as const;
  const variance = matrix[0][0] + matrix[1][1] - 2 * between;
  if (!(variance > 0)) return null;
  const difference = first.area - second.area;
  const z = difference / Math.sqrt(variance);
  return { difference, z, pValue: normalTwoSided(z), covariance: matrix };
}

/** Two areas of different rows. Null where one has no variance. */
export function delongTestUnpaired(
  a: { readonly labels: Float64Array; readonly scores: Float64Array },
  b: { readonly labels: Float64Array; readonly scores: Float64Array },
): Omit<DelongTest, 'covariance'> | null {
  const [first, second] = [placementsOf(a.labels, a.scores), placementsOf(b.labels, b.scores)];
  if (first === null || second === null) return null;
  const variance = covarianceOf(first, first) + covarianceOf(second, second);
  if (!(variance > 0)) return null;
  const difference = first.area - second.area;
  const z = difference / Math.sqrt(variance);
  return { difference, z, pValue: normalTwoSided(z) };
}
