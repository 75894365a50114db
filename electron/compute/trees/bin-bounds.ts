/** Values of a feature fall into at most this many bins; one more (255) is kept for missing values. */
export const MOST_BINS = 254;
/** Values looked at to choose bounds. */
const SAMPLE = 200_000;

/**
 * Upper bounds of bins, ascending, as floats: the last bin has none. Few distinct values get a bin each; many get bins of
 * equal frequency, a frequent value a bin of its own. A bound lies midway between neighbours, rounded so that the lower
 * one is not above it and the upper one is. NaN is left out; an all-missing or constant feature has no bound.
 */
export function binBounds(values: Float32Array, mostBins = MOST_BINS): Float32Array {
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sample = new Float32Array(Math.ceil(values.length / step));
  let count = 0;
  for (let i = 0; i < values.length; i += step) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isNaN(value)) sample[count++] = value === 0 ? 0 : value;
  }
  const sorted = sample.subarray(0, count).sort();
  const distinct: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    const last = counts.length - 1;
    if (last >= 0 && distinct[last] === value) counts[last] = (counts[last] ?? 0) + 1;
    else {
      distinct.push(value);
      counts.push(1);
    }
  }
  const bounds: number[] = [];
  const close = (index: number) => {
    const bound = midpoint(distinct[index] ?? 0, distinct[index + 1] ?? 0);
    if (bounds.length === 0 || bound > (bounds.at(-1) ?? 0)) bounds.push(bound);
  };
  if (distinct.length <= mostBins) {
    for (let i = 0; i + 1 < distinct.length; i++) close(i);
    return Float32Array.from(bounds);
  }
  let rowsLeft = count;
  let binsLeft = mostBins;
  let inBin = 0;
  for (let i = 0; i + 1 < distinct.length && binsLeft > 1; i++) {
    const here = counts[i] ?? 0;
    inBin += here;
    const wanted = rowsLeft / binsLeft;
    // A frequent value is closed off on both sides.
    if (inBin >= wanted || (counts[i + 1] ?? 0) >= wanted) {
      close(i);
      rowsLeft -= inBin;
      binsLeft -= 1;
      inBin = 0;
    }
  }
  return Float32Array.from(bounds);
}

/** A float t with low <= t < high, midway between them where that can be. */
function midpoint(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}
