/**
 * Order-preserving slots: a value of a higher slot is larger than any of a lower one. Counted in one pass, they tell where a
 * sorted walk through two samples has to look closely, so that most values are never sorted. Hot kernels; they mutate the
 * arrays given. NaN is passed over, infinite values fall into the outer slots.
 */
export const MANY_SLOTS = 65_536;
/** So few that their counts stay in the nearest cache: for what needs a few slots looked at closely. */
export const FEW_SLOTS = 8192;
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
export function countSlots(values: Float64Array, { low, perUnit, inner, slots }: SlotScale): Int32Array {
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

/** The same with the sum of distances from the slot's lower edge, as parts of a slot. */
export function countAndSum(
  values: Float64Array,
  { low, perUnit, inner, slots }: SlotScale,
): { readonly counts: Int32Array; readonly sums: Float64Array } {
  const [counts, sums] = [new Int32Array(slots), new Float64Array(slots)];
  for (let i = 0; i < values.length; i++) {
    const t = ((values[i] ?? 0) - low) * perUnit;
    if (t >= 0) {
      const slot = t < inner ? (t | 0) + 1 : inner + 1;
      counts[slot] = (counts[slot] ?? 0) + 1;
      sums[slot] = (sums[slot] ?? 0) + (t - slot + 1);
    } else if (t < 0) counts[0] = (counts[0] ?? 0) + 1;
  }
  return { counts, sums };
}

/** The same, with the values of the slots marked set aside, as they come. */
export function countAndPick(
  values: Float64Array,
  { low, perUnit, inner, slots }: SlotScale,
  marked: Uint8Array,
): { readonly counts: Int32Array; readonly picked: Float64Array } {
  const counts = new Int32Array(slots);
  let [picked, many] = [new Float64Array(1024), 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const t = (value - low) * perUnit;
    const slot = t >= 0 ? (t < inner ? (t | 0) + 1 : inner + 1) : 0;
    if (marked[slot] === 1 && !Number.isNaN(value)) {
      if (many === picked.length) {
        const larger = new Float64Array(2 * many);
        larger.set(picked);
        picked = larger;
      }
      picked[many++] = value;
    }
    if (t >= 0 || t < 0) counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return { counts, picked: picked.subarray(0, many) };
}

/** The values of the slots marked, each slot's sorted and one after the other; `starts[slot]` is where they begin. */
export function gatherSlots(
  values: Float64Array,
  { low, perUnit, inner, slots }: SlotScale,
  { counts, marked }: { counts: Int32Array; marked: Uint8Array },
): { readonly gathered: Float64Array; readonly starts: Int32Array } {
  const starts = new Int32Array(slots);
  const next = new Int32Array(slots).fill(-1);
  let total = 0;
  for (let slot = 0; slot < slots; slot++) {
    starts[slot] = total;
    if (marked[slot] !== 1) continue;
    next[slot] = total;
    total += counts[slot] ?? 0;
  }
  const gathered = new Float64Array(total);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const t = (value - low) * perUnit;
    const slot = t >= 0 ? (t < inner ? (t | 0) + 1 : inner + 1) : 0;
    const at = next[slot] ?? -1;
    if (at < 0 || Number.isNaN(value)) continue;
    gathered[at] = value + 0;
    next[slot] = at + 1;
  }
  for (let slot = 0; slot < slots; slot++) {
    const from = starts[slot] ?? 0;
    if (marked[slot] === 1) sortPart(gathered, from, from + (counts[slot] ?? 0));
  }
  return { gathered, starts };
}

/** Below this a part is sorted by insertion; a call of the built-in sort costs more. */
const FEW = 48;

/** Sorts values from `from` up to `to`; many equal ones cost one pass. */
export function sortPart(values: Float64Array, from: number, to: number): void {
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
