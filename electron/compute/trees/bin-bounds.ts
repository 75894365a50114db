/** Values of a feature fall into at most this many bins; one more is kept for missing values. */
export const MOST_BINS = 252;
/** Values looked at to choose bounds. */
export const SAMPLE_ROWS = 200_000;

/**
 * Upper bounds of bins, ascending, as floats: the last bin has none. Few distinct values get a bin each; many get bins of
 * equal frequency, a frequent value a bin of its own. A bound lies midway between neighbours, rounded so that the lower
 * one is not above it and the upper one is. NaN is left out; an all-missing or constant feature has no bound.
 */
export function binBounds(values: Float32Array, mostBins = MOST_BINS): Float32Array {
  const sample = new Float32Array(sampleSize(values.length));
  const count = sampleInto(sample, values);
  return boundsOfSorted(sample.subarray(0, count).sort(), mostBins);
}

const sampleStep = (rows: number): number => Math.max(1, Math.floor(rows / SAMPLE_ROWS));

export const sampleSize = (rows: number): number => Math.ceil(rows / sampleStep(rows));

/** Every so many-th value that is not missing, at most about SAMPLE_ROWS of them; answers how many. */
export function sampleInto(sample: Float32Array, values: Float32Array): number {
  const step = sampleStep(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i += step) {
    const value = values[i] ?? Number.NaN;
    // Zero of either sign is one value.
    if (!Number.isNaN(value)) sample[count++] = value === 0 ? 0 : value;
  }
  return count;
}

/** As `binBounds`, of values in order and without NaN. */
export function boundsOfSorted(sorted: Float32Array, mostBins: number): Float32Array {
  // The last place of each distinct value.
  const ends = new Uint32Array(sorted.length);
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++)
    if (i + 1 === sorted.length || sorted[i] !== sorted[i + 1]) ends[distinct++] = i;
  const bounds = new Float32Array(Math.max(0, Math.min(distinct, mostBins) - 1));
  let made = 0;
  const close = (index: number) => {
    const bound = midpoint(sorted[ends[index] ?? 0] ?? 0, sorted[ends[index + 1] ?? 0] ?? 0);
    if (made < bounds.length && (made === 0 || bound > (bounds[made - 1] ?? 0))) bounds[made++] = bound;
  };
  if (distinct <= mostBins) {
    for (let i = 0; i + 1 < distinct; i++) close(i);
    return bounds.slice(0, made);
  }
  let rowsLeft = sorted.length;
  let binsLeft = mostBins;
  let closed = 0;
  for (let i = 0; i + 1 < distinct && binsLeft > 1; i++) {
    const end = (ends[i] ?? 0) + 1;
    const inBin = end - closed;
    const wanted = rowsLeft / binsLeft;
    // A frequent value is closed off on both sides.
    if (inBin < wanted && (ends[i + 1] ?? 0) + 1 - end < wanted) continue;
    close(i);
    rowsLeft -= inBin;
    binsLeft -= 1;
    closed = end;
  }
  return bounds.slice(0, made);
}

/** A float t with low <= t < high, midway between them where that can be. */
function midpoint(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}
