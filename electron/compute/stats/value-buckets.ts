/**
 * Order-preserving slots: a value of a higher slot is larger than any of a lower one. Counted in one pass, they tell where a
 * sorted walk through two samples has to look closely, so that most values are never sorted. Hot kernels; they mutate the
 * arrays given. NaN is passed over, infinite values fall into the outer slots.
 */
/** So many that a slot's number and that of no slot fit 16 bits. */
const MANY_SLOTS = 65_533;
const NO_SLOT = 65_535;
const SAMPLED = 16_384;
/** Share of a sample left to each outer slot: a long tail must not make the inner ones wide. */
const OUTER_SHARE = 0.002;

/** Slot of a value: 1 + (value - low) * perUnit, rounded down and kept between 0 and the last. */
export interface SlotScale {
  readonly low: number;
  readonly perUnit: number;
  /** Number of slots between the outer ones. */
  readonly inner: number;
  /** Number of slots with the one below and the one above. */
  readonly slots: number;
}

/** Slots of equal width over the middle of the samples; null where they are (nearly) constant or beyond double range. */
export function slotScale(samples: readonly Float64Array[], inner = MANY_SLOTS): SlotScale | null {
  const picked = samples.flatMap((values) => {
    const step = Math.max(1, Math.floor(values.length / SAMPLED));
    const some: number[] = [];
    for (let i = 0; i < values.length; i += step) some.push(values[i] ?? Number.NaN);
    return some.filter(Number.isFinite);
  });
  const sorted = Float64Array.from(picked).sort();
  const outer = Math.floor(sorted.length * OUTER_SHARE);
  const [low, high] = [sorted[outer] ?? 0, sorted[sorted.length - 1 - outer] ?? 0];
  const perUnit = inner / (high - low);
  return high > low && Number.isFinite(perUnit) && perUnit > 0 ? { low, perUnit, inner, slots: inner + 2 } : null;
}

/** The slot of a value that is no NaN. */
export function slotOf(value: number, { low, perUnit, inner }: SlotScale): number {
  const t = (value - low) * perUnit;
  return t >= 0 ? (t < inner ? Math.floor(t) + 1 : inner + 1) : 0;
}

/** Lower edge of a slot from 1 on. */
export const edgeOf = ({ low, perUnit }: SlotScale, slot: number): number => low + (slot - 1) / perUnit;

/** How many values fall into each slot. */
function countSlots(values: Float64Array, { low, perUnit, inner, slots }: SlotScale): Int32Array {
  const counts = new Int32Array(slots);
  for (let i = 0; i < values.length; i++) {
    const t = ((values[i] ?? 0) - low) * perUnit;
    if (t >= 0) {
      const slot = t < inner ? (t | 0) + 1 : inner + 1;
      counts[slot] = (counts[slot] ?? 0) + 1;
    } else if (t < 0) counts[0] = (counts[0] ?? 0) + 1;
  }
  return counts;
}

/** Where each value lies in at most 65,535 slots, and how many lie in each. */
export interface PlacedValues {
  /** The slot of each value; 65,535 for NaN. */
  readonly places: Uint16Array;
  readonly counts: Int32Array;
}

export function placeValues(values: Float64Array, { low, perUnit, inner, slots }: SlotScale): PlacedValues {
  const [places, counts] = [new Uint16Array(values.length), new Int32Array(NO_SLOT + 1)];
  for (let i = 0; i < values.length; i++) {
    const t = ((values[i] ?? 0) - low) * perUnit;
    const slot = t >= 0 ? (t < inner ? (t | 0) + 1 : inner + 1) : t < 0 ? 0 : NO_SLOT;
    places[i] = slot;
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return { places, counts: counts.subarray(0, slots) };
}

/** Sums of distances from the lower edge of each inner slot, as parts of a slot. */
export function sumSlots(
  values: Float64Array,
  { low, perUnit, slots }: SlotScale,
  { places }: PlacedValues,
): Float64Array {
  const sums = new Float64Array(NO_SLOT + 1);
  for (let i = 0; i < values.length; i++) {
    const slot = places[i] ?? NO_SLOT;
    sums[slot] = (sums[slot] ?? 0) + (((values[i] ?? 0) - low) * perUnit - slot + 1);
  }
  return sums.subarray(0, slots);
}

/** Values of some slots, each slot's sorted and one after the other; `starts[slot]` is where they begin. */
export interface SortedSlots {
  readonly gathered: Float64Array;
  readonly starts: Int32Array;
}

/** The values of the slots marked 1. */
export function gatherSlots(values: Float64Array, { places, counts }: PlacedValues, marked: Uint8Array): SortedSlots {
  const starts = startsOf(counts, marked);
  const next = starts.slice();
  const gathered = new Float64Array(starts.at(-1) ?? 0);
  for (let i = 0; i < values.length; i++) {
    const slot = places[i] ?? NO_SLOT;
    if (marked[slot] !== 1) continue;
    const at = next[slot] ?? 0;
    gathered[at] = (values[i] ?? 0) + 0;
    next[slot] = at + 1;
  }
  sortParts(gathered, starts);
  return { gathered, starts };
}

/** Sorts values without NaN: scattered into the slots, each then sorted. */
export function sortBySlots(values: Float64Array, scale: SlotScale): Float64Array {
  const { low, perUnit, inner } = scale;
  const starts = startsOf(countSlots(values, scale), null);
  const next = starts.slice();
  const gathered = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const t = (value - low) * perUnit;
    const slot = t >= 0 ? (t < inner ? (t | 0) + 1 : inner + 1) : 0;
    const at = next[slot] ?? 0;
    gathered[at] = value + 0;
    next[slot] = at + 1;
  }
  sortParts(gathered, starts);
  return gathered;
}

/** Where each slot's values begin when only those of the marked slots (null: of all) are kept, and where the last ones end. */
function startsOf(counts: Int32Array, marked: Uint8Array | null): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  let total = 0;
  for (let slot = 0; slot < counts.length; slot++) {
    starts[slot] = total;
    if (marked === null || marked[slot] === 1) total += counts[slot] ?? 0;
  }
  starts[counts.length] = total;
  return starts;
}

function sortParts(values: Float64Array, starts: Int32Array): void {
  for (let slot = 0; slot + 1 < starts.length; slot++) sortPart(values, starts[slot] ?? 0, starts[slot + 1] ?? 0);
}

/** Below this a part is sorted by insertion; a call of the built-in sort costs more. */
const FEW = 48;

/** Sorts values from `from` up to `to`; many equal ones cost one pass. */
function sortPart(values: Float64Array, from: number, to: number): void {
  if (to - from > FEW) {
    let at = from + 1;
    while (at < to && (values[at - 1] ?? 0) <= (values[at] ?? 0)) at += 1;
    if (at < to) values.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const value = values[i] ?? 0;
    let j = i - 1;
    while (j >= from && (values[j] ?? 0) > value) {
      values[j + 1] = values[j] ?? 0;
      j -= 1;
    }
    values[j + 1] = value;
  }
}
