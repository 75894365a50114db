import { fisherTail, studentQuantile, studentTwoSided } from '../stats/tails.ts';
import type { CheckedData } from './linear-data.ts';
import { type CoefficientErrors, linearScores } from './linear-fit.ts';
import type { pivotedQr } from './pivoted-qr.ts';

/** A solution with the factor it came from, of columns that were centred, scaled by `scales` and weighed. */
export interface SolvedRows {
  readonly coefficients: Float64Array;
  readonly intercept: number;
  readonly objective: number;
  readonly rank: number;
  readonly qr: ReturnType<typeof pivotedQr>;
  readonly means: Float64Array;
  readonly scales: Float64Array;
}

/** What least squares tells beside its coefficients; lists have the intercept (where there is one) first. */
export interface LeastSquaresInference extends CoefficientErrors {
  readonly t: Float64Array;
  /** Lower and upper end at 95 %. */
  readonly confidence95: readonly (readonly [number, number])[];
  readonly residualStandardError: number;
  /** Share of the variance explained; of the squares, without an intercept. */
  readonly rSquared: number;
  readonly adjustedRSquared: number;
  /** Fisher's statistic that no column matters, and its p value. */
  readonly f: number;
  readonly fPValue: number;
  readonly logLikelihood: number;
  readonly aic: number;
  readonly bic: number;
  /** Standard errors that allow unequal variances (MacKinnon and White's HC3). */
  readonly robustStandardErrorsHC3: Float64Array;
}

/**
 * The textbook's inference for (weighted) least squares: variance s^2 (X'WX)^-1 with s^2 = sum w e^2 / (n - k), Student's
 * law, the normal law's likelihood at its maximum, HC3 from squared residuals over (1 - leverage)^2. For independent
 * columns and more rows than coefficients.
 */
export function leastSquaresInference(
  { x, y, weight, totalWeight }: CheckedData,
  { coefficients, intercept, qr, means, scales }: SolvedRows,
  hasIntercept: boolean,
): LeastSquaresInference {
  const { rows, columns, values } = x;
  const offset = Number(hasIntercept);
  const size = columns + offset;
  const inverse = inverseUpper(qr.upper, columns);
  // Rows of `spread` times a centred, scaled row are independent with unit variance: (R^-1)' in the order of columns.
  const spread = Array.from({ length: columns }, (_, k) => {
    const line = new Float64Array(columns);
    for (let i = 0; i <= k; i++) line[qr.order[i] ?? 0] = inverse[i * columns + k] ?? 0;
    return line;
  });
  const scores = linearScores(x, coefficients, intercept);
  let [squares, total, logWeights, mean] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) mean += ((weight[row] ?? 0) * (y[row] ?? 0)) / totalWeight;
  const center = hasIntercept ? mean : 0;
  const meat = new Float64Array(size * size);
  const cells = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    const w = weight[row] ?? 0;
    const residual = (y[row] ?? 0) - (scores[row] ?? 0);
    squares += w * residual * residual;
    total += w * ((y[row] ?? 0) - center) ** 2;
    logWeights += Math.log(w);
    if (hasIntercept) cells[0] = 1;
    for (let column = 0; column < columns; column++)
      cells[column + offset] = ((values[row * columns + column] ?? 0) - (means[column] ?? 0)) / (scales[column] ?? 1);
    let leverage = hasIntercept ? w / totalWeight : 0;
    for (const line of spread) {
      let part = 0;
      for (let column = 0; column < columns; column++) part += (line[column] ?? 0) * (cells[column + offset] ?? 0);
      leverage += w * part * part;
    }
    const factor = ((w * residual) / (1 - leverage)) ** 2;
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) {
        const at = i * size + j;
        meat[at] = (meat[at] ?? 0) + factor * (cells[i] ?? 0) * (cells[j] ?? 0);
      }
  }
  const freedom = rows - size;
  const variance = squares / freedom;
  // From centred, scaled coefficients to the original ones: a row of `back` each.
  const bread = (i: number): Float64Array => {
    const line = new Float64Array(size);
    const add = (column: number, factor: number): void => {
      for (const part of spread)
        for (let j = 0; j < columns; j++)
          line[j + offset] = (line[j + offset] ?? 0) + factor * (part[column] ?? 0) * (part[j] ?? 0);
    };
    if (i >= offset) add(i - offset, 1 / (scales[i - offset] ?? 1));
    else {
      line[0] = 1 / totalWeight;
      for (let column = 0; column < columns; column++) add(column, -(means[column] ?? 0) / (scales[column] ?? 1));
    }
    return line;
  };
  const standardErrors = new Float64Array(size);
  const robustStandardErrorsHC3 = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const line = bread(i);
    let robust = 0;
    for (let j = 0; j < size; j++)
      for (let k = 0; k < size; k++)
        robust += (line[j] ?? 0) * (line[k] ?? 0) * (meat[Math.max(j, k) * size + Math.min(j, k)] ?? 0);
    robustStandardErrorsHC3[i] = Math.sqrt(robust);
    let own = 0;
    if (i >= offset) own = (line[i] ?? 0) / (scales[i - offset] ?? 1);
    else {
      own = line[0] ?? 0;
      for (let column = 0; column < columns; column++)
        own -= ((line[column + 1] ?? 0) * (means[column] ?? 0)) / (scales[column] ?? 1);
    }
    standardErrors[i] = Math.sqrt(variance * own);
  }
  const all = hasIntercept ? [intercept, ...coefficients] : [...coefficients];
  const t = Float64Array.from(all, (value, i) => value / (standardErrors[i] ?? 1));
  const reach = studentQuantile(0.975, freedom);
  const rSquared = 1 - squares / total;
  const logLikelihood = (-rows / 2) * (Math.log((2 * Math.PI * squares) / rows) + 1) + logWeights / 2;
  const f = (total - squares) / columns / variance;
  return {
    standardErrors,
    t,
    pValues: t.map((value) => studentTwoSided(value, freedom)),
    confidence95: all.map((value, i) => {
      const half = reach * (standardErrors[i] ?? 0);
      return [value - half, value + half] as const;
    }),
    residualStandardError: Math.sqrt(variance),
    rSquared,
    adjustedRSquared: 1 - ((1 - rSquared) * (rows - offset)) / freedom,
    f,
    fPValue: fisherTail(f, columns, freedom),
    logLikelihood,
    aic: 2 * size - 2 * logLikelihood,
    bic: size * Math.log(rows) - 2 * logLikelihood,
    robustStandardErrorsHC3,
  };
}

/** Inverse of an upper triangle, row after row. */
function inverseUpper(upper: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    inverse[j * size + j] = 1 / (upper[j * size + j] ?? 1);
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += (upper[i * size + k] ?? 0) * (inverse[k * size + j] ?? 0);
      inverse[i * size + j] = -sum / (upper[i * size + i] ?? 1);
    }
  }
  return inverse;
}
