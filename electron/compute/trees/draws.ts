import { FEATURE_RECORD, IS_USED, VALUE_BINS } from './feature-table.ts';
import type { BinnedRows } from './grow-params.ts';
import type { SharedMemory } from './shared-memory.ts';

/**
 * A generator of numbers in [0, 1) for one step of a training: Marsaglia's xorshift with 32 bits, begun where Murmur's
 * finaliser puts seed and step, so that neighbours have nothing in common. A resumed training draws as an unbroken one.
 */
export function drawsOf(seed: number, step: number): () => number {
  let state = mixed(mixed(seed >>> 0) ^ mixed(Math.floor(seed / 2 ** 32) + 1) ^ Math.imul(step + 1, 0x9e3779b9)) || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
}

function mixed(bits: number): number {
  let hash = bits ^ (bits >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
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

/**
 * Marks a share of the features, drawn anew, as the ones that may split (the first steps of Fisher and Yates). Those that are
 * the same in every row part none and are not among the drawn.
 */
export function drawFeatures(memory: SharedMemory, data: BinnedRows, share: number, random: () => number): void {
  if (share >= 1) return;
  const { features } = data;
  const records = memory.int32(data.table, features * FEATURE_RECORD);
  if (room.length < features) room = new Uint32Array(features);
  let usable = 0;
  for (let feature = 0; feature < features; feature++) {
    records[feature * FEATURE_RECORD + IS_USED] = 0;
    if ((records[feature * FEATURE_RECORD + VALUE_BINS] ?? 0) > 0) room[usable++] = feature;
  }
  if (usable === 0) return;
  const kept = Math.max(1, Math.round(usable * share));
  for (let at = 0; at < kept; at++) {
    const other = at + Math.floor(random() * (usable - at));
    const drawn = room[other] ?? 0;
    room[other] = room[at] ?? 0;
    room[at] = drawn;
    records[drawn * FEATURE_RECORD + IS_USED] = 1;
  }
}

/** Numbers of features, in room that is used again. */
let room = new Uint32Array(0);
