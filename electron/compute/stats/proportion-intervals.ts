import { betaQuantile } from './beta.ts';
import { type Estimate, noAnswer } from './interval.ts';
import { normalQuantile } from './normal.ts';

/** Two-sided intervals of a proportion, `successes` of `trials`; no answer without trials. */

const zOf = (confidence: number): number => normalQuantile(0.5 + confidence / 2);

/** Wilson's score interval (1927); 0 of n has lower 0, n of n upper 1, whatever rounding says. */
export function wilsonInterval(successes: number, trials: number, confidence = 0.95): Estimate {
  if (!(trials > 0)) return noAnswer;
  const z = zOf(confidence);
  const p = successes / trials;
  const center = (p + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half = (z / (1 + (z * z) / trials)) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return {
    value: p,
    lower: successes === 0 ? 0 : Math.max(0, center - half),
    upper: successes === trials ? 1 : Math.min(1, center + half),
  };
}

/** Wilson's interval with continuity correction (Newcombe 1998, method 4). */
export function wilsonIntervalContinuity(successes: number, trials: number, confidence = 0.95): Estimate {
  if (!(trials > 0)) return noAnswer;
  const z = zOf(confidence);
  const [p, q] = [successes / trials, 1 - successes / trials];
  const under = 2 * (trials + z * z);
  const center = (2 * trials * p + z * z) / under;
  const half = (sign: number): number =>
    (1 + z * Math.sqrt(Math.max(0, z * z + sign * 2 - 1 / trials + 4 * p * (trials * q - sign)))) / under;
  return {
    value: p,
    lower: successes === 0 ? 0 : Math.max(0, center - half(-1)),
    upper: successes === trials ? 1 : Math.min(1, center + half(1)),
  };
}

/** Clopper and Pearson's exact interval (1934): never covers less than promised. */
export function clopperPearsonInterval(successes: number, trials: number, confidence = 0.95): Estimate {
  if (!(trials > 0)) return noAnswer;
  const tail = (1 - confidence) / 2;
  return {
    value: successes / trials,
    lower: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    upper: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}

/** Agresti and Coull's interval (1998), cut to 0 and 1. */
export function agrestiCoullInterval(successes: number, trials: number, confidence = 0.95): Estimate {
  if (!(trials > 0)) return noAnswer;
  const z = zOf(confidence);
  const all = trials + z * z;
  const center = (successes + (z * z) / 2) / all;
  const half = z * Math.sqrt((center * (1 - center)) / all);
  return { value: successes / trials, lower: Math.max(0, center - half), upper: Math.min(1, center + half) };
}

/** Quantiles of the posterior under Jeffreys' prior, Beta(1/2, 1/2); not moved to 0 or 1 at the ends. */
export function jeffreysInterval(successes: number, trials: number, confidence = 0.95): Estimate {
  if (!(trials > 0)) return noAnswer;
  const tail = (1 - confidence) / 2;
  const [a, b] = [successes + 0.5, trials - successes + 0.5];
  return { value: successes / trials, lower: betaQuantile(tail, a, b), upper: betaQuantile(1 - tail, a, b) };
}
