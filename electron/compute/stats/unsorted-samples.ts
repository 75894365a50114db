import { type BinCounts, binsOf } from './binning.ts';
import type { Gaps } from './kolmogorov-smirnov.ts';
import { SlottedSample } from './slotted-sample.ts';
import { quantileAt, type SortedSample } from './sorted-sample.ts';
import type { Alternative } from './test-outcome.ts';
import { edgeOf, slotScale } from './value-buckets.ts';

/** Statistics of two samples that are not sorted, exact as those of sorted ones: for millions of values. NaN is passed over. */

/** Below this, sorting is as fast. */
const FEW = 100_000;

const isKnown = (value: number): boolean => !Number.isNaN(value);

export interface UnsortedPair {
  readonly x: SlottedSample;
  readonly y: SlottedSample;
}

/** Two samples in slots of one scale; null where sorting is as fast, one is empty, or all values are (nearly) equal. */
export function unsortedPair(x: Float64Array, y: Float64Array): UnsortedPair | null {
  if (x.length + y.length < FEW || !x.some(isKnown) || !y.some(isKnown)) return null;
  const scale = slotScale([x, y]);
  return scale && { x: new SlottedSample(x, scale), y: new SlottedSample(y, scale) };
}

/**
 * The largest amounts by which each distribution function exceeds the other, the same as from sorted samples. Counts in slots give
 * the distance at every edge; only slots in which the largest is or could become larger are sorted. Null where that would be
 * all of them, since the functions hardly differ; only the larger of the two amounts is certain, or the one of `side`.
 */
export function unsortedGaps({ x, y }: UnsortedPair, side: Alternative): Gaps | null {
  const [ofX, ofY] = [x.counts, y.counts];
  const [n, m] = [x.count, y.count];
  let largest = 0;
  forEachSlot(ofX, ofY, (_, i, j) => {
    const gap = i / n - j / m;
    largest = Math.max(largest, side === 'greater' ? gap : side === 'less' ? -gap : Math.abs(gap));
  });
  if (largest === 0) return null;
  const marked = new Uint8Array(x.scale.slots);
  forEachSlot(ofX, ofY, (slot, i, j) => {
    const [countX, countY] = [ofX[slot] ?? 0, ofY[slot] ?? 0];
    if (countX + countY === 0) return;
    // Inside, one function may rise before the other does.
    const [above, below] = [i / n - (j - countY) / m, j / m - (i - countX) / n];
    const bound = side === 'greater' ? above : side === 'less' ? below : Math.max(above, below);
    if (bound >= largest) marked[slot] = 1;
  });
  const [inX, inY] = [x.look(marked), y.look(marked)];
  let [above, below, aboveAt, belowAt] = [0, 0, Number.NaN, Number.NaN];
  forEachSlot(ofX, ofY, (slot, toX, toY) => {
    if (marked[slot] !== 1) return;
    const [countX, countY] = [ofX[slot] ?? 0, ofY[slot] ?? 0];
    const [startX, startY] = [inX.starts[slot] ?? 0, inY.starts[slot] ?? 0];
    const [beforeX, beforeY] = [toX - countX, toY - countY];
    let [i, j] = [0, 0];
    while (i < countX || j < countY) {
      const ownX = i < countX ? (inX.gathered[startX + i] ?? 0) : Number.POSITIVE_INFINITY;
      const ownY = j < countY ? (inY.gathered[startY + j] ?? 0) : Number.POSITIVE_INFINITY;
      const value = Math.min(ownX, ownY);
      while (i < countX && inX.gathered[startX + i] === value) i++;
      while (j < countY && inY.gathered[startY + j] === value) j++;
      const gap = (beforeX + i) / n - (beforeY + j) / m;
      if (gap > above) [above, aboveAt] = [gap, value];
      else if (-gap > below) [below, belowAt] = [-gap, value];
    }
  });
  return { above, below, aboveAt, belowAt };
}

/**
 * Wasserstein distance of order 1, equal to that from sorted samples but for rounding. A slot in which the distribution
 * functions cannot cross adds an area that follows from counts and sums; only the others are sorted.
 */
export function unsortedWasserstein({ x, y }: UnsortedPair): number {
  const { scale } = x;
  const [sumsX, sumsY] = [x.sums, y.sums];
  const [ofX, ofY] = [x.counts, y.counts];
  const [n, m] = [x.count, y.count];
  const marked = new Uint8Array(scale.slots);
  const width = 1 / scale.perUnit;
  let area = 0;
  forEachSlot(ofX, ofY, (slot, toX, toY) => {
    const [countX, countY] = [ofX[slot] ?? 0, ofY[slot] ?? 0];
    const before = (toX - countX) / n - (toY - countY) / m;
    const isOuter = slot === 0 || slot === scale.inner + 1;
    if (isOuter || before - countY / m < 0 !== before + countX / n <= 0) {
      marked[slot] = 1;
      return;
    }
    const rises = (countX - (sumsX[slot] ?? 0)) / n - (countY - (sumsY[slot] ?? 0)) / m;
    area += Math.abs(before + rises) * width;
  });
  const [inX, inY] = [x.look(marked), y.look(marked)];
  forEachSlot(ofX, ofY, (slot, toX, toY) => {
    if (marked[slot] !== 1) return;
    const [countX, countY] = [ofX[slot] ?? 0, ofY[slot] ?? 0];
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

/** Counts in bins of equal frequency of the first sample, the same as from sorted samples: only the slots of their edges are sorted. */
export function unsortedQuantileBins({ x, y }: UnsortedPair, bins = 10): BinCounts {
  const { count } = x;
  const step = 1 / bins;
  const ranks = Array.from({ length: bins - 1 }, (_, k) => (count - 1) * ((k + 1) * step));
  const whole = ranks.flatMap((rank) => [Math.floor(rank), Math.min(Math.floor(rank) + 1, count - 1)]);
  const values = new Map(x.atRanks(whole).map((value, i) => [whole[i] ?? 0, value]));
  const edges = Float64Array.from(
    new Set(ranks.map((rank) => quantileAt(rank, count, (at) => values.get(at) ?? Number.NaN))),
  );
  const countIn = (sample: SlottedSample): Float64Array => binsOf(sample.countUpTo(edges), sample.count);
  return { edges, reference: countIn(x), current: countIn(y) };
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
