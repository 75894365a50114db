/** The lower factor of a symmetric matrix, in which dependent rows are skipped. */
export interface CholeskyFactor {
  readonly size: number;
  readonly lower: Float64Array;
  /** Rows whose pivot is nothing beside their own size: they depend on rows before them. Ascending. */
  readonly skipped: readonly number[];
}

/** A pivot smaller than this share of its own diagonal is rounding noise. */
const DEPENDENT = 1e-12;

/**
 * Cholesky's decomposition L L' of a symmetric positive semidefinite matrix (row after row; the lower half is read). Rows
 * that depend on those before are skipped: their solution is zero.
 */
export function cholesky(matrix: Float64Array, size: number, dependent = DEPENDENT): CholeskyFactor {
  const lower = new Float64Array(size * size);
  const skipped: number[] = [];
  for (let i = 0; i < size; i++) {
    const line = i * size;
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let sum = matrix[line + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[line + k] ?? 0) * (lower[other + k] ?? 0);
      if (j < i) {
        const pivot = lower[other + j] ?? 0;
        lower[line + j] = pivot === 0 ? 0 : sum / pivot;
      } else if (sum > dependent * (matrix[line + i] ?? 0)) lower[line + i] = Math.sqrt(sum);
      else {
        lower.fill(0, line, line + i + 1);
        skipped.push(i);
      }
    }
  }
  return { size, lower, skipped };
}

/** Solves for one right side; entries of skipped rows are zero. */
export function choleskySolve({ size, lower }: CholeskyFactor, right: ArrayLike<number>): Float64Array {
  const solution = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const pivot = lower[i * size + i] ?? 0;
    if (pivot === 0) continue;
    let sum = right[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (lower[i * size + k] ?? 0) * (solution[k] ?? 0);
    solution[i] = sum / pivot;
  }
  for (let i = size - 1; i >= 0; i--) {
    const pivot = lower[i * size + i] ?? 0;
    if (pivot === 0) continue;
    const value = (solution[i] ?? 0) / pivot;
    solution[i] = value;
    for (let k = 0; k < i; k++) solution[k] = (solution[k] ?? 0) - (lower[i * size + k] ?? 0) * value;
  }
  return solution;
}

/** The inverse, row after row. */
export function choleskyInverse(factor: CholeskyFactor): Float64Array {
  const { size } = factor;
  const inverse = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    unit.fill(0);
    unit[i] = 1;
    inverse.set(choleskySolve(factor, unit), i * size);
  }
  return inverse;
}

/** Cholesky's factor of a matrix with its diagonal brought to one, and the roots it was divided by. */
export function scaledFactor(matrix: Float64Array, size: number, dependent?: number) {
  const roots = Float64Array.from({ length: size }, (_, j) => Math.sqrt(matrix[j * size + j] ?? 0) || 1);
  const scaled = matrix.slice();
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++)
      scaled[i * size + j] = (scaled[i * size + j] ?? 0) / ((roots[i] ?? 1) * (roots[j] ?? 1));
  return { factor: cholesky(scaled, size, dependent), roots };
}

/** What solves for a right side, by the factor of the matrix with its diagonal brought to one; dependent rows are left at zero. */
export const scaledSolve = (matrix: Float64Array, size: number, dependent?: number) =>
  solverOf(scaledFactor(matrix, size, dependent));

/** The same by a factor that is there. */
export function solverOf({ factor, roots }: ReturnType<typeof scaledFactor>): (right: Float64Array) => Float64Array {
  const scaled = (values: Float64Array): Float64Array => values.map((value, j) => value / (roots[j] ?? 1));
  return (right) => scaled(choleskySolve(factor, scaled(right)));
}
