import { countBelow, countUpTo, quantileSorted, type SortedSample } from './sorted-sample.ts';

/**
 * Where bins end. `quantile`: equal frequency of the first sample, inner edges its distinct quantiles (type 7), bins (low,
 * high]. `width`: equal width over the range of the first sample, `pooled-width` over the range of both, bins [low, high); a
 * constant range has its value as the one edge. The outer bins are open.
 */
export type Binning = 'quantile' | 'width' | 'pooled-width';

export interface BinCounts {
  /** Inner edges; there is one bin more than there are edges. */
  readonly edges: Float64Array;
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/** Counts of two sorted samples on shared bins; null when one of them is empty. */
export function binCounts(
  reference: SortedSample,
  current: SortedSample,
  { binning = 'quantile', bins = 10 }: { binning?: Binning; bins?: number } = {},
): BinCounts | null {
  if (reference.length === 0 || current.length === 0) return null;
  const edges = Float64Array.from(edgesOf(reference, current, { binning, bins }));
  const upTo = binning === 'quantile' ? countUpTo : countBelow;
  const count = (sorted: SortedSample): Float64Array =>
    binsOf(
      edges.map((edge) => upTo(sorted, edge)),
      sorted.length,
    );
  return { edges, reference: count(reference), current: count(current) };
}

/** Counts of bins, from how many of `all` values come before each inner edge. */
export const binsOf = (before: ArrayLike<number>, all: number): Float64Array =>
  Float64Array.from({ length: before.length + 1 }, (_, bin) => (before[bin] ?? all) - (before[bin - 1] ?? 0));

function edgesOf(
  reference: SortedSample,
  current: SortedSample,
  { binning, bins }: { binning: Binning; bins: number },
): number[] {
  const ends = binning === 'pooled-width' ? [reference, current] : [reference];
  const low = Math.min(...ends.map((sorted) => sorted[0] ?? 0));
  const high = Math.max(...ends.map((sorted) => sorted.at(-1) ?? 0));
  if (binning !== 'quantile' && !(high > low)) return [low];
  const edges: number[] = [];
  const step = binning === 'quantile' ? 1 / bins : (high - low) / bins;
  for (let k = 1; k < bins; k++) {
    const edge = binning === 'quantile' ? quantileSorted(reference, k * step) : low + k * step;
    if (binning !== 'quantile' || edge !== edges.at(-1)) edges.push(edge);
  }
  return edges;
}

/** Counts of the distinct values of two sorted samples, in ascending order: each value a category of its own. */
export function valueCounts(
  reference: SortedSample,
  current: SortedSample,
): { readonly values: number[]; readonly reference: Float64Array; readonly current: Float64Array } {
  const values: number[] = [];
  for (const sorted of [reference, current]) {
    for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) values.push(sorted[i] ?? 0);
  }
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const count = (sorted: SortedSample): Float64Array =>
    Float64Array.from(distinct, (value) => countUpTo(sorted, value) - countBelow(sorted, value));
  return { values: distinct, reference: count(reference), current: count(current) };
}
