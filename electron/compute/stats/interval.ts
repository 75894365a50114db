import { normalQuantile } from './normal.ts';

/** A value with a two-sided confidence interval; null where there is no answer. */
export interface Estimate {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export const noAnswer: Estimate = { value: null, lower: null, upper: null };
const Z95 = normalQuantile(0.975);

/** Value plus and minus 1.96 standard errors, kept inside the bounds given. */
export function normalInterval(
  value: number,
  standardError: number,
  bounds: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Estimate {
  if (!Number.isFinite(value)) return noAnswer;
  if (!Number.isFinite(standardError)) return { value, lower: null, upper: null };
  return {
    value,
    lower: Math.max(bounds[0], value - Z95 * standardError),
    upper: Math.min(bounds[1], value + Z95 * standardError),
  };
}

/** Mean of a vector with the interval of its standard error. */
export function meanInterval(values: Float64Array, bounds?: readonly [number, number]): Estimate {
  const n = values.length;
  if (n === 0) return noAnswer;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return normalInterval(mean, n > 1 ? Math.sqrt(squares / (n - 1) / n) : Number.NaN, bounds);
}

/**
 * A smooth function of a table of counts drawn as a multinomial, with its interval by the delta method: the variance of
 * the function's gradient under the cell shares, over n. `f` gets shares. No answer where f gives none.
 */
export function countsInterval(
  counts: readonly number[],
  f: (shares: readonly number[]) => number | null,
  bounds: readonly [number, number],
): Estimate {
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n === 0) return noAnswer;
  const shares = counts.map((count) => count / n);
  const value = f(shares);
  if (value === null || !Number.isFinite(value)) return noAnswer;
  const step = 1e-6;
  let [mean, square] = [0, 0];
  for (const [cell, share] of shares.entries()) {
    if (share === 0) continue;
    // The direction that moves mass to this cell from all: the influence of one more row in it.
    const moved = f(shares.map((other, index) => (1 - step) * other + (index === cell ? step : 0)));
    if (moved === null) return { value, lower: null, upper: null };
    const influence = (moved - value) / step;
    mean += share * influence;
    square += share * influence * influence;
  }
  return normalInterval(value, Math.sqrt(Math.max(0, square - mean * mean) / n), bounds);
}
