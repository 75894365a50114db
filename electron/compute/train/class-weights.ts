import type { LabelledRows, TrainingData } from './estimator.ts';

/**
 * Row weights under which every class weighs the same in all, as scikit-learn's "balanced" has it: rows over classes times the
 * class's rows, times the row's own weight. Classes without rows are left out of the count. Null for regression: the rows' own weights.
 */
export function balancedWeights(
  { targets, weights }: LabelledRows,
  { classes }: Pick<TrainingData, 'classes'>,
): Float64Array | null {
  if (classes === null) return weights;
  const sums = new Float64Array(classes.length);
  let total = 0;
  for (const [row, target] of targets.entries()) {
    const weight = weights?.[row] ?? 1;
    sums[target] = (sums[target] ?? 0) + weight;
    total += weight;
  }
  const present = sums.reduce((count, sum) => count + Number(sum > 0), 0);
  return Float64Array.from(targets, (target, row) => {
    const sum = sums[target] ?? 0;
    return sum > 0 ? ((weights?.[row] ?? 1) * total) / (present * sum) : 0;
  });
}
