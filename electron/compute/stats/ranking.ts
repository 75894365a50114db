import { type Estimate, noAnswer } from './interval.ts';
import { normalQuantile } from './normal.ts';
import { type Weights, weightAt } from './weights.ts';

/** Row numbers by score, highest first. */
export function byScore(scores: Float64Array): Uint32Array {
  const order = new Uint32Array(scores.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
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

/** True and false positives, or their weights, when every row with at least `threshold` is called positive; one entry a distinct score, highest first. */
export interface Cuts {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/** The cuts of labels 0 or 1. `order` saves the sorting where it is known; rows without weight are passed over. */
export function cutsOf(
  labels: Float64Array,
  scores: Float64Array,
  weights: Weights = null,
  order: Uint32Array = byScore(scores),
): Cuts {
  const thresholds = new Float64Array(order.length);
  const hits = new Float64Array(order.length);
  const alarms = new Float64Array(order.length);
  let [cuts, truePositives, falsePositives] = [0, 0, 0];
  for (let i = 0; i < order.length; i++) {
    const row = order[i] ?? 0;
    const weight = weightAt(weights, row);
    if (weight === 0) continue;
    if (labels[row] === 1) truePositives += weight;
    else falsePositives += weight;
    const score = scores[row] ?? 0;
    if (cuts === 0 || thresholds[cuts - 1] !== score) thresholds[cuts++] = score;
    hits[cuts - 1] = truePositives;
    alarms[cuts - 1] = falsePositives;
  }
  return {
    thresholds: thresholds.subarray(0, cuts),
    truePositives: hits.subarray(0, cuts),
    falsePositives: alarms.subarray(0, cuts),
    positives: truePositives,
    negatives: falsePositives,
  };
}

/** Area under the ROC curve, ties counted half; null unless both classes are there. */
export function rocAuc({ truePositives, falsePositives, positives, negatives }: Cuts): number | null {
  if (positives === 0 || negatives === 0) return null;
  let [area, beforeX, beforeY] = [0, 0, 0];
  for (let i = 0; i < truePositives.length; i++) {
    const [x, y] = [falsePositives[i] ?? 0, truePositives[i] ?? 0];
    area += ((x - beforeX) * (y + beforeY)) / 2;
    [beforeX, beforeY] = [x, y];
  }
  return area / positives / negatives;
}

/**
 * Area under the ROC curve up to a false positive rate, rescaled so that 0.5 is guessing and 1 perfect (McClish 1989). Null
 * unless both classes are there.
 */
export function partialAuc({ truePositives, falsePositives, positives, negatives }: Cuts, upTo: number): number | null {
  if (positives === 0 || negatives === 0) return null;
  let [area, beforeX, beforeY] = [0, 0, 0];
  for (let i = 0; i < truePositives.length; i++) {
    const [x, y] = [(falsePositives[i] ?? 0) / negatives, (truePositives[i] ?? 0) / positives];
    if (x > upTo) {
      const edge = beforeY + ((y - beforeY) * (upTo - beforeX)) / (x - beforeX);
      area += ((upTo - beforeX) * (beforeY + edge)) / 2;
      break;
    }
    area += ((x - beforeX) * (y + beforeY)) / 2;
    [beforeX, beforeY] = [x, y];
  }
  const guess = (upTo * upTo) / 2;
  return 0.5 * (1 + (area - guess) / (upTo - guess));
}

/** Largest distance of true from false positive rate over all thresholds (Kolmogorov-Smirnov of the scores by class). */
export function ksStatistic({ truePositives, falsePositives, positives, negatives }: Cuts): number | null {
  if (positives === 0 || negatives === 0) return null;
  let largest = 0;
  for (let i = 0; i < truePositives.length; i++)
    largest = Math.max(largest, (truePositives[i] ?? 0) / positives - (falsePositives[i] ?? 0) / negatives);
  return largest;
}

/** Average precision: precision at each distinct score weighted by the recall it adds. Null without positives. */
export function averagePrecisionOf({ truePositives, falsePositives, positives }: Cuts): number | null {
  if (positives === 0) return null;
  let [sum, before] = [0, 0];
  for (let i = 0; i < truePositives.length; i++) {
    const hits = truePositives[i] ?? 0;
    if (hits > before) sum += ((hits - before) / positives) * (hits / (hits + (falsePositives[i] ?? 0)));
    before = hits;
  }
  return sum;
}

/** Area under precision against recall by trapezoids, from precision 1 at recall 0: flatters, kept because it is in use. */
export function prAucTrapezoid({ truePositives, falsePositives, positives }: Cuts): number | null {
  if (positives === 0) return null;
  let [area, beforeRecall, beforePrecision] = [0, 0, 1];
  for (let i = 0; i < truePositives.length; i++) {
    const hits = truePositives[i] ?? 0;
    const [recall, precision] = [hits / positives, hits / (hits + (falsePositives[i] ?? 0))];
    area += ((recall - beforeRecall) * (precision + beforePrecision)) / 2;
    [beforeRecall, beforePrecision] = [recall, precision];
  }
  return area;
}

/** Average precision with the logit interval of Boyd, Eng and Page (2013); rows count once. No answer without positives. */
export function averagePrecision(cuts: Cuts): Estimate {
  const value = averagePrecisionOf(cuts);
  if (value === null) return noAnswer;
  if (value <= 0 || value >= 1) return { value, lower: null, upper: null };
  const logit = Math.log(value / (1 - value));
  const half = normalQuantile(0.975) / Math.sqrt(cuts.positives * value * (1 - value));
  const back = (x: number): number => 1 / (1 + Math.exp(-x));
  return { value, lower: back(logit - half), upper: back(logit + half) };
}

export interface CurvePoints {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly thresholds: Float64Array;
}

function joined(first: ArrayLike<number>, second: ArrayLike<number>): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** ROC curve: false against true positive rate, from (0, 0) at an infinite threshold down. Null unless both classes are there. */
export function rocCurve(cuts: Cuts): CurvePoints | null {
  if (cuts.positives === 0 || cuts.negatives === 0) return null;
  return {
    x: joined(
      [0],
      cuts.falsePositives.map((count) => count / cuts.negatives),
    ),
    y: joined(
      [0],
      cuts.truePositives.map((count) => count / cuts.positives),
    ),
    thresholds: joined([Number.POSITIVE_INFINITY], cuts.thresholds),
  };
}

/** Recall (x) against precision (y), thresholds ascending; the last point, recall 0 and precision 1, has no threshold. Null without positives. */
export function precisionRecallCurve(cuts: Cuts): CurvePoints | null {
  if (cuts.positives === 0) return null;
  const precision = cuts.truePositives.map((hits, i) => hits / (hits + (cuts.falsePositives[i] ?? 0)));
  return {
    x: joined(cuts.truePositives.map((hits) => hits / cuts.positives).reverse(), [0]),
    y: joined(precision.reverse(), [1]),
    thresholds: cuts.thresholds.slice().reverse(),
  };
}

/** Lift and captured share of the positives among the highest-scored `share` of the rows (rounded up). Ties in row order. */
export function liftAt(
  labels: Float64Array,
  scores: Float64Array,
  share: number,
): { lift: number; capture: number } | null {
  const top = Math.ceil(share * labels.length);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (top === 0 || positives === 0) return null;
  let hits = 0;
  for (const row of byScore(scores).subarray(0, top)) hits += labels[row] ?? 0;
  return { lift: hits / top / (positives / labels.length), capture: hits / positives };
}

/** Smallest total cost over all thresholds, the infinite one among them, and the threshold that reaches it. */
export function costThreshold(
  { thresholds, truePositives, falsePositives, positives }: Cuts,
  costs: { readonly falsePositive: number; readonly falseNegative: number },
): { minimumCost: number; threshold: number } {
  let [minimumCost, threshold] = [positives * costs.falseNegative, Number.POSITIVE_INFINITY];
  for (let i = 0; i < thresholds.length; i++) {
    const missed = positives - (truePositives[i] ?? 0);
    const cost = (falsePositives[i] ?? 0) * costs.falsePositive + missed * costs.falseNegative;
    if (cost < minimumCost) [minimumCost, threshold] = [cost, thresholds[i] ?? 0];
  }
  return { minimumCost, threshold };
}
