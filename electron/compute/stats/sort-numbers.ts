import { slotScale, sortBySlots } from './value-buckets.ts';

/** Below this the built-in sort is as fast. */
const FEW = 50_000;

/** Slots for so many values: a few in each, so that sorting within one is next to nothing. */
const VALUES_A_SLOT = 4;
const MOST_SLOTS = 1 << 20;

/**
 * Sorts numbers without NaN ascending; the array given may be the answer. Scattered into order-preserving slots, each then
 * sorted: faster than the built-in sort on millions of values, most of all where many are equal.
 */
export function sortNumbers(values: Float64Array): Float64Array {
  const scale =
    values.length < FEW ? null : slotScale([values], Math.min(MOST_SLOTS, Math.ceil(values.length / VALUES_A_SLOT)));
  return scale === null ? values.sort() : sortBySlots(values, scale);
}
