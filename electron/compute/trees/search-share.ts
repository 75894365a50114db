import { bestCategories } from './category-split.ts';
import { CELL_BYTES, FEATURE_RECORD, IS_CATEGORICAL, IS_USED, MONOTONE, VALUE_BINS } from './feature-table.ts';
import { type Bench, type SearchedLeaf, scales, scratchOf } from './growing-bench.ts';
import { CATEGORIES_OFFSET, type Team } from './order.ts';
import { PLAN, RESULT } from './plan.ts';
import { shareOf } from './share-of.ts';

/**
 * For the member's part of the used features: joins what the members summed, takes the sibling's cells from the parent's unless both were
 * built, and searches both leaves while the cells are at hand.
 */
export function joinAndSearch(
  bench: Bench,
  built: SearchedLeaf,
  sibling: SearchedLeaf | null,
  siblingWasBuilt: 0 | 1,
): void {
  const { kernel, memory, plan, team, result } = bench;
  const [from, to] = shareOf(plan[PLAN.usedCount] ?? 0, team.member, team.size);
  const used = new Uint32Array(memory.buffer, plan[PLAN.used] ?? 0, to);
  const offsets = new Uint32Array(memory.buffer, plan[PLAN.offsets] ?? 0, (plan[PLAN.features] ?? 0) + 1);
  const histogramBytes = (plan[PLAN.cells] ?? 0) * CELL_BYTES;
  const own = plan[PLAN.ownHistograms] ?? 0;
  const search = searcher(bench);
  result[RESULT.first] = -1;
  result[RESULT.second] = -1;
  const best: [number, number] = [0, 0];
  for (let at = from; at < to; at++) {
    const feature = used[at] ?? 0;
    const offset = offsets[feature] ?? 0;
    const cells = ((offsets[feature + 1] ?? 0) - offset) / CELL_BYTES;
    for (let other = 1; other < team.size; other++) {
      const first = own + (other - 1) * 2 * histogramBytes;
      kernel.takeCells(built.histogram + offset, first + offset, cells);
      if (sibling && siblingWasBuilt === 1)
        kernel.takeCells(sibling.histogram + offset, first + histogramBytes + offset, cells);
    }
    best[0] = search(feature, built, offset, RESULT.first, best[0]);
    if (!sibling) continue;
    if (siblingWasBuilt === 0) kernel.subtractCells(sibling.histogram + offset, built.histogram + offset, cells);
    best[1] = search(feature, sibling, offset, RESULT.second, best[1]);
  }
}

/** Looks for a better split of a leaf by one feature than the gain given; writes it to the result and answers its gain. */
function searcher({ kernel, memory, plan, team, result }: Bench) {
  const [gradientScale, hessianScale] = scales({ kernel, memory, plan, team, result });
  const table = new Int32Array(memory.buffer, plan[PLAN.table] ?? 0, (plan[PLAN.features] ?? 0) * FEATURE_RECORD);
  const scratch = scratchOf({ kernel, memory, plan, team, result });
  const found = new Float64Array(memory.buffer, scratch, 5);
  const [minRows, minHessian] = [plan[PLAN.minRows] ?? 0, plan[PLAN.minHessian] ?? 0];
  const [l1, l2] = [(plan[PLAN.l1] ?? 0) * gradientScale, (plan[PLAN.l2] ?? 0) * hessianScale];
  const isBounded = plan[PLAN.isBounded] === 1;
  const isRandom = plan[PLAN.isRandom] === 1;
  // A leaf's value is gradient over hessian: its bounds are scaled as those are.
  const valueScale = gradientScale / hessianScale;
  return (feature: number, leaf: SearchedLeaf, offset: number, slot: number, best: number): number => {
    const record = feature * FEATURE_RECORD;
    const valueBins = table[record + VALUE_BINS] ?? 0;
    if (table[record + IS_USED] !== 1 || !(leaf.hessian > 0)) return best;
    const cells = leaf.histogram + offset;
    // Rows are told from their hessian: cells hold no counts.
    const fewest = Math.max(1, minHessian * hessianScale, (minRows * leaf.hessian) / leaf.rows);
    const { gradient, hessian } = leaf;
    if (table[record + IS_CATEGORICAL] === 1) {
      kernel.readCells(cells, valueBins, scratch);
      const sums = new Float64Array(memory.buffer, scratch, valueBins * 2);
      const split = bestCategories(sums, { gradient, hessian, fewest, l1, l2, hessianScale });
      if (!split || split.gain <= best) return best;
      result.set([feature, split.gain, -1, split.gradient, split.hessian, 0], slot);
      const left = new Uint8Array(memory.buffer, categoriesAt(team, team.member, slot), 256).fill(0);
      for (const code of split.codes) left[code] = 1;
      return split.gain;
    }
    if (isRandom) return best;
    const isFound = isBounded
      ? kernel.bestBoundedThreshold(
          cells,
          valueBins,
          gradient,
          hessian,
          fewest,
          l1,
          l2,
          scratch,
          table[record + MONOTONE] ?? 0,
          leaf.low * valueScale,
          leaf.high * valueScale,
        )
      : kernel.bestThreshold(cells, valueBins, gradient, hessian, fewest, l1, l2, scratch);
    const gain = found[0] ?? 0;
    if (isFound !== 1 || gain <= best) return best;
    result[slot] = feature;
    for (let i = 0; i < 5; i++) result[slot + 1 + i] = found[i] ?? 0;
    return gain;
  };
}

/** Where the categories of a split stand that a member found. */
export const categoriesAt = ({ page }: Pick<Team, 'page'>, member: number, slot: number): number =>
  page + CATEGORIES_OFFSET + member * 512 + (slot === RESULT.first ? 0 : 256);
