/**
 * Where a grower keeps its things and what it was told, as doubles in the shared memory: written by the leader, read by
 * every member at each order.
 */
export const PLAN = {
  rows: 0,
  /** Rows that have gradients: those that may learn, up to a multiple of four. */
  paddedRows: 1,
  features: 2,
  bins: 3,
  stride: 4,
  byColumn: 5,
  table: 6,
  /** Byte of each feature's first cell within a histogram. */
  offsets: 7,
  cells: 8,
  /** Features whose histograms are kept, ascending, and how many. */
  used: 9,
  usedCount: 10,
  /** Gradients as pairs of integers. */
  pairs: 11,
  /** Rows of leaves, those that learn and those that are only passed down; each member's in a part of its own. */
  list: 12,
  passiveList: 13,
  spare: 14,
  /** First place of each member in the lists. */
  places: 15,
  /** Where each leaf's rows lie: begin, end, passive begin, passive end for each member. */
  segments: 16,
  goesLeft: 17,
  ownHistograms: 18,
  scratch: 19,
  scratchBytes: 20,
  minRows: 21,
  minHessian: 22,
  l1: 23,
  l2: 24,
  /** 1 where some feature must rise or fall. */
  isBounded: 25,
  /** A byte a row, 1 where it learns; 0: all do. */
  mask: 26,
  hasPassive: 27,
  /** 1 where thresholds are drawn by the leader, not searched. */
  isRandom: 28,
  /** Rows before this one may learn; the others are only passed down. */
  learnRows: 29,
} as const;
export const PLAN_LENGTH = 32;

/** Rows of a run: runs are dealt out to the members in turn, so that each has rows of every part of the table. */
export const RUN_ROWS = 1024;
/** Features summed in one pass over a leaf's rows: their bins are gathered side by side. */
export const TILE_FEATURES = 64;
/** Rows the kernel gathers at a time, as in kernel/kernel.ts. */
export const GATHERED_ROWS = 512;

/** What stands where in a member's result. */
export const RESULT = {
  /** feature (-1: none), gain, bin, left gradient, left hessian, missing goes left; of the one leaf, then of the other. */
  first: 0,
  second: 6,
  rows: 12,
  gradient: 13,
  hessian: 14,
  largestGradient: 15,
  largestHessian: 16,
  rightRows: 17,
} as const;
