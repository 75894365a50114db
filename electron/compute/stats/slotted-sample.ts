import { countBelow, countUpTo } from './sorted-sample.ts';
import {
  gatherSlots,
  type PlacedValues,
  placeValues,
  type SlotScale,
  type SortedSlots,
  slotOf,
  sumSlots,
} from './value-buckets.ts';

/**
 * A sample that is not sorted, counted once in order-preserving slots: ranks and counts come out as from the sorted one, and only
 * the slots in which they lie are ever sorted. NaN is passed over.
 */
export class SlottedSample {
  readonly values: Float64Array;
  readonly scale: SlotScale;
  readonly #placed: PlacedValues;
  #sums: Float64Array | undefined;
  /** How many values lie in each slot or below it. */
  readonly #ends: Int32Array;

  constructor(values: Float64Array, scale: SlotScale) {
    this.values = values;
    this.scale = scale;
    this.#placed = placeValues(values, scale);
    this.#ends = runningTotals(this.#placed.counts);
  }

  /** How many values lie in each slot. */
  get counts(): Int32Array {
    return this.#placed.counts;
  }

  /** Sum of distances from the slot's lower edge, as parts of a slot; of inner slots. */
  get sums(): Float64Array {
    this.#sums ??= sumSlots(this.values, this.scale, this.#placed);
    return this.#sums;
  }

  /** How many values there are that are no NaN. */
  get count(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** The values of the slots marked 1, sorted. */
  look(marked: Uint8Array): SortedSlots {
    return gatherSlots(this.values, this.#placed, marked);
  }

  /** The values of whole ranks, from 0. */
  atRanks(ranks: readonly number[]): number[] {
    const slots = ranks.map((rank) => slotOfRank(this.#ends, rank));
    const { gathered, starts } = this.look(marksOf(this.scale, slots));
    return ranks.map((rank, i) => {
      const slot = slots[i] ?? 0;
      return gathered[(starts[slot] ?? 0) + rank - (this.#ends[slot] ?? 0) + (this.counts[slot] ?? 0)] ?? Number.NaN;
    });
  }

  /** How many values are at most each bound, or with `isBelow` below it. */
  countUpTo(bounds: ArrayLike<number>, isBelow = false): Float64Array {
    const slots = Array.from(bounds, (bound) => slotOf(bound, this.scale));
    const { gathered, starts } = this.look(marksOf(this.scale, slots));
    return Float64Array.from(slots, (slot, i) => {
      const [own, start] = [this.counts[slot] ?? 0, starts[slot] ?? 0];
      const within = (isBelow ? countBelow : countUpTo)(gathered.subarray(start, start + own), bounds[i] ?? Number.NaN);
      return (this.#ends[slot] ?? 0) - own + within;
    });
  }
}

function marksOf({ slots }: SlotScale, chosen: readonly number[]): Uint8Array {
  const marked = new Uint8Array(slots);
  for (const slot of chosen) marked[slot] = 1;
  return marked;
}

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
