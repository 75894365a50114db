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

/** Cohen's kappa (1960) of a k by k table. */
export function cohenKappa(table: readonly (readonly number[])[]): number | null {
  const total = table.flat().reduce((sum, count) => sum + count, 0);
  let [agreed, expected] = [0, 0];
  for (const [k, row] of table.entries()) {
    agreed += row[k] ?? 0;
    const rowSum = row.reduce((sum, count) => sum + count, 0);
    const columnSum = table.reduce((sum, other) => sum + (other[k] ?? 0), 0);
    expected += rowSum * columnSum;
  }
  const chance = expected / (total * total);
  return chance === 1 ? null : (agreed / total - chance) / (1 - chance);
}

/** Counts when every row with probability of at least `threshold` is called positive. */
export function countsAt(labels: Float64Array, probabilities: Float64Array, threshold: number): BinaryCounts {
  let [truePositives, falsePositives, trueNegatives, falseNegatives] = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const isPositive = (probabilities[i] ?? 0) >= threshold;
    if (labels[i] === 1) isPositive ? truePositives++ : falseNegatives++;
    else isPositive ? falsePositives++ : trueNegatives++;
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
