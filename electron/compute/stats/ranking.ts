import { type Estimate, noAnswer, normalInterval } from './interval.ts';
import { normalQuantile } from './normal.ts';

/** Row numbers by score, highest first. */
export function byScore(scores: Float64Array): Uint32Array {
  const order = new Uint32Array(scores.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
}

/**
 * Area under the ROC curve with DeLong's variance (DeLong 1988, in the O(n log n) form of Sun and Xu 2014): midranks of the
 * pooled scores less midranks within each class. No answer unless both classes are there.
 * `labels` are 0 or 1, `scores` any order-preserving number.
 */
export function delongInterval(
  labels: Float64Array,
  scores: Float64Array,
): Estimate & { readonly variance: number | null } {
  const positives = scores.filter((_, i) => labels[i] === 1);
  const negatives = scores.filter((_, i) => labels[i] !== 1);
  const [m, n] = [positives.length, negatives.length];
  if (m === 0 || n === 0) return { ...noAnswer, variance: null };
  const pooled = new Float64Array(m + n);
  pooled.set(positives);
  pooled.set(negatives, m);
  const all = midranks(pooled);
  const own = midranks(positives);
  const other = midranks(negatives);
  let auc = 0;
  for (let i = 0; i < m; i++) auc += all[i] ?? 0;
  auc = auc / m / n - (m + 1) / (2 * n);
  let [varianceOfPositives, varianceOfNegatives] = [0, 0];
  for (let i = 0; i < m; i++) varianceOfPositives += (((all[i] ?? 0) - (own[i] ?? 0)) / n - auc) ** 2;
  for (let j = 0; j < n; j++) varianceOfNegatives += (1 - ((all[m + j] ?? 0) - (other[j] ?? 0)) / m - auc) ** 2;
  const variance = m < 2 || n < 2 ? Number.NaN : varianceOfPositives / (m - 1) / m + varianceOfNegatives / (n - 1) / n;
  return { ...normalInterval(auc, Math.sqrt(variance), [0, 1]), variance: Number.isNaN(variance) ? null : variance };
}

/** Ranks from 1; ties share the mean of theirs. */
export function midranks(values: Float64Array): Float64Array {
  const order = byScore(values).reverse();
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end < order.length && values[order[end] ?? 0] === values[order[i] ?? 0]) end += 1;
    for (let j = i; j < end; j++) ranks[order[j] ?? 0] = (i + end + 1) / 2;
    i = end;
  }
  return ranks;
}

/** True and false positives when every row with at least `threshold` is called positive; one entry a distinct score. */
export interface Cuts {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

export function cutsOf(labels: Float64Array, scores: Float64Array): Cuts {
  const order = byScore(scores);
  const [thresholds, hits, alarms]: [number[], number[], number[]] = [[], [], []];
  let [truePositives, falsePositives] = [0, 0];
  for (let i = 0; i < order.length; i++) {
    const row = order[i] ?? 0;
    if (labels[row] === 1) truePositives += 1;
    else falsePositives += 1;
    const next = order[i + 1];
    if (next !== undefined && scores[next] === scores[row]) continue;
    thresholds.push(scores[row] ?? 0);
    hits.push(truePositives);
    alarms.push(falsePositives);
  }
  return {
    thresholds: Float64Array.from(thresholds),
    truePositives: Float64Array.from(hits),
    falsePositives: Float64Array.from(alarms),
    positives: truePositives,
    negatives: falsePositives,
  };
}

/**
 * Average precision: precision at each distinct score weighted by the recall it adds. The interval is the logit one of
 * Boyd, Eng and Page (2013). No answer without positives.
 */
export function averagePrecision(cuts: Cuts): Estimate {
  if (cuts.positives === 0) return noAnswer;
  let [sum, before] = [0, 0];
  for (let i = 0; i < cuts.thresholds.length; i++) {
    const hits = cuts.truePositives[i] ?? 0;
    sum += ((hits - before) / cuts.positives) * (hits / (hits + (cuts.falsePositives[i] ?? 0)));
    before = hits;
  }
  if (sum <= 0 || sum >= 1) return { value: sum, lower: null, upper: null };
  const logit = Math.log(sum / (1 - sum));
  const half = normalQuantile(0.975) / Math.sqrt(cuts.positives * sum * (1 - sum));
  const back = (x: number): number => 1 / (1 + Math.exp(-x));
  return { value: sum, lower: back(logit - half), upper: back(logit + half) };
}
