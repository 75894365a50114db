import type { BinnedRows } from './grower.ts';
import { FEATURE_RECORD } from './share.ts';
import type { SharedMemory } from './shared-memory.ts';

/** A generator of numbers in [0, 1): Marsaglia's xorshift with 32 bits. */
export function xorshift(seed: number): () => number {
  let state = (seed * 2654435761 + 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
}

/** A simple random sample of row numbers, ascending (Knuth's algorithm S). */
export function drawRows(rows: number, share: number, random: () => number): Uint32Array {
  const wanted = Math.max(1, Math.round(rows * share));
  const drawn = new Uint32Array(wanted);
  let have = 0;
  for (let row = 0; row < rows && have < wanted; row++) {
    if (random() * (rows - row) < wanted - have) drawn[have++] = row;
  }
  return drawn;
}

/** Marks a share of the features, drawn anew, as the ones that may split. */
export function drawFeatures(memory: SharedMemory, data: BinnedRows, share: number, random: () => number): void {
  if (share >= 1) return;
  const records = memory.int32(data.table, data.features * FEATURE_RECORD);
  const order = Array.from({ length: data.features }, (_, feature) => ({ feature, key: random() })).sort(
    (a, b) => a.key - b.key,
  );
  const kept = Math.max(1, Math.round(data.features * share));
  for (const [rank, { feature }] of order.entries()) records[feature * FEATURE_RECORD + 2] = Number(rank < kept);
}
