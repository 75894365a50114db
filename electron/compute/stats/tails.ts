import { betaIncomplete, betaQuantile } from './beta.ts';
import { gammaQ } from './gamma.ts';

/** P(X >= x) of the chi-square law. */
export const chiSquareTail = (x: number, degreesOfFreedom: number): number => gammaQ(degreesOfFreedom / 2, x / 2);

/** P(|T| >= |t|) of Student's law. */
export const studentTwoSided = (t: number, degreesOfFreedom: number): number => {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? Number.NaN : 0;
  const under = degreesOfFreedom + t * t;
  return betaIncomplete(degreesOfFreedom / 2, 0.5, degreesOfFreedom / under, (t * t) / under);
};

/** The t with P(T <= t) = p of Student's law. */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  if (p === 0.5) return 0;
  const x = betaQuantile(2 * Math.min(p, 1 - p), degreesOfFreedom / 2, 0.5);
  const t = Math.sqrt((degreesOfFreedom * (1 - x)) / x);
  return p < 0.5 ? -t : t;
}

/** P(F >= f) of Fisher's law. */
export const fisherTail = (f: number, numerator: number, denominator: number): number => {
  if (Number.isNaN(f)) return Number.NaN;
  if (f === Number.POSITIVE_INFINITY) return 0;
  const under = denominator + numerator * f;
  return betaIncomplete(denominator / 2, numerator / 2, denominator / under, (numerator * f) / under);
};
