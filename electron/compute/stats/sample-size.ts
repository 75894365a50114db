import { betaIncomplete } from './beta.ts';
import { logGamma } from './gamma.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { studentQuantile } from './tails.ts';

/** How sure an experiment must be: two-sided error of the first kind, and chance to see the effect. */
export interface Certainty {
  readonly alpha: number;
  readonly power: number;
}

const spread = (p: number): number => p * (1 - p);

/**
 * Rows in each group to see a share move from `baseline` by `effect`: `fleiss` with the pooled variance if there were no
 * effect, without continuity correction; `unpooled`; `cohenH` on the arcsine scale. They differ by little; `perGroup` is
 * Fleiss's, rounded up. Null without effect or outside 0 to 1.
 */
export function sampleSizeTwoProportions(baseline: number, effect: number, { alpha, power }: Certainty) {
  const other = baseline + effect;
  if (effect === 0 || !(baseline > 0 && baseline < 1 && other > 0 && other < 1)) return null;
  const [za, zb] = [normalQuantile(1 - alpha / 2), normalQuantile(power)];
  const own = spread(baseline) + spread(other);
  const fleiss = ((za * Math.sqrt(2 * spread((baseline + other) / 2)) + zb * Math.sqrt(own)) / effect) ** 2;
  const h = 2 * (Math.asin(Math.sqrt(other)) - Math.asin(Math.sqrt(baseline)));
  return {
    fleiss,
    unpooled: ((za + zb) ** 2 * own) / effect ** 2,
    cohenH: 2 * ((za + zb) / h) ** 2,
    perGroup: Math.ceil(fleiss),
  };
}

/** Chance to see that effect with `perGroup` rows in each group; normal, pooled if there were no effect, the far tail left out. */
export function powerTwoProportions(baseline: number, effect: number, perGroup: number, alpha: number): number {
  const other = baseline + effect;
  const pooled = 2 * spread((baseline + other) / 2);
  const own = spread(baseline) + spread(other);
  return normalCdf(
    (Math.abs(effect) * Math.sqrt(perGroup) - normalQuantile(1 - alpha / 2) * Math.sqrt(pooled)) / Math.sqrt(own),
  );
}

/**
 * Rows in each group to see means `effectSize` standard deviations apart: `perGroup` with Student's law (noncentral t),
 * `normal` with the normal one. Null without effect.
 */
export function sampleSizeTwoMeans(effectSize: number, { alpha, power }: Certainty) {
  const size = Math.abs(effectSize);
  if (!(size > 0)) return null;
  const normal = 2 * ((normalQuantile(1 - alpha / 2) + normalQuantile(power)) / size) ** 2;
  let [low, high] = [1.01, 2 * normal + 10];
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (powerTwoMeans(size, middle, alpha) < power) low = middle;
    else high = middle;
  }
  return { perGroup: (low + high) / 2, normal };
}

/** Chance to see means that far apart with Student's test, both tails. */
export function powerTwoMeans(effectSize: number, perGroup: number, alpha: number): number {
  const freedom = 2 * perGroup - 2;
  const shift = effectSize * Math.sqrt(perGroup / 2);
  const limit = studentQuantile(1 - alpha / 2, freedom);
  return 1 - noncentralT(limit, freedom, shift) + noncentralT(-limit, freedom, shift);
}

/** P(T <= t) of the noncentral t law with shift `delta`: a sum of incomplete beta functions weighted as a Poisson law (Lenth 1989). */
export function noncentralT(t: number, freedom: number, delta: number): number {
  if (t < 0) return 1 - noncentralT(-t, freedom, -delta);
  const x = (t * t) / (t * t + freedom);
  const half = (delta * delta) / 2;
  let sum = 0;
  for (let j = 0; j < 2000 && half > 0; j++) {
    const even = Math.exp(j * Math.log(half) - half - logGamma(j + 1));
    const odd = (delta / Math.SQRT2) * Math.exp(j * Math.log(half) - half - logGamma(j + 1.5));
    sum += (even * betaIncomplete(j + 0.5, freedom / 2, x) + odd * betaIncomplete(j + 1, freedom / 2, x)) / 2;
    if (j > half && even < 1e-17) break;
  }
  if (half === 0) sum = betaIncomplete(0.5, freedom / 2, x) / 2;
  return normalCdf(-delta) + sum;
}
