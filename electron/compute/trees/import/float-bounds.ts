const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/** The largest float below a float; NaN where there is none (below -Infinity, or of NaN). */
export function floatBelow(value: number): number {
  if (value === 0) return -1.401298464324817e-45;
  if (Number.isNaN(value) || value === Number.NEGATIVE_INFINITY) return Number.NaN;
  asFloat[0] = value;
  asBits[0] = (asBits[0] ?? 0) + (value > 0 ? -1 : 1);
  return asFloat[0] ?? Number.NaN;
}

/**
 * The float t for which `v <= bound` and `v <= t` say the same of every float v: the bound itself where it is a float, the
 * float below it otherwise. So a double threshold sends no float another way.
 */
export function floatAtMost(bound: number): number {
  const rounded = Math.fround(bound);
  return rounded > bound ? floatBelow(rounded) : rounded;
}

/** The same for `v < bound`. NaN, which no value is at most, where no float is below the bound. */
export function floatUnder(bound: number): number {
  const most = floatAtMost(bound);
  return most === bound ? floatBelow(most) : most;
}
