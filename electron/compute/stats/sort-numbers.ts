import { countSlots, gatherSlots, slotScale } from './value-buckets.ts';

/** Below this the built-in sort is as fast. */
const FEW = 50_000;

/**
 * Sorts numbers without NaN ascending, in place: scattered into order-preserving slots, each then sorted. Faster than the
 * built-in sort on millions of values, most of all where many are equal.
 */
export function sortNumbers(values: Float64Array): Float64Array {
  const scale = values.length < FEW ? null : slotScale([values]);
  if (scale === null) return values.sort();
  const counts = countSlots(values, scale);
  const { gathered } = gatherSlots(values, scale, { counts, marked: new Uint8Array(scale.slots).fill(1) });
  values.set(gathered);
  return values;
}
