import { binBounds } from './bin-bounds.ts';
import type { Crew } from './crew.ts';
import type { BinnedRows } from './grower.ts';
import { FEATURE_RECORD, ORDER } from './share.ts';
import type { SharedMemory } from './shared-memory.ts';

/** A feature as floats: numbers (NaN missing), or codes 0 .. 253 of categories (NaN missing, 254 any other word). */
export interface TreeFeature {
  readonly values: Float32Array;
  readonly isCategorical: boolean;
  /** 1: never falls as the feature grows; -1: never rises; 0: free. */
  readonly monotone?: -1 | 0 | 1;
}

/** Bins every feature into the shared memory, a few columns at a time so that raw floats take little of it. */
export function binFeatures(
  memory: SharedMemory,
  crew: Crew,
  features: readonly TreeFeature[],
  rows: number,
): BinnedRows {
  const count = features.length;
  const stride = Math.ceil(count / 4) * 4;
  const bins = memory.allocate(rows * stride + 64);
  const byColumn = memory.allocate(rows * count + 64);
  const table = memory.allocate(count * FEATURE_RECORD * 4);
  const boundsAt = memory.allocate(count * 1024);
  const atOnce = Math.max(crew.size, Math.min(count, Math.floor(64_000_000 / Math.max(1, rows * 4))));
  const columns = memory.allocate(atOnce * rows * 4);
  const bounds = features.map((feature) => (feature.isCategorical ? new Float32Array() : binBounds(feature.values)));
  const records = memory.int32(table, count * FEATURE_RECORD);
  for (const [index, feature] of features.entries()) {
    const own = feature.isCategorical
      ? Float32Array.from({ length: 254 }, (_, code) => code)
      : (bounds[index] ?? new Float32Array());
    memory.float32(boundsAt + index * 1024, own.length).set(own);
    records[index * FEATURE_RECORD] = feature.isCategorical ? 255 : own.length + 1;
    records[index * FEATURE_RECORD + 1] = feature.monotone ?? 0;
    records[index * FEATURE_RECORD + 2] = 1;
    records[index * FEATURE_RECORD + 3] = Number(feature.isCategorical);
  }
  for (let first = 0; first < count; first += atOnce) {
    const now = Math.min(atOnce, count - first);
    for (let i = 0; i < now; i++) {
      const values = features[first + i]?.values;
      if (values) memory.float32(columns + i * rows * 4, rows).set(values);
    }
    crew.run([ORDER.bin, columns, rows, boundsAt, table, now, bins, stride, first, byColumn]);
  }
  // From here on the search handles categorical features itself: hide them from the threshold search.
  for (const [index, feature] of features.entries()) if (feature.isCategorical) records[index * FEATURE_RECORD] = 0;
  return { bins, byColumn, stride, rows, features: count, table, bounds };
}

/** Floats row after row, a feature each. */
export function featureMatrix(features: readonly TreeFeature[], rows: number): Float32Array {
  const matrix = new Float32Array(rows * features.length);
  for (const [index, { values }] of features.entries()) {
    for (let row = 0; row < rows; row++) matrix[row * features.length + index] = values[row] ?? Number.NaN;
  }
  return matrix;
}
