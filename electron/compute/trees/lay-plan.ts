import { CELL_BYTES, FEATURE_RECORD, MONOTONE, VALUE_BINS } from './feature-table.ts';
import type { BinnedRows, GrowParams } from './grow-params.ts';
import { GATHERED_ROWS, PLAN, PLAN_LENGTH, RUN_ROWS, TILE_FEATURES } from './plan.ts';
import type { SharedMemory } from './shared-memory.ts';

/**
 * Lays out what all threads need to grow trees, `size` of them: where data, lists and scratch lie, and what splits must keep to.
 * Answers where the plan lies, and how many cells the histogram of all features has.
 */
export function layPlan(
  memory: SharedMemory,
  data: BinnedRows,
  params: GrowParams,
  size: number,
): { readonly plan: number; readonly cells: number } {
  const { rows, learnRows, features } = data;
  const at = memory.allocate(PLAN_LENGTH * 8);
  const offsets = memory.allocate((features + 1) * 4);
  const offsetView = memory.uint32(offsets, features + 1);
  const table = memory.int32(data.table, features * FEATURE_RECORD);
  for (let feature = 0; feature < features; feature++) {
    const own = (table[feature * FEATURE_RECORD + VALUE_BINS] ?? 0) + 1;
    offsetView[feature + 1] = (offsetView[feature] ?? 0) + own * CELL_BYTES;
  }
  const cells = (offsetView[features] ?? 0) / CELL_BYTES;
  const places = memory.allocate(size * 4);
  const placeView = memory.int32(places, size);
  for (let member = 1; member < size; member++)
    placeView[member] =
      (placeView[member - 1] ?? 0) + ownRows(learnRows, member - 1, size) + ownRows(rows - learnRows, member - 1, size);
  // Room for the widest gathered block, and for one feature's cells as doubles.
  const scratchBytes = GATHERED_ROWS * (TILE_FEATURES + 32);
  const paddedRows = Math.ceil(learnRows / 4) * 4;
  const isBounded = table.some((value, index) => index % FEATURE_RECORD === MONOTONE && value !== 0);
  const plan: Record<keyof typeof PLAN, number> = {
    rows,
    learnRows,
    paddedRows,
    features,
    bins: data.bins,
    stride: data.stride,
    byColumn: data.byColumn,
    table: data.table,
    offsets,
    cells,
    used: memory.allocate(features * 4),
    usedCount: 0,
    pairs: memory.allocate(paddedRows * 8),
    list: memory.allocate(rows * 4 + 64),
    passiveList: 0,
    spare: memory.allocate(rows * 4 + 64),
    places,
    segments: memory.allocate(params.leaves * size * 16),
    goesLeft: memory.allocate(256),
    ownHistograms: memory.allocate((size - 1) * 2 * cells * CELL_BYTES),
    scratch: memory.allocate(scratchBytes * size),
    scratchBytes,
    minRows: params.minRows,
    minHessian: params.minHessian,
    l1: params.l1,
    l2: params.l2,
    isBounded: Number(isBounded),
    mask: 0,
    hasPassive: 0,
    isRandom: Number(params.randomCuts !== undefined),
  };
  // Allocating may have moved the memory: the view is taken last.
  const view = memory.float64(at, PLAN_LENGTH);
  for (const [name, place] of Object.entries(PLAN)) view[place] = plan[name as keyof typeof PLAN];
  return { plan: at, cells };
}

/** Rows of the runs that a member is dealt. */
function ownRows(rows: number, member: number, size: number): number {
  let own = 0;
  for (let first = member * RUN_ROWS; first < rows; first += RUN_ROWS * size) own += Math.min(RUN_ROWS, rows - first);
  return own;
}
