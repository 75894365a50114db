import { boundsOfSorted, sampleInto, sampleSize } from './bin-bounds.ts';
import { BOUNDS_LENGTH, FEATURE_RECORD, IS_CATEGORICAL, VALUE_BINS } from './feature-table.ts';
import type { TreeKernel } from './kernel.ts';
import type { Team } from './order.ts';
import { shareOf } from './share-of.ts';

/** Rows binned at a time for all features: their bins stay in the cache until each row is whole. */
const BLOCK_ROWS = 2048;

/** Bytes a member needs to choose bounds: a sample, room to sort it, and counters. */
export const boundsScratchBytes = (rows: number): number => Math.ceil((sampleSize(rows) * 8) / 64) * 64 + 8192;

/**
 * Order: kind, columns (rows floats each), rows, bounds table, feature table, first feature, features, most bins, scratch, its bytes a
 * member, rows that are looked at. Each member chooses the bounds of its part of the numeric features from a sample of their values.
 */
export function boundsShare(kernel: TreeKernel, memory: WebAssembly.Memory, order: Float64Array, team: Team): void {
  const [, columns = 0, rows = 0, boundsAt = 0, tableAt = 0, first = 0, count = 0, mostBins = 0] = order;
  const [from, to] = shareOf(count, team.member, team.size);
  const table = new Int32Array(memory.buffer, tableAt, (first + count) * FEATURE_RECORD);
  const scratch = (order[8] ?? 0) + team.member * (order[9] ?? 0);
  const learnRows = order[10] ?? 0;
  const room = sampleSize(learnRows) * 4;
  const sample = new Float32Array(memory.buffer, scratch, sampleSize(learnRows));
  for (let index = from; index < to; index++) {
    const record = (first + index) * FEATURE_RECORD;
    const table256 = new Float32Array(memory.buffer, boundsAt + (first + index) * BOUNDS_LENGTH * 4, BOUNDS_LENGTH);
    table256.fill(Number.POSITIVE_INFINITY);
    if (table[record + IS_CATEGORICAL] === 1) {
      // The code is the bin.
      for (let code = 0; code + 1 < (table[record + VALUE_BINS] ?? 0); code++) table256[code] = code;
      continue;
    }
    const values = new Float32Array(memory.buffer, columns + index * rows * 4, learnRows);
    const sampled = sampleInto(sample, values);
    kernel.sortFloats(scratch, sampled, scratch + room, scratch + Math.ceil((room * 2) / 64) * 64);
    const bounds = boundsOfSorted(sample.subarray(0, sampled), mostBins);
    table256.set(bounds);
    table[record + VALUE_BINS] = bounds.length + 1;
  }
}

/**
 * Order: kind, columns (rows floats each), rows, bounds table, feature table, first feature, features, bins by row, stride, bins by column (0:
 * none). Each member bins its part of the rows.
 */
export function binShare(kernel: TreeKernel, memory: WebAssembly.Memory, order: Float64Array, team: Team): void {
  const [, columns = 0, rows = 0, bounds = 0, tableAt = 0, first = 0, count = 0, bins = 0, stride = 0, byColumn = 0] =
    order;
  const table = new Int32Array(memory.buffer, tableAt, (first + count) * FEATURE_RECORD);
  const [from, to] = shareOf(rows, team.member, team.size, 64);
  for (let row = from; row < to; row += BLOCK_ROWS) {
    const now = Math.min(BLOCK_ROWS, to - row);
    for (let index = 0; index < count; index++) {
      const feature = first + index;
      const valueBins = table[feature * FEATURE_RECORD + VALUE_BINS] ?? 0;
      kernel.binColumn(
        columns + (index * rows + row) * 4,
        now,
        bounds + feature * BOUNDS_LENGTH * 4,
        valueBins < 2 ? 0 : 2 ** Math.floor(Math.log2(valueBins - 1)),
        valueBins,
        bins + row * stride + feature,
        stride,
        byColumn === 0 ? 0 : byColumn + feature * rows + row,
      );
    }
  }
}
