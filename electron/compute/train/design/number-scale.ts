/** How numbers are brought to size one. */
export type Scaling = 'standard' | 'robust' | 'quantile';
export const SCALINGS = ['standard', 'robust', 'quantile'] as const satisfies readonly Scaling[];

/** A number x enters as (x - centre) / spread. */
export interface NumberScale {
  readonly centre: number;
  readonly spread: number;
  readonly hasMissing: boolean;
}

/** A normal sample's interquartile range in standard deviations. */
const QUARTILES_OF_NORMAL = 1.349;

/** Values that a float holds, as floats, ascending. */
export const sortedFloats = (values: Float64Array): Float32Array =>
  Float32Array.from(values).filter(Number.isFinite).sort();

/** Type 7 quantile (Hyndman and Fan 1996) of ascending values. */
export function quantileOf(sorted: Float32Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? 0;
  return low + ((sorted[Math.ceil(place)] ?? low) - low) * (place - Math.floor(place));
}

/**
 * Mean and standard deviation (of the population), or for `robust` median and interquartile range / 1.349, as floats. A
 * constant column, and one whose quartiles meet, falls back to the deviation, then to 1. NaN and infinite values do not
 * count; an empty column has centre 0.
 */
export function numberScale(values: Float64Array, isRobust: boolean): NumberScale {
  const { mean, squares, count, hasMissing } = moments(values);
  const deviation = Math.fround(count === 0 ? 1 : Math.sqrt(squares / count));
  const standard = { centre: Math.fround(mean), spread: deviation > 0 ? deviation : 1, hasMissing };
  if (!isRobust || count === 0) return standard;
  const sorted = sortedFloats(values);
  const range = Math.fround((quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / QUARTILES_OF_NORMAL);
  return { centre: Math.fround(quantileOf(sorted, 0.5)), spread: range > 0 ? range : standard.spread, hasMissing };
}

/** Values that tell where the others are looked at from. */
const LOOKED_AT_FIRST = 1000;

/**
 * Mean of the values that a float holds and their summed squares about it, in one pass about a number near the mean: most
 * digits stay, and a constant's squares are 0.
 */
function moments(values: Float64Array): { mean: number; squares: number; count: number; hasMissing: boolean } {
  const near = middleOfSome(values);
  let [sum, squares, count] = [0, 0, values.length];
  let hasMissing = false;
  // Plain loops: this is read for every value of every column before a fit. Without a question a value it takes half the time.
  for (let row = 0; row < values.length; row++) {
    const away = Math.fround(values[row] ?? 0) - near;
    sum += away;
    squares += away * away;
  }
  if (!Number.isFinite(sum)) {
    [sum, squares, count] = [0, 0, 0];
    for (let row = 0; row < values.length; row++) {
      const away = Math.fround(values[row] ?? 0) - near;
      if (away - away === 0) {
        sum += away;
        squares += away * away;
        count += 1;
      } else if (Number.isNaN(away)) hasMissing = true;
    }
  }
  if (count === 0) return { mean: 0, squares: 0, count, hasMissing };
  return { mean: near + sum / count, squares: Math.max(0, squares - (sum * sum) / count), count, hasMissing };
}

/** The mean, as a float, of evenly spaced values that a float holds; 0 without any. */
function middleOfSome(values: Float64Array): number {
  const step = Math.max(1, Math.floor(values.length / LOOKED_AT_FIRST));
  let [sum, count] = [0, 0];
  for (let row = 0; row < values.length; row += step) {
    const value = Math.fround(values[row] ?? Number.NaN);
    if (value - value !== 0) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : Math.fround(sum / count);
}
