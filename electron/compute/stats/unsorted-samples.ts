import { binCounts } from './binning.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { quantileAt, type SortedSample, sortedWithoutMissing } from './sorted-sample.ts';
import {
  countAndPick,
  countAndSum,
  countSlots,
  edgeOf,
  FEW_SLOTS,
  gatherSlots,
  type SlotScale,
  slotOf,
  slotScale,
} from './value-buckets.ts';
import { wassersteinDistance } from './wasserstein.ts';

/** Statistics of two samples that are not sorted, exact as those of sorted ones: for millions of values. NaN is passed over. */

/** Below this, sorting is as fast. */
const FEW = 100_000;

const isSmall = (x: Float64Array, y: Float64Array): boolean => x.length + y.length < FEW;

/**
 * Kolmogorov-Smirnov distance, the same number as from sorted samples. Counts in buckets give the distance at every edge;
 * only buckets in which it could become larger are sorted. Null for an empty sample.
 */
export function kolmogorovSmirnovDistance(x: Float64Array, y: Float64Array): number | null {
  const scale = isSmall(x, y) ? null : slotScale([x, y]);
  if (scale === null)
    return (
      kolmogorovSmirnov(sortedWithoutMissing(x), sortedWithoutMissing(y), { method: 'kolmogorov-limit' })?.statistic ??
      null
    );
  const [ofX, ofY] = [countSlots(x, scale), countSlots(y, scale)];
  const [n, m] = [totalOf(ofX), totalOf(ofY)];
  if (n === 0 || m === 0) return null;
  let largest = 0;
  forEachSlot(ofX, ofY, (_, i, j) => {
    largest = Math.max(largest, Math.abs(i / n - j / m));
  });
  const marked = new Uint8Array(scale.slots);
  forEachSlot(ofX, ofY, (slot, i, j) => {
    const [countX, countY] = [ofX[slot] ?? 0, ofY[slot] ?? 0];
    // Inside, one function may rise before the other does; with one of them flat the edges say it all.
    if (countX === 0 || countY === 0) return;
    const bound = Math.max(i / n - (j - countY) / m, j / m - (i - countX) / n);
    if (bound > largest) marked[slot] = 1;
  });
  const inX = gatherSlots(x, scale, { counts: ofX, marked });
  const inY = gatherSlots(y, scale, { counts: ofY, marked });
  forEachSlot(ofX, ofY, (slot, toX, toY) => {
    if (marked[slot] !== 1) return;
    const [countX, countY] = [ofX[slot] ?? 0, ofY[slot] ?? 0];
    const [startX, startY] = [inX.starts[slot] ?? 0, inY.starts[slot] ?? 0];
    const [beforeX, beforeY] = [toX - countX, toY - countY];
    let [i, j] = [0, 0];
    while (i < countX && j < countY) {
      const [ownX, ownY] = [inX.gathered[startX + i] ?? 0, inY.gathered[startY + j] ?? 0];
      const value = Math.min(ownX, ownY);
      while (i < countX && inX.gathered[startX + i] === value) i++;
      while (j < countY && inY.gathered[startY + j] === value) j++;
      largest = Math.max(largest, Math.abs((beforeX + i) / n - (beforeY + j) / m));
    }
  });
  return largest;
}

/**
 * Wasserstein distance of order 1, equal to that from sorted samples but for rounding. A bucket in which the distribution
 * functions cannot cross adds an area that follows from counts and sums; only the others are sorted. Null for an empty sample.
 */
export function unsortedWasserstein(x: Float64Array, y: Float64Array): number | null {
  const scale = isSmall(x, y) ? null : slotScale([x, y]);
  if (scale === null) return wassersteinDistance(sortedWithoutMissing(x), sortedWithoutMissing(y));
  const [ofX, ofY] = [countAndSum(x, scale), countAndSum(y, scale)];
  const [n, m] = [totalOf(ofX.counts), totalOf(ofY.counts)];
  if (n === 0 || m === 0) return null;
  const marked = new Uint8Array(scale.slots);
  const width = 1 / scale.perUnit;
  let area = 0;
  forEachSlot(ofX.counts, ofY.counts, (slot, toX, toY) => {
    const [countX, countY] = [ofX.counts[slot] ?? 0, ofY.counts[slot] ?? 0];
    const before = (toX - countX) / n - (toY - countY) / m;
    const isOuter = slot === 0 || slot === scale.inner + 1;
    if (isOuter || before - countY / m < 0 !== before + countX / n <= 0) {
      marked[slot] = 1;
      return;
    }
    const rises = (countX - (ofX.sums[slot] ?? 0)) / n - (countY - (ofY.sums[slot] ?? 0)) / m;
    area += Math.abs(before + rises) * width;
  });
  const inX = gatherSlots(x, scale, { counts: ofX.counts, marked });
  const inY = gatherSlots(y, scale, { counts: ofY.counts, marked });
  forEachSlot(ofX.counts, ofY.counts, (slot, toX, toY) => {
    if (marked[slot] !== 1) return;
    const [countX, countY] = [ofX.counts[slot] ?? 0, ofY.counts[slot] ?? 0];
    const part = (from: Float64Array, start: number, count: number) => from.subarray(start, start + count);
    const [ownX, ownY] = [
      part(inX.gathered, inX.starts[slot] ?? 0, countX),
      part(inY.gathered, inY.starts[slot] ?? 0, countY),
    ];
    const ends = [ownX.at(0), ownY.at(0), ownX.at(-1), ownY.at(-1)].filter((value) => value !== undefined);
    const from = slot === 0 ? Math.min(...ends) : edgeOf(scale, slot);
    const to = slot === scale.inner + 1 ? Math.max(...ends) : edgeOf(scale, slot + 1);
    if (ends.length > 0 || (slot > 0 && slot < scale.inner + 1))
      area += areaBetween(ownX, ownY, { from, to, before: [(toX - countX) / n, (toY - countY) / m], n, m });
  });
  return area;
}

/** Area between two distribution functions from one edge to another, values in between sorted. */
function areaBetween(
  x: SortedSample,
  y: SortedSample,
  { from, to, before, n, m }: { from: number; to: number; before: readonly [number, number]; n: number; m: number },
): number {
  let [i, j, area, last] = [0, 0, 0, from];
  while (i < x.length || j < y.length) {
    const value = Math.min(i < x.length ? (x[i] ?? 0) : Infinity, j < y.length ? (y[j] ?? 0) : Infinity);
    const gap = Math.abs(before[0] + i / n - before[1] - j / m);
    if (gap > 0) area += gap * (value - last);
    last = value;
    while (i < x.length && x[i] === value) i++;
    while (j < y.length && y[j] === value) j++;
  }
  const gap = Math.abs(before[0] + i / n - before[1] - j / m);
  return gap > 0 ? area + gap * (to - last) : area;
}

/**
 * Counts in bins of equal frequency of the first sample, the same as from sorted samples: buckets say where the quantiles lie,
 * and only those are sorted. Null for an empty sample.
 */
export function unsortedQuantileBins(
  x: Float64Array,
  y: Float64Array,
  bins = 10,
): { readonly reference: Float64Array; readonly current: Float64Array } | null {
  const scale = isSmall(x, y) ? null : slotScale([x, y], FEW_SLOTS);
  if (scale === null) return binCounts(sortedWithoutMissing(x), sortedWithoutMissing(y), { bins });
  const ofX = countSlots(x, scale);
  const n = totalOf(ofX);
  if (n === 0) return null;
  const step = 1 / bins;
  const ranks = Array.from({ length: bins - 1 }, (_, k) => (n - 1) * ((k + 1) * step));
  const ends = runningTotals(ofX);
  const marked = new Uint8Array(scale.slots);
  for (const rank of ranks) {
    const next = Math.min(Math.floor(rank) + 1, n - 1);
    marked[slotOfRank(ends, Math.floor(rank))] = 1;
    marked[slotOfRank(ends, next)] = 1;
  }
  const { gathered, starts } = gatherSlots(x, scale, { counts: ofX, marked });
  const at = (rank: number): number => {
    const slot = slotOfRank(ends, rank);
    return gathered[(starts[slot] ?? 0) + rank - (ends[slot] ?? 0) + (ofX[slot] ?? 0)] ?? Number.NaN;
  };
  const edges = Float64Array.from(new Set(ranks.map((rank) => quantileAt(rank, n, at))));
  const reference = new Float64Array(edges.length + 1);
  let before = 0;
  for (const [bin, edge] of edges.entries()) {
    const slot = slotOf(edge, scale);
    let upTo = (ends[slot] ?? 0) - (ofX[slot] ?? 0);
    // An edge between two values may lie in a slot that holds none of the first sample.
    const own = marked[slot] === 1 ? (ofX[slot] ?? 0) : 0;
    for (let i = 0; i < own && (gathered[(starts[slot] ?? 0) + i] ?? 0) <= edge; i++) upTo += 1;
    reference[bin] = upTo - before;
    before = upTo;
  }
  reference[edges.length] = n - before;
  const current = countBetween(y, edges, scale);
  return current.some((count) => count > 0) ? { reference, current } : null;
}

/** Counts in bins (low, high] between edges: by its slot where no edge lies in it, by comparison elsewhere. */
function countBetween(values: Float64Array, edges: Float64Array, scale: SlotScale): Float64Array {
  const binOf = new Int32Array(scale.slots);
  const isEdge = new Uint8Array(scale.slots);
  for (const edge of edges) isEdge[slotOf(edge, scale)] = 1;
  let bin = 0;
  for (let slot = 0; slot < scale.slots; slot++) {
    binOf[slot] = isEdge[slot] === 1 ? -1 : bin;
    while (bin < edges.length && slotOf(edges[bin] ?? 0, scale) <= slot) bin += 1;
    if (isEdge[slot] !== 1) binOf[slot] = bin;
  }
  const counts = new Float64Array(edges.length + 1);
  const bySlot = countAndPick(values, scale, isEdge);
  for (let slot = 0; slot < scale.slots; slot++) {
    const own = binOf[slot] ?? -1;
    if (own >= 0) counts[own] = (counts[own] ?? 0) + (bySlot.counts[slot] ?? 0);
  }
  for (const value of bySlot.picked) {
    let place = 0;
    while (place < edges.length && (edges[place] ?? 0) < value) place += 1;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

const totalOf = (counts: Int32Array): number => counts.reduce((sum, count) => sum + count, 0);

function runningTotals(counts: Int32Array): Int32Array {
  const totals = new Int32Array(counts.length);
  let total = 0;
  for (let slot = 0; slot < counts.length; slot++) {
    total += counts[slot] ?? 0;
    totals[slot] = total;
  }
  return totals;
}

/** The slot of the value of that rank, from 0. */
function slotOfRank(ends: Int32Array, rank: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Calls with each slot and how many values lie in it or below. */
function forEachSlot(x: Int32Array, y: Int32Array, visit: (slot: number, toX: number, toY: number) => void): void {
  let [toX, toY] = [0, 0];
  for (let slot = 0; slot < x.length; slot++) {
    toX += x[slot] ?? 0;
    toY += y[slot] ?? 0;
    visit(slot, toX, toY);
  }
}
