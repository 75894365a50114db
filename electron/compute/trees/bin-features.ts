import { MOST_BINS } from './bin-bounds.ts';
import { boundsScratchBytes } from './bin-share.ts';
import type { Crew } from './crew.ts';
import { BOUNDS_LENGTH, FEATURE_RECORD, VALUE_BINS } from './feature-table.ts';
import type { BinnedRows } from './grow-params.ts';
import { ORDER } from './order.ts';
import type { SharedMemory } from './shared-memory.ts';

/** A feature as floats: numbers (NaN missing), or codes 0 .. 253 of categories (NaN missing, 254 any other word). */
export interface TreeFeature {
  readonly values: Float32Array;
  readonly isCategorical: boolean;
  /** 1: never falls as the feature grows; -1: never rises; 0: free. */
  readonly monotone?: -1 | 0 | 1;
}

/** Raw floats that stand in the shared memory at a time. */
const FLOATS_AT_ONCE = 16_000_000;
/** Larger tables keep no second copy of their bins, column by column, though rows are parted quicker by one. */
const MOST_CELLS_TWICE = 1_000_000_000;

/**
 * Bins every feature into the shared memory, a few columns at a time so that raw floats take little of it. Bounds are chosen
 * by the first `learnRows` rows.
 */
export function binFeatures(
  memory: SharedMemory,
  crew: Crew,
  features: readonly TreeFeature[],
  rows: number,
  learnRows = rows,
): BinnedRows {
  const count = features.length;
  const stride = Math.ceil(count / 4) * 4;
  const bins = memory.allocate(rows * stride + 64);
  const byColumn = rows * count > MOST_CELLS_TWICE ? 0 : memory.allocate(rows * count + 64);
  const table = memory.allocate(count * FEATURE_RECORD * 4);
  const records = () => memory.int32(table, count * FEATURE_RECORD);
  for (const [index, { isCategorical, monotone, values }] of features.entries())
    records().set(
      [isCategorical ? categories(values) : 0, isCategorical ? 0 : (monotone ?? 0), 1, Number(isCategorical)],
      index * FEATURE_RECORD,
    );
  const bounds = memory.borrow(() => {
    const boundsAt = memory.allocate(count * BOUNDS_LENGTH * 4);
    const atOnce = Math.max(crew.size, Math.min(count, Math.floor(FLOATS_AT_ONCE / Math.max(1, rows))));
    const columns = memory.allocate(atOnce * rows * 4);
    const scratchBytes = boundsScratchBytes(learnRows);
    const scratch = memory.allocate(scratchBytes * crew.size);
    for (let first = 0; first < count; first += atOnce) {
      const now = Math.min(atOnce, count - first);
      for (let i = 0; i < now; i++) {
        const values = features[first + i]?.values;
        if (values) memory.float32(columns + i * rows * 4, rows).set(values);
      }
      crew.run([ORDER.bounds, columns, rows, boundsAt, table, first, now, MOST_BINS, scratch, scratchBytes, learnRows]);
      crew.run([ORDER.bin, columns, rows, boundsAt, table, first, now, bins, stride, byColumn]);
    }
    return features.map(({ isCategorical }, index) => {
      const own = isCategorical ? 0 : (records()[index * FEATURE_RECORD + VALUE_BINS] ?? 1) - 1;
      return memory.float32(boundsAt + index * BOUNDS_LENGTH * 4, own).slice();
    });
  });
  // What is the same in every row parts none.
  for (const [index, { values }] of features.entries()) {
    const record = index * FEATURE_RECORD;
    if (records()[record + VALUE_BINS] === 1 && !values.some(Number.isNaN)) records()[record + VALUE_BINS] = 0;
  }
  return { bins, byColumn, stride, rows, learnRows, features: count, table, bounds };
}

/** Codes of a categorical feature: one more than the highest. */
function categories(codes: Float32Array): number {
  let most = 0;
  for (const code of codes) if (code > most) most = code;
  return most + 1;
}
