/** A weight for each row, or null: every row counts once. */
export type Weights = ArrayLike<number> | null;

export const weightAt = (weights: Weights, row: number): number => (weights === null ? 1 : (weights[row] ?? 0));

/** The values of some rows, in their order. */
export const takeFrom = (values: ArrayLike<number>, rows: Uint32Array): Float64Array =>
  Float64Array.from(rows, (row) => values[row] ?? Number.NaN);

/** Sum of the weights of `rows` rows. */
export function totalWeight(weights: Weights, rows: number): number {
  if (weights === null) return rows;
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += weights[i] ?? 0;
  return sum;
}

/** Weighted mean of what `f` says of each row; null without weight. */
export function weightedMean(rows: number, weights: Weights, f: (row: number) => number): number | null {
  let [sum, total] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const weight = weightAt(weights, i);
    if (weight === 0) continue;
    sum += weight * f(i);
    total += weight;
  }
  return total > 0 ? sum / total : null;
}

/** Row numbers by value, smallest first. */
export function ascending(values: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
}

/**
 * Quantile of weighted values: the first value at which the cumulated weight exceeds its share of the whole, the mean of it
 * and the next where it is met exactly (Hyndman and Fan's definition 2; the median is the usual one). `order` saves sorting
 * where it is known. Null without weight.
 */
export function weightedQuantile(
  values: ArrayLike<number>,
  probability: number,
  { weights = null, order = ascending(values) }: { weights?: Weights; order?: Uint32Array } = {},
): number | null {
  const total = totalWeight(weights, values.length);
  if (!(total > 0)) return null;
  const wanted = probability * total;
  let below = 0;
  let found: number | null = null;
  for (let at = 0; at < order.length; at++) {
    const row = order[at] ?? 0;
    const weight = weightAt(weights, row);
    if (weight === 0) continue;
    const value = values[row] ?? 0;
    if (found !== null) return (found + value) / 2;
    below += weight;
    if (below - wanted > Number.EPSILON) return value;
    if (below >= wanted) found = value;
  }
  return found ?? values[order.at(-1) ?? 0] ?? null;
}
