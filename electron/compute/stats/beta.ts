import { logGamma } from './gamma.ts';

/** ln of the beta function, for positive a and b. */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/**
 * Regularised incomplete beta function I_x(a, b) by Lentz's continued fraction, on the side where it converges. `rest` is
 * 1 - x, to be given where it is known better than by subtraction: a tail of 1e-300 keeps its digits.
 */
export function betaIncomplete(a: number, b: number, x: number, rest = 1 - x): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  if (Number.isNaN(x)) return Number.NaN;
  const front = Math.exp(a * logOf(x, rest) + b * logOf(rest, x) - logBeta(a, b));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(a, b, x)) / a : 1 - (front * fraction(b, a, rest)) / b;
}

const logOf = (x: number, rest: number): number => (x > 0.5 ? Math.log1p(-rest) : Math.log(x));

function fraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || 1e-300);
  let value = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d || 1e-300);
    c = 1 + even / c || 1e-300;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d || 1e-300);
    c = 1 + odd / c || 1e-300;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return value;
}

/** x with I_x(a, b) = p: bisection in log odds, finished by Newton steps kept inside the bracket. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p > 0)) return p === 0 ? 0 : Number.NaN;
  if (!(p < 1)) return p === 1 ? 1 : Number.NaN;
  let [low, high] = [-750, 750];
  const at = (logit: number): readonly [number, number] =>
    logit < 0
      ? [Math.exp(logit) / (1 + Math.exp(logit)), 1 / (1 + Math.exp(logit))]
      : [1 / (1 + Math.exp(-logit)), Math.exp(-logit) / (1 + Math.exp(-logit))];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (betaIncomplete(a, b, ...at(middle)) < p) low = middle;
    else high = middle;
  }
  let logit = (low + high) / 2;
  for (let step = 0; step < 4; step++) {
    const [x, rest] = at(logit);
    const slope = Math.exp(a * Math.log(x) + b * Math.log(rest) - logBeta(a, b));
    const next = logit - (betaIncomplete(a, b, x, rest) - p) / slope;
    if (!(next >= low && next <= high)) break;
    logit = next;
  }
  return at(logit)[0];
}
