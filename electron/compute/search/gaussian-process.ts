/** Correlation at a scaled distance r: Matern with nu = 5/2 or 3/2, or the squared exponential (Rasmussen and Williams 2006, 4.2). */
export type KernelName = 'matern52' | 'matern32' | 'squaredExponential';

export interface KernelParams {
  readonly kernel: KernelName;
  /** Of the function. */
  readonly variance: number;
  /** One a coordinate, or one a group of coordinates that `groups` numbers. */
  readonly lengthScales: ArrayLike<number>;
  readonly groups?: ArrayLike<number> | undefined;
  /** Variance of the noise of an observation. */
  readonly noise: number;
}

const [SQRT3, SQRT5] = [Math.sqrt(3), Math.sqrt(5)];

const correlation: Readonly<Record<KernelName, (r: number) => number>> = {
  matern52: (r) => (1 + SQRT5 * r + (5 / 3) * r * r) * Math.exp(-SQRT5 * r),
  matern32: (r) => (1 + SQRT3 * r) * Math.exp(-SQRT3 * r),
  squaredExponential: (r) => Math.exp(-0.5 * r * r),
};

/** Minus the derivative of the correlation by r, divided by r: finite at zero. */
const slope: Readonly<Record<KernelName, (r: number) => number>> = {
  matern52: (r) => (5 / 3) * (1 + SQRT5 * r) * Math.exp(-SQRT5 * r),
  matern32: (r) => 3 * Math.exp(-SQRT3 * r),
  squaredExponential: (r) => Math.exp(-0.5 * r * r),
};

export interface Prediction {
  readonly mean: number;
  /** Of the function, without the noise of an observation. */
  readonly standardDeviation: number;
}

/**
 * Exact Gaussian process regression with mean zero and a stationary kernel, a length scale a coordinate (Rasmussen and
 * Williams 2006, algorithm 2.1). `points` are rows of equal length, no NaN; without a row it answers the prior.
 */
export class GaussianProcess {
  readonly logMarginalLikelihood: number;
  readonly #params: KernelParams;
  readonly #points: readonly Float64Array[];
  /** Lower triangle of the Cholesky factor, row after row. */
  readonly #factor: Float64Array;
  /** K^-1 y */
  readonly #alpha: Float64Array;
  readonly #inverseScales: Float64Array;

  /** Throws RangeError when the kernel matrix is not positive definite: noise of at least 1e-8 of the variance keeps it so. */
  constructor(params: KernelParams, points: readonly Float64Array[], values: ArrayLike<number>) {
    this.#params = params;
    this.#points = points;
    const width = points[0]?.length ?? params.lengthScales.length;
    this.#inverseScales = Float64Array.from(
      { length: width },
      (_, j) => 1 / (params.lengthScales[params.groups?.[j] ?? j] ?? 1),
    );
    const n = points.length;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) matrix[i * n + j] = this.#covariance(points[i], points[j]);
      matrix[i * n + i] = params.variance + params.noise;
    }
    this.#factor = cholesky(matrix, n);
    const half = forwardSolve(this.#factor, values, n);
    this.#alpha = backwardSolve(this.#factor, half, n);
    let [fit, logDeterminant] = [0, 0];
    for (let i = 0; i < n; i++) {
      fit += (half[i] ?? 0) ** 2;
      logDeterminant += Math.log(this.#factor[i * n + i] ?? 1);
    }
    this.logMarginalLikelihood = -0.5 * fit - logDeterminant - (n / 2) * Math.log(2 * Math.PI);
  }

  predict(point: ArrayLike<number>): Prediction {
    const n = this.#points.length;
    const row = new Float64Array(n);
    let mean = 0;
    for (let i = 0; i < n; i++) {
      const covariance = this.#covariance(this.#points[i], point);
      row[i] = covariance;
      mean += covariance * (this.#alpha[i] ?? 0);
    }
    const half = forwardSolve(this.#factor, row, n);
    let explained = 0;
    for (let i = 0; i < n; i++) explained += (half[i] ?? 0) ** 2;
    return { mean, standardDeviation: Math.sqrt(Math.max(0, this.#params.variance - explained)) };
  }

  /**
   * Gradient of the log marginal likelihood by the logarithms of variance, noise and length scales, in this order
   * (Rasmussen and Williams 2006, equation 5.9).
   */
  gradient(): Float64Array {
    const { kernel, variance, noise, lengthScales, groups } = this.#params;
    const n = this.#points.length;
    const inverse = inverseOf(this.#factor, n);
    const gradient = new Float64Array(2 + lengthScales.length);
    const width = this.#inverseScales.length;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        // Half of the trace of (alpha alpha^T - K^-1) dK, each pair off the diagonal counted twice.
        const weight =
          ((this.#alpha[i] ?? 0) * (this.#alpha[j] ?? 0) - (inverse[i * n + j] ?? 0)) * (i === j ? 0.5 : 1);
        if (i === j) {
          gradient[0] = (gradient[0] ?? 0) + weight * variance;
          gradient[1] = (gradient[1] ?? 0) + weight * noise;
          continue;
        }
        const [a, b] = [this.#points[i], this.#points[j]];
        const r = this.#distance(a, b);
        gradient[0] = (gradient[0] ?? 0) + weight * variance * correlation[kernel](r);
        const common = weight * variance * slope[kernel](r);
        for (let k = 0; k < width; k++) {
          const scaled = ((a?.[k] ?? 0) - (b?.[k] ?? 0)) * (this.#inverseScales[k] ?? 1);
          const at = 2 + (groups?.[k] ?? k);
          gradient[at] = (gradient[at] ?? 0) + common * scaled * scaled;
        }
      }
    }
    return gradient;
  }

  #distance(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): number {
    let sum = 0;
    for (let k = 0; k < this.#inverseScales.length; k++) {
      const scaled = ((a?.[k] ?? 0) - (b?.[k] ?? 0)) * (this.#inverseScales[k] ?? 1);
      sum += scaled * scaled;
    }
    return Math.sqrt(sum);
  }

  #covariance(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): number {
    return this.#params.variance * correlation[this.#params.kernel](this.#distance(a, b));
  }
}

/** Lower factor of a symmetric matrix given by its lower triangle; overwrites it. */
function cholesky(matrix: Float64Array, n: number): Float64Array {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (matrix[i * n + k] ?? 0) * (matrix[j * n + k] ?? 0);
      if (i > j) matrix[i * n + j] = sum / (matrix[j * n + j] ?? 1);
      else if (sum > 0) matrix[j * n + j] = Math.sqrt(sum);
      else
        throw new RangeError(
          'The kernel matrix is not positive definite: two points are too close for so little noise.',
        );
    }
  }
  return matrix;
}

/** L x = b */
function forwardSolve(factor: Float64Array, b: ArrayLike<number>, n: number): Float64Array {
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (factor[i * n + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (factor[i * n + i] ?? 1);
  }
  return x;
}

/** L^T x = b */
function backwardSolve(factor: Float64Array, b: ArrayLike<number>, n: number): Float64Array {
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i] ?? 0;
    for (let k = i + 1; k < n; k++) sum -= (factor[k * n + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (factor[i * n + i] ?? 1);
  }
  return x;
}

/** Lower triangle of (L L^T)^-1. */
function inverseOf(factor: Float64Array, n: number): Float64Array {
  // The inverse of L, column by column, then its product with itself.
  const half = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    half[j * n + j] = 1 / (factor[j * n + j] ?? 1);
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= (factor[i * n + k] ?? 0) * (half[k * n + j] ?? 0);
      half[i * n + j] = sum / (factor[i * n + i] ?? 1);
    }
  }
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += (half[k * n + i] ?? 0) * (half[k * n + j] ?? 0);
      inverse[i * n + j] = sum;
    }
  }
  return inverse;
}
