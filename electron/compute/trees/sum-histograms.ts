import { CELL_BYTES } from './feature-table.ts';
import { type Bench, scratchOf, segmentOf } from './growing-bench.ts';
import { PLAN, RUN_ROWS, TILE_FEATURES } from './plan.ts';

/** Where a member sums its rows: the leader into the histogram itself, others into their own, which are left zeroed. */
export function ownHistogram({ kernel, memory, plan, team }: Bench, histogram: number, which = 0): number {
  const cells = plan[PLAN.cells] ?? 0;
  if (team.member > 0) return (plan[PLAN.ownHistograms] ?? 0) + ((team.member - 1) * 2 + which) * cells * CELL_BYTES;
  const [features, usedCount] = [plan[PLAN.features] ?? 0, plan[PLAN.usedCount] ?? 0];
  if (usedCount * 2 > features) {
    kernel.clearCells(histogram, cells);
    return histogram;
  }
  const offsets = new Uint32Array(memory.buffer, plan[PLAN.offsets] ?? 0, features + 1);
  for (const feature of new Uint32Array(memory.buffer, plan[PLAN.used] ?? 0, usedCount)) {
    const offset = offsets[feature] ?? 0;
    kernel.clearCells(histogram + offset, ((offsets[feature + 1] ?? 0) - offset) / CELL_BYTES);
  }
  return histogram;
}

/** Passes of at most TILE_FEATURES features: from, to, and the part of the list of used features that lies there. */
function* tiles({ memory, plan }: Bench): Generator<readonly [number, number, number, number]> {
  const [used, count] = [plan[PLAN.used] ?? 0, plan[PLAN.usedCount] ?? 0];
  const list = new Uint32Array(memory.buffer, used, count);
  const features = plan[PLAN.features] ?? 0;
  for (let first = 0; first < count; ) {
    const from = Math.floor((list[first] ?? 0) / 4) * 4;
    let last = first;
    while (last < count && (list[last] ?? 0) < from + TILE_FEATURES) last += 1;
    yield [from, Math.min(from + TILE_FEATURES, features), used + first * 4, last - first];
    first = last;
  }
}

/** Where the cells of the first used feature lie, and how many; null when none is used. */
export function firstUsed({ memory, plan }: Bench): { readonly offset: number; readonly cells: number } | null {
  if (plan[PLAN.usedCount] === 0) return null;
  const [feature = 0] = new Uint32Array(memory.buffer, plan[PLAN.used] ?? 0, 1);
  const [offset = 0, next = 0] = new Uint32Array(memory.buffer, (plan[PLAN.offsets] ?? 0) + feature * 4, 2);
  return { offset, cells: (next - offset) / CELL_BYTES };
}

/** Adds the member's rows of a leaf. */
export function addLeaf(bench: Bench, leaf: number, histogram: number): void {
  const { kernel, plan } = bench;
  const [begin = 0, end = 0] = segmentOf(bench, leaf);
  const list = (plan[PLAN.list] ?? 0) + begin * 4;
  const [bins, stride, offsets, pairs] = [PLAN.bins, PLAN.stride, PLAN.offsets, PLAN.pairs].map((at) => plan[at] ?? 0);
  for (const [from, to, used, count] of tiles(bench))
    kernel.addListed(
      bins ?? 0,
      stride ?? 0,
      from,
      to,
      offsets ?? 0,
      used,
      count,
      list,
      end - begin,
      pairs ?? 0,
      histogram,
      scratchOf(bench),
    );
}

/** Adds all rows of the member's runs that learn. */
export function addRuns(bench: Bench, histogram: number): void {
  const { kernel, plan, team } = bench;
  const rows = plan[PLAN.learnRows] ?? 0;
  const [bins, stride, offsets, pairs] = [PLAN.bins, PLAN.stride, PLAN.offsets, PLAN.pairs].map((at) => plan[at] ?? 0);
  for (const [, , used, count] of tiles(bench))
    for (let row = team.member * RUN_ROWS; row < rows; row += RUN_ROWS * team.size)
      kernel.addRun(
        bins ?? 0,
        stride ?? 0,
        offsets ?? 0,
        used,
        count,
        row,
        Math.min(RUN_ROWS, rows - row),
        pairs ?? 0,
        histogram,
      );
}
