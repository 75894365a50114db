import type { ColumnProfile, Histogram } from '../../../shared/contract/datasets.ts';

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Rows of a histogram between two values, taking each bin as evenly filled. */
function rowsBetween({ edges, counts }: Histogram, low: number, high: number): number {
  return counts.reduce((sum, count, bin) => {
    const from = edges[bin] ?? 0;
    const to = edges[bin + 1] ?? from;
    const isLast = bin === counts.length - 1;
    if (to <= from) return sum + (from >= low && (from < high || (isLast && from <= high)) ? count : 0);
    const overlap = Math.min(to, high) - Math.max(from, low);
    return overlap <= 0 ? sum : sum + (count * overlap) / (to - from);
  }, 0);
}

const BINS = 30;

function histogramShift(a: Histogram, b: Histogram): number | null {
  const [rowsA, rowsB] = [total(a.counts), total(b.counts)];
  if (rowsA === 0 || rowsB === 0) return null;
  const edges = [...a.edges, ...b.edges];
  const low = Math.min(...edges);
  const high = Math.max(...edges);
  if (high <= low) return 0;
  const width = (high - low) / BINS;
  const share = (of: Histogram, rows: number, bin: number) =>
    rowsBetween(of, low + bin * width, low + (bin + 1) * width) / rows;
  return total(Array.from({ length: BINS }, (_, bin) => Math.abs(share(a, rowsA, bin) - share(b, rowsB, bin)))) / 2;
}

type TopValues = NonNullable<ColumnProfile['topValues']>;

function topShift(a: TopValues, rowsA: number, b: TopValues, rowsB: number): number | null {
  if (rowsA === 0 || rowsB === 0) return null;
  const shares = (values: TopValues, rows: number) =>
    new Map(values.map(({ value, count }) => [String(value), count / rows]));
  const [inA, inB] = [shares(a, rowsA), shares(b, rowsB)];
  const named = total(
    [...new Set([...inA.keys(), ...inB.keys()])].map((value) =>
      Math.abs((inA.get(value) ?? 0) - (inB.get(value) ?? 0)),
    ),
  );
  const others = Math.abs(total([...inA.values()]) - total([...inB.values()]));
  return (named + others) / 2;
}

/**
 * About how far a column has moved between two profiles: the total variation distance, 0 (alike) to 1 (nothing in
 * common). From histograms, taking bins as evenly filled, or from the most frequent values; an estimate for the eye,
 * not a test. Null when the profiles hold nothing to compare.
 */
export function profileShift(a: ColumnProfile, b: ColumnProfile): number | null {
  if (a.histogram !== null && b.histogram !== null) return histogramShift(a.histogram, b.histogram);
  if (a.topValues !== null && b.topValues !== null)
    return topShift(a.topValues, a.rows - a.missing, b.topValues, b.rows - b.missing);
  return null;
}
