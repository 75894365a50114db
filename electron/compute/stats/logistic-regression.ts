import { centerOf, type Points } from './point-clouds.ts';

/** Answers the probability of class 1 for a point. */
export type Classifier = (point: ArrayLike<number>) => number;

/**
 * Logistic regression on standardised coordinates with a squared penalty (C as in scikit-learn, intercept free), by Newton's
 * method. `labels` are 0 or 1. For the few columns and thousands of points of a drift test, not for training models.
 */
export function logisticRegression(points: Points, labels: ArrayLike<number>, c = 1): Classifier {
  const center = centerOf(points);
  const scale = center.map((mean, i) => {
    const squares = points.reduce((sum, point) => sum + ((point[i] ?? 0) - mean) ** 2, 0);
    return Math.sqrt(squares / points.length) || 1;
  });
  const size = center.length + 1;
  const row = (point: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: size }, (_, i) =>
      i < center.length ? ((point[i] ?? 0) - (center[i] ?? 0)) / (scale[i] ?? 1) : 1,
    );
  const rows = points.map(row);
  let weights = new Float64Array(size);
  const chance = (x: Float64Array): number =>
    1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)));
  for (let step = 0; step < 50; step++) {
    const gradient = weights.map((weight, i) => (i < size - 1 ? weight / c : 0));
    const curvature = Array.from({ length: size }, (_, i) => {
      const line = new Float64Array(size);
      // The intercept's tiny ridge keeps the system solvable when classes are apart.
      line[i] = i < size - 1 ? 1 / c : 1e-9;
      return line;
    });
    for (const [index, x] of rows.entries()) {
      const p = chance(x);
      const spread = p * (1 - p);
      for (let i = 0; i < size; i++) {
        const value = x[i] ?? 0;
        gradient[i] = (gradient[i] ?? 0) + (p - (labels[index] ?? 0)) * value;
        const line = curvature[i];
        if (line === undefined || value === 0) continue;
        for (let j = 0; j <= i; j++) line[j] = (line[j] ?? 0) + spread * value * (x[j] ?? 0);
      }
    }
    const move = solveLower(curvature, gradient);
    weights = weights.map((weight, i) => weight - (move[i] ?? 0));
    if (Math.max(...move.map(Math.abs)) < 1e-8) break;
  }
  return (point) => chance(row(point));
}

/** Solves a symmetric positive system, given by its lower half, by Cholesky's decomposition. */
function solveLower(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  const at = (i: number, j: number): number => matrix[i]?.[j] ?? 0;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      const line = matrix[i];
      if (line) line[j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / at(j, j);
    }
  }
  const solution = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) solution[i] = (solution[i] ?? 0) - at(i, k) * (solution[k] ?? 0);
    solution[i] = (solution[i] ?? 0) / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) solution[i] = (solution[i] ?? 0) - at(k, i) * (solution[k] ?? 0);
    solution[i] = (solution[i] ?? 0) / at(i, i);
  }
  return solution;
}
