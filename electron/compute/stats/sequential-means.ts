/** After each pair of rows; always valid: look whenever you like, stop when you like. */
export interface MixtureSprt {
  readonly likelihoodRatio: Float64Array;
  /** Smallest of one over the ratio so far. */
  readonly pValue: Float64Array;
  /** Mean of b less mean of a. */
  readonly difference: Float64Array;
  /** Of the interval of the difference, at 1 - alpha. */
  readonly halfWidth: Float64Array;
  /** Pairs seen when p was first below alpha; null: never. */
  readonly firstRejection: number | null;
}

/**
 * Mixture sequential probability ratio test of a difference of means with known variance, mixed over N(0, tauSquared) (Johari,
 * Pekelis and Walsh 2017). Rows come in pairs; what one sample has more is not looked at.
 */
export function mixtureSprt(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { variance, tauSquared, alpha = 0.05 }: { variance: number; tauSquared: number; alpha?: number },
): MixtureSprt {
  const pairs = Math.min(a.length, b.length);
  const [likelihoodRatio, pValue] = [new Float64Array(pairs), new Float64Array(pairs)];
  const [difference, halfWidth] = [new Float64Array(pairs), new Float64Array(pairs)];
  let [sum, largest] = [0, 1];
  let firstRejection: number | null = null;
  for (let i = 0; i < pairs; i++) {
    sum += (b[i] ?? 0) - (a[i] ?? 0);
    const n = i + 1;
    const [mean, v] = [sum / n, (2 * variance) / n];
    const ratio = Math.sqrt(v / (v + tauSquared)) * Math.exp((tauSquared * mean * mean) / (2 * v * (v + tauSquared)));
    largest = Math.max(largest, ratio);
    likelihoodRatio[i] = ratio;
    pValue[i] = 1 / largest;
    difference[i] = mean;
    halfWidth[i] = Math.sqrt(((v * (v + tauSquared)) / tauSquared) * Math.log((v + tauSquared) / (v * alpha * alpha)));
    if (firstRejection === null && 1 / largest < alpha) firstRejection = n;
  }
  return { likelihoodRatio, pValue, difference, halfWidth, firstRejection };
}

/**
 * Confidence sequence of a mean, by Robbins' normal mixture (1970; Howard et al. 2021): mean and half width after each value,
 * right at all times together with chance 1 - alpha. `sigma` bounds the values' spread: half the range for bounded ones.
 */
export function confidenceSequence(
  values: ArrayLike<number>,
  { sigma, rhoSquared, alpha = 0.05 }: { sigma: number; rhoSquared: number; alpha?: number },
): { readonly mean: Float64Array; readonly halfWidth: Float64Array } {
  const [mean, halfWidth] = [new Float64Array(values.length), new Float64Array(values.length)];
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] ?? 0;
    const n = i + 1;
    const scale = n * rhoSquared + 1;
    mean[i] = sum / n;
    halfWidth[i] = sigma * Math.sqrt((scale / (n * n * rhoSquared)) * Math.log(scale / (alpha * alpha)));
  }
  return { mean, halfWidth };
}
