import { type Weights, weightAt } from './weights.ts';

/** Metrics of a square table of shares or counts, true class by row, predicted class by column; null is no answer. */

export interface BinaryCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

const ratio = (over: number, under: number): number | null => (under === 0 ? null : over / under);

export const accuracy = ({ truePositives, trueNegatives, falsePositives, falseNegatives }: BinaryCounts) =>
  ratio(truePositives + trueNegatives, truePositives + trueNegatives + falsePositives + falseNegatives);
export const precision = (c: BinaryCounts) => ratio(c.truePositives, c.truePositives + c.falsePositives);
export const recall = (c: BinaryCounts) => ratio(c.truePositives, c.truePositives + c.falseNegatives);
export const specificity = (c: BinaryCounts) => ratio(c.trueNegatives, c.trueNegatives + c.falsePositives);
/** Of the rows called negative, the share that is. */
export const negativePredictiveValue = (c: BinaryCounts) => ratio(c.trueNegatives, c.trueNegatives + c.falseNegatives);
/** Rows rightly called positive over those that are or are called so (Jaccard 1912). */
export const jaccard = (c: BinaryCounts) =>
  ratio(c.truePositives, c.truePositives + c.falsePositives + c.falseNegatives);

/** Share of rows whose class is wrong. */
export function zeroOneLoss(c: BinaryCounts): number | null {
  const right = accuracy(c);
  return right === null ? null : 1 - right;
}

export function balancedAccuracy(c: BinaryCounts): number | null {
  const [sensitivity, trueNegativeRate] = [recall(c), specificity(c)];
  return sensitivity === null || trueNegativeRate === null ? null : (sensitivity + trueNegativeRate) / 2;
}

/** Weighted harmonic mean of precision and recall; beta 1 weighs both alike (van Rijsbergen 1979). */
export const fBeta = (c: BinaryCounts, beta = 1) =>
  ratio(
    (1 + beta * beta) * c.truePositives,
    (1 + beta * beta) * c.truePositives + beta * beta * c.falseNegatives + c.falsePositives,
  );

/** Matthews correlation (1975); no answer when a row or column of the table is empty. */
export function matthews({
  truePositives: a,
  falsePositives: b,
  trueNegatives: d,
  falseNegatives: c,
}: BinaryCounts): number | null {
  const under = Math.sqrt((a + b) * (a + c) * (d + b) * (d + c));
  return under === 0 ? null : (a * d - b * c) / under;
}

/** How far two classes are apart in Cohen's kappa: any two alike, or by their places in the list. */
export type KappaWeights = 'none' | 'linear' | 'quadratic';

/** Cohen's kappa (1960; weighted 1968) of a k by k table; no answer where chance alone agrees. */
export function cohenKappa(table: readonly (readonly number[])[], weights: KappaWeights = 'none'): number | null {
  const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = table.map((_, k) => table.reduce((sum, row) => sum + (row[k] ?? 0), 0));
  const total = rows.reduce((sum, count) => sum + count, 0);
  let [observed, expected] = [0, 0];
  for (const [i, row] of table.entries()) {
    for (const [j, count] of row.entries()) {
      const apart = weights === 'none' ? Number(i !== j) : Math.abs(i - j) ** (weights === 'linear' ? 1 : 2);
      observed += apart * count;
      expected += (apart * (rows[i] ?? 0) * (columns[j] ?? 0)) / total;
    }
  }
  return expected > 0 ? 1 - observed / expected : null;
}

/** Matthews correlation of a k by k table (Gorodkin 2004); no answer when only one class is there, or only one is called. */
export function matthewsOfTable(table: readonly (readonly number[])[]): number | null {
  const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = table.map((_, k) => table.reduce((sum, row) => sum + (row[k] ?? 0), 0));
  const total = rows.reduce((sum, count) => sum + count, 0);
  const right = table.reduce((sum, row, k) => sum + (row[k] ?? 0), 0);
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0);
  const under = Math.sqrt((total * total - dot(columns, columns)) * (total * total - dot(rows, rows)));
  return under > 0 ? (right * total - dot(rows, columns)) / under : null;
}

/** Each class of a table against all others. */
export function oneAgainstRest(table: readonly (readonly number[])[]): BinaryCounts[] {
  const total = table.flat().reduce((sum, count) => sum + count, 0);
  return table.map((row, k) => {
    const truePositives = row[k] ?? 0;
    const actual = row.reduce((sum, count) => sum + count, 0);
    const called = table.reduce((sum, other) => sum + (other[k] ?? 0), 0);
    return {
      truePositives,
      falseNegatives: actual - truePositives,
      falsePositives: called - truePositives,
      trueNegatives: total - actual - called + truePositives,
    };
  });
}

/** Counts, or sums of weights, when every row with probability of at least `threshold` is called positive. */
export function countsAt(
  labels: Float64Array,
  probabilities: Float64Array,
  threshold: number,
  weights: Weights = null,
): BinaryCounts {
  let [truePositives, falsePositives, trueNegatives, falseNegatives] = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const isPositive = (probabilities[i] ?? 0) >= threshold;
    const weight = weightAt(weights, i);
    if (labels[i] === 1) {
      if (isPositive) truePositives += weight;
      else falseNegatives += weight;
    } else if (isPositive) falsePositives += weight;
    else trueNegatives += weight;
  }
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

export const cellsOf = (c: BinaryCounts): readonly number[] => [
  c.truePositives,
  c.falsePositives,
  c.trueNegatives,
  c.falseNegatives,
];
export const countsOf = (cells: readonly number[]): BinaryCounts => ({
  truePositives: cells[0] ?? 0,
  falsePositives: cells[1] ?? 0,
  trueNegatives: cells[2] ?? 0,
  falseNegatives: cells[3] ?? 0,
});
