import {
  type BinaryCounts,
  balancedAccuracy,
  cohenKappa,
  fBeta,
  matthewsOfTable,
  oneAgainstRest,
  precision,
  recall,
} from './confusion.ts';
import { SMALLEST_PROBABILITY } from './probability-losses.ts';
import { averagePrecisionOf, byScore, cutsOf, rocAuc } from './ranking.ts';
import { type Weights, weightAt, weightedMean } from './weights.ts';

/** Rows of k classes: the true class's index, and the probability of each class, row after row. */
export interface ClassScores {
  readonly labels: Float64Array;
  readonly probabilities: ArrayLike<number>;
  readonly classes: number;
  readonly weights: Weights;
}

const probabilityAt = ({ probabilities, classes }: ClassScores, row: number, k: number): number =>
  probabilities[row * classes + k] ?? 0;

/** Most probable class of a row, the first of equal ones. */
export function calledClass(scores: ClassScores, row: number): number {
  let best = 0;
  for (let k = 1; k < scores.classes; k++)
    if (probabilityAt(scores, row, k) > probabilityAt(scores, row, best)) best = k;
  return best;
}

/** Counts, or sums of weights, true class by row, most probable class by column. */
export function classTable(scores: ClassScores): number[][] {
  const table = Array.from({ length: scores.classes }, () => new Array<number>(scores.classes).fill(0));
  for (let row = 0; row < scores.labels.length; row++) {
    const counts = table[scores.labels[row] ?? 0];
    const called = calledClass(scores, row);
    if (counts) counts[called] = (counts[called] ?? 0) + weightAt(scores.weights, row);
  }
  return table;
}

/** Mean -ln of the probability given to the true class. */
export const classLogLoss = (scores: ClassScores): number | null =>
  weightedMean(scores.labels.length, scores.weights, (row) => classSurprise(scores, row));

export const classSurprise = (scores: ClassScores, row: number): number =>
  -Math.log(
    Math.min(
      1 - SMALLEST_PROBABILITY,
      Math.max(SMALLEST_PROBABILITY, probabilityAt(scores, row, scores.labels[row] ?? 0)),
    ),
  );

/** Mean squared distance of a row's probabilities from the truth, 0 to 2. */
export const classBrier = (scores: ClassScores): number | null =>
  weightedMean(scores.labels.length, scores.weights, (row) => {
    let sum = 0;
    for (let k = 0; k < scores.classes; k++)
      sum += (probabilityAt(scores, row, k) - Number(scores.labels[row] === k)) ** 2;
    return sum;
  });

/** Share of rows whose true class is among the `top` most probable ones; of equal ones the last come first. */
export const topAccuracy = (scores: ClassScores, top: number): number | null =>
  weightedMean(scores.labels.length, scores.weights, (row) => {
    const label = scores.labels[row] ?? 0;
    const own = probabilityAt(scores, row, label);
    let ahead = 0;
    for (let k = 0; k < scores.classes; k++) {
      const other = probabilityAt(scores, row, k);
      if (other > own || (other === own && k > label)) ahead += 1;
    }
    return Number(ahead < top);
  });

/** Each class against the rest: its scores, its labels and their order, sorted once. */
export interface ClassRanking {
  readonly labels: Float64Array;
  readonly scores: Float64Array;
  readonly order: Uint32Array;
}

export function classRankings(scores: ClassScores): ClassRanking[] {
  return Array.from({ length: scores.classes }, (_, k) => {
    const own = Float64Array.from(scores.labels, (__, row) => probabilityAt(scores, row, k));
    return { labels: scores.labels.map((label) => Number(label === k)), scores: own, order: byScore(own) };
  });
}

const meanOrNull = (values: readonly (number | null)[], shares: readonly number[]): number | null => {
  const total = shares.reduce((sum, share) => sum + share, 0);
  let sum = 0;
  for (const [k, value] of values.entries()) {
    if (value === null) return null;
    sum += value * (shares[k] ?? 0);
  }
  return total > 0 ? sum / total : null;
};

const equal = (count: number): number[] => new Array<number>(count).fill(1);

/** Ranking metrics of several classes: each against the rest, each pair (Hand and Till 2001, without weights), and all rows together. */
export function rankingMetrics(scores: ClassScores, rankings: readonly ClassRanking[]): Record<string, number | null> {
  const { weights, classes } = scores;
  const cuts = rankings.map(({ labels, scores: own, order }) => cutsOf(labels, own, weights, order));
  const areas = cuts.map(rocAuc);
  const precisions = cuts.map(averagePrecisionOf);
  const sizes = cuts.map(({ positives }) => positives);
  return {
    rocAucOvrMacro: meanOrNull(areas, equal(classes)),
    rocAucOvrWeighted: meanOrNull(areas, sizes),
    averagePrecisionMacro: meanOrNull(precisions, equal(classes)),
  };
}

/** All rows and classes together as one list of yes and no. */
export function microMetrics(scores: ClassScores): Record<string, number | null> {
  const { labels, probabilities, classes, weights } = scores;
  const flat = Float64Array.from({ length: labels.length * classes }, (_, i) => probabilities[i] ?? 0);
  const truth = flat.map((_, i) => Number(labels[Math.floor(i / classes)] === i % classes));
  const spread = weights === null ? null : flat.map((_, i) => weightAt(weights, Math.floor(i / classes)));
  const cuts = cutsOf(truth, flat, spread);
  return { averagePrecisionMicro: averagePrecisionOf(cuts), rocAucMicro: rocAuc(cuts) };
}

/** Each pair of classes on their own rows, both ways: their mean, and weighted by the rows of the pair. */
export function pairMetrics(rankings: readonly ClassRanking[]): Record<string, number | null> {
  const values: (number | null)[] = [];
  const sizes: number[] = [];
  for (const [a, first] of rankings.entries()) {
    for (const second of rankings.slice(a + 1)) {
      const onPair = first.labels.map((label, row) => label + (second.labels[row] ?? 0));
      const one = rocAuc(cutsOf(first.labels, first.scores, onPair, first.order));
      const other = rocAuc(cutsOf(second.labels, second.scores, onPair, second.order));
      values.push(one === null || other === null ? null : (one + other) / 2);
      sizes.push(onPair.reduce((sum, is) => sum + is, 0));
    }
  }
  return { rocAucOvoMacro: meanOrNull(values, equal(values.length)), rocAucOvoWeighted: meanOrNull(values, sizes) };
}

/** Metrics of a k by k table; `null` where a class has no answer. */
export function tableMetrics(table: readonly (readonly number[])[]): Record<string, number | null> {
  const counts = oneAgainstRest(table);
  const k = table.length;
  const total = table.flat().reduce((sum, count) => sum + count, 0);
  const right = table.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  const support = counts.map(({ truePositives, falseNegatives }) => truePositives + falseNegatives);
  const accuracy = total > 0 ? right / total : null;
  const each = (f: (c: BinaryCounts) => number | null) => counts.map(f);
  const averages = (name: string, f: (c: BinaryCounts) => number | null): Record<string, number | null> => ({
    [`${name}_macro`]: meanOrNull(each(f), equal(k)),
    [`${name}_weighted`]: meanOrNull(each(f), support),
    // Pooled over classes, every error is once a false positive and once a false negative: all are the accuracy.
    [`${name}_micro`]: accuracy,
  });
  return {
    accuracy,
    balancedAccuracy: k === 2 && counts[1] ? balancedAccuracy(counts[1]) : meanOrNull(each(recall), equal(k)),
    ...averages('precision', precision),
    ...averages('recall', recall),
    ...averages('f1', (c) => fBeta(c)),
    ...averages('f2', (c) => fBeta(c, 2)),
    matthews: matthewsOfTable(table),
    cohenKappa: cohenKappa(table),
    cohenKappaLinear: cohenKappa(table, 'linear'),
    cohenKappaQuadratic: cohenKappa(table, 'quadratic'),
  };
}

/** Precision, recall, F1 and weight of each class. */
export function perClass(table: readonly (readonly number[])[]) {
  const counts = oneAgainstRest(table);
  return {
    precisionPerClass: counts.map(precision),
    recallPerClass: counts.map(recall),
    f1PerClass: counts.map((c) => fBeta(c)),
    support: counts.map(({ truePositives, falseNegatives }) => truePositives + falseNegatives),
  };
}

/** The table of labels and calls given as words, over the sorted words of both. */
export function tableOfWords(
  labels: readonly string[],
  calls: readonly string[],
): { readonly labels: string[]; readonly table: number[][] } {
  const names = [...new Set([...labels, ...calls])].sort();
  const index = new Map(names.map((name, at) => [name, at]));
  const table = names.map(() => new Array<number>(names.length).fill(0));
  for (const [row, label] of labels.entries()) {
    const counts = table[index.get(label) ?? 0];
    const called = index.get(calls[row] ?? '') ?? 0;
    if (counts) counts[called] = (counts[called] ?? 0) + 1;
  }
  return { labels: names, table };
}
