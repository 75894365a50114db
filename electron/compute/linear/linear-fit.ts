import type { RowMatrix } from './linear-data.ts';

/** What every linear model answers. */
export interface LinearFit {
  readonly coefficients: Float64Array;
  readonly intercept: number;
  /** What was minimised, at its smallest. */
  readonly objective: number;
  /** False where the steps ended before the last digits; `reason` says why. */
  readonly isConverged: boolean;
  /** Why there are no standard errors and p values, or why the fit did not converge; null otherwise. */
  readonly reason: string | null;
}

/** Standard errors and what follows from them, the intercept (where there is one) first. */
export interface CoefficientErrors {
  readonly standardErrors: Float64Array;
  readonly pValues: Float64Array;
}

export const PENALISED = 'A penalty pulls weights to zero: their spread is not that of an unbiased estimate.';
export const COLLINEAR = 'Some columns are combinations of others: their weights are not determined one by one.';
export const TOO_FEW_ROWS = 'There are no more rows than weights: nothing is left to tell their spread.';
export const SEPARABLE =
  'The classes can be told apart without error: without a penalty the weights grow without bound.';
export const UNBOUNDED = 'The loss has no smallest value: without a penalty the weights grow without bound.';
export const NOT_CONVERGED = 'The steps ended before the weights had settled.';

/** z = b0 + X b of each row. */
export function linearScores(x: RowMatrix, coefficients: ArrayLike<number>, intercept: number): Float64Array {
  const scores = new Float64Array(x.rows);
  for (let row = 0, at = 0; row < x.rows; row++) {
    let sum = intercept;
    for (let column = 0; column < x.columns; column++, at++) sum += (x.values[at] ?? 0) * (coefficients[column] ?? 0);
    scores[row] = sum;
  }
  return scores;
}
