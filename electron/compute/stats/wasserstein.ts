import { populationDeviation, type SortedSample } from './sorted-sample.ts';

/** Wasserstein distance of order 1 (earth mover's): the area between the distribution functions, in the unit of the values. */
export function wassersteinDistance(x: SortedSample, y: SortedSample): number | null {
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) return null;
  let [i, j, area] = [0, 0, 0];
  let before = Math.min(x[0] ?? 0, y[0] ?? 0);
  while (i < n || j < m) {
    const value = i >= n ? (y[j] ?? 0) : j >= m ? (x[i] ?? 0) : Math.min(x[i] ?? 0, y[j] ?? 0);
    if (value !== before) area += Math.abs(i / n - j / m) * (value - before);
    before = value;
    while (i < n && x[i] === value) i++;
    while (j < m && y[j] === value) j++;
  }
  return area;
}

/** Smallest standard deviation that a normed distance divides by. It makes the result depend on the unit, and is the convention. */
const SMALLEST_DEVIATION = 1e-3;

/** Wasserstein distance over the first sample's standard deviation (n in the denominator), at least 0.001. */
export function wassersteinNormed(x: SortedSample, y: SortedSample): number | null {
  const area = wassersteinDistance(x, y);
  return area === null ? null : area / Math.max(populationDeviation(x), SMALLEST_DEVIATION);
}

/** A sample with a weight for each value; in any order. */
export interface WeightedSample {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** The same area between distribution functions whose steps are shares of weight. Null where no weight is positive. */
export function weightedWasserstein(x: WeightedSample, y: WeightedSample): number | null {
  const sum = (weights: Float64Array): number => weights.reduce((total, weight) => total + weight, 0);
  const [totalX, totalY] = [sum(x.weights), sum(y.weights)];
  if (!(totalX > 0 && totalY > 0)) return null;
  const steps = [
    ...Array.from(x.values, (value, i) => ({ value, rise: (x.weights[i] ?? 0) / totalX })),
    ...Array.from(y.values, (value, i) => ({ value, rise: -(y.weights[i] ?? 0) / totalY })),
  ].sort((a, b) => a.value - b.value);
  let [area, gap] = [0, 0];
  for (const [k, { value, rise }] of steps.entries()) {
    gap += rise;
    area += Math.abs(gap) * ((steps[k + 1]?.value ?? value) - value);
  }
  return area;
}
