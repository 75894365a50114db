import { GaussianProcess, type KernelName } from './gaussian-process.ts';

export interface FitOptions {
  readonly kernel: KernelName;
  /** Number of the length scale of each coordinate. */
  readonly groups: ArrayLike<number>;
  readonly scales: number;
  /** Where to start: logarithms of variance, noise and length scales; of an earlier fit. */
  readonly start?: Float64Array | undefined;
  readonly steps?: number;
}

export interface FittedProcess {
  readonly process: GaussianProcess;
  /** Logarithms of variance, noise and length scales. */
  readonly theta: Float64Array;
}

/** Means and deviations of normal priors on the logarithms: a function of variance 1, little noise, scales of half the cube. */
const VARIANCE_PRIOR = [0, 1] as const;
const NOISE_PRIOR = [Math.log(1e-4), 2.5] as const;
const SCALE_DEVIATION = 1;
const BOUNDS = {
  variance: [-5, 5],
  noise: [Math.log(1e-6), Math.log(1)],
  scale: [Math.log(0.02), Math.log(50)],
} as const;

/** Steps grow and shrink as in resilient propagation (Riedmiller and Braun 1993, iRprop-). */
const [FIRST_STEP, LEAST_STEP, MOST_STEP, GROW, SHRINK] = [0.2, 1e-3, 1, 1.3, 0.5];
const STEPS = 40;

/**
 * The Gaussian process whose kernel has the highest posterior density: log marginal likelihood plus log-normal priors, climbed
 * from `start` or the priors' centre. `values` should have mean 0 and variance 1. More coordinates have longer scales
 * beforehand (Hvarfner and others 2024).
 */
export function fitGaussianProcess(
  points: readonly Float64Array[],
  values: ArrayLike<number>,
  { kernel, groups, scales, start, steps = STEPS }: FitOptions,
): FittedProcess {
  const scaleMean = Math.log(0.5) + 0.5 * Math.log(Math.max(1, scales) / 2);
  const priors = [
    VARIANCE_PRIOR,
    NOISE_PRIOR,
    ...Array.from({ length: scales }, () => [scaleMean, SCALE_DEVIATION] as const),
  ];
  const bounds = [BOUNDS.variance, BOUNDS.noise, ...Array.from({ length: scales }, () => BOUNDS.scale)];
  let theta = start ?? Float64Array.from(priors, ([mean]) => mean);
  const step = new Float64Array(theta.length).fill(FIRST_STEP);
  let before: Float64Array = new Float64Array(theta.length);
  let best: (FittedProcess & { readonly density: number }) | undefined;
  for (let round = 0; round <= steps; round++) {
    const process = processAt(theta, points, values, { kernel, groups });
    if (!process) break;
    const gradient = process.gradient();
    let density = process.logMarginalLikelihood;
    for (const [k, [mean, deviation]] of priors.entries()) {
      const z = ((theta[k] ?? 0) - mean) / deviation;
      density -= 0.5 * z * z;
      gradient[k] = (gradient[k] ?? 0) - z / deviation;
    }
    if (!best || density > best.density) best = { process, theta, density };
    if (step.every((value) => value <= LEAST_STEP)) break;
    const next = theta.slice();
    for (let k = 0; k < next.length; k++) {
      const agreement = (gradient[k] ?? 0) * (before[k] ?? 0);
      const factor = agreement > 0 ? GROW : agreement < 0 ? SHRINK : 1;
      step[k] = Math.min(MOST_STEP, Math.max(LEAST_STEP, (step[k] ?? 0) * factor));
      if (agreement < 0) gradient[k] = 0;
      const [low, high] = bounds[k] ?? [-10, 10];
      next[k] = Math.min(high, Math.max(low, (theta[k] ?? 0) + Math.sign(gradient[k] ?? 0) * (step[k] ?? 0)));
    }
    before = gradient;
    theta = next;
  }
  if (!best) throw new RangeError('No Gaussian process fits these points.');
  return best;
}

/** Null where the kernel matrix is singular at these parameters. */
export function processAt(
  theta: Float64Array,
  points: readonly Float64Array[],
  values: ArrayLike<number>,
  { kernel, groups }: Pick<FitOptions, 'kernel' | 'groups'>,
): GaussianProcess | null {
  const [variance = 0, noise = 0, ...scales] = theta;
  const params = {
    kernel,
    groups,
    variance: Math.exp(variance),
    noise: Math.exp(noise),
    lengthScales: scales.map(Math.exp),
  };
  try {
    return new GaussianProcess(params, points, values);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
