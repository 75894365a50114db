/** Coefficients B(2k) / (2k (2k - 1)) of Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400] as const;
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * ln of the gamma function for x > 0: Stirling's series from 15 on, below it by the recurrence; absolute error about 1e-15
 * near 1 and 2, relative 1e-15 elsewhere. Infinity at 0; by reflection below it.
 */
export function logGamma(x: number): number {
  if (x <= 0) {
    return x === Math.floor(x)
      ? Number.POSITIVE_INFINITY
      : Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  }
  if (x === 1 || x === 2) return 0;
  let [shifted, product] = [x, 1];
  while (shifted < 15) {
    product *= shifted;
    shifted += 1;
  }
  const square = 1 / (shifted * shifted);
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * square + (STIRLING[k] ?? 0);
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + series / shifted - Math.log(product);
}

/** ln of the binomial coefficient, n over k. */
export const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** Lower regularised incomplete gamma function P(a, x). */
export const gammaP = (a: number, x: number): number =>
  x <= 0 ? 0 : x < a + 1 ? bySeries(a, x) : 1 - byFraction(a, x);

/** Upper regularised incomplete gamma function Q(a, x): the series below a + 1, Lentz's continued fraction above. */
export const gammaQ = (a: number, x: number): number =>
  x <= 0 ? 1 : x === Number.POSITIVE_INFINITY ? 0 : x < a + 1 ? 1 - bySeries(a, x) : byFraction(a, x);

const front = (a: number, x: number): number => Math.exp(-x + a * Math.log(x) - logGamma(a));

function bySeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 100_000 && term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * front(a, x);
}

function byFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 100_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b || 1e-300);
    c = b + numerator / c || 1e-300;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front(a, x) * fraction;
}
