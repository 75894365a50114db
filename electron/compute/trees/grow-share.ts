import { bestCategories } from './category-split.ts';
import { CELL_BYTES, FEATURE_RECORD, IS_CATEGORICAL, IS_USED, MONOTONE, VALUE_BINS } from './feature-table.ts';
import { integerScale } from './fixed-point.ts';
import type { TreeKernel } from './kernel.ts';
import { CATEGORIES_OFFSET, meet, ORDER, ORDER_LENGTH, ORDER_OFFSET, resultOf, type Team } from './order.ts';
import { PLAN, PLAN_LENGTH, RESULT, RUN_ROWS, TILE_FEATURES } from './plan.ts';
import { shareOf } from './share-of.ts';

/** A leaf as a search sees it; sums are in the scale of the cells. */
interface SearchedLeaf {
  readonly histogram: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
  readonly low: number;
  readonly high: number;
}

/** What a member works with during an order. */
interface Bench {
  readonly kernel: TreeKernel;
  readonly memory: WebAssembly.Memory;
  readonly plan: Float64Array;
  readonly team: Team;
  readonly result: Float64Array;
}

/** One member's share of an order that grows a tree. */
export function growShare(kernel: TreeKernel, memory: WebAssembly.Memory, team: Team): void {
  const order = new Float64Array(memory.buffer, team.page + ORDER_OFFSET, ORDER_LENGTH);
  if (order[0] === ORDER.root) rootShare(kernel, memory, order, team);
  else if (order[0] === ORDER.split) splitShare(kernel, memory, order, team);
  else if (order[0] === ORDER.scores) scoreShare(kernel, memory, order, team);
}

const benchOf = (kernel: TreeKernel, memory: WebAssembly.Memory, plan: number, team: Team): Bench => ({
  kernel,
  memory,
  plan: new Float64Array(memory.buffer, plan, PLAN_LENGTH),
  team,
  result: resultOf(memory, team, team.member),
});

const segmentOf = ({ memory, plan, team }: Bench, leaf: number): Int32Array =>
  new Int32Array(memory.buffer, (plan[PLAN.segments] ?? 0) + (leaf * team.size + team.member) * 16, 4);

/** What all members said in the same slot. */
function total({ memory, team }: Bench, slot: number, of: (a: number, b: number) => number): number {
  let all = 0;
  for (let member = 0; member < team.size; member++) all = of(all, resultOf(memory, team, member)[slot] ?? 0);
  return all;
}
const sum = (a: number, b: number): number => a + b;

/** Scales that turn gradients and hessians into the integers of the cells. */
function scales(bench: Bench): readonly [number, number] {
  const rows = bench.plan[PLAN.learnRows] ?? 0;
  return [
    integerScale(total(bench, RESULT.largestGradient, Math.max), rows),
    integerScale(total(bench, RESULT.largestHessian, Math.max), rows),
  ];
}

/**
 * Order: kind, plan, gradients (pairs of floats), histogram, is searched. Turns gradients into integers, lists every member's rows, sums
 * the root's histograms and answers its best split. Rows, gradient and hessian are answered by each member for its own rows.
 */
function rootShare(kernel: TreeKernel, memory: WebAssembly.Memory, order: Float64Array, team: Team): void {
  const [, planAt = 0, gradients = 0, histogram = 0, isSearched = 0] = order;
  const bench = benchOf(kernel, memory, planAt, team);
  const { plan, result } = bench;
  const { member, size } = team;
  const [rows, learnRows, padded] = [PLAN.rows, PLAN.learnRows, PLAN.paddedRows].map((at) => plan[at] ?? 0) as [
    number,
    number,
    number,
  ];
  const [from, to] = shareOf(padded, member, size, 4);
  const scratch = scratchOf(bench);
  kernel.largestPair(gradients, from, to, scratch);
  const largest = new Float32Array(memory.buffer, scratch, 2);
  result[RESULT.largestGradient] = largest[0] ?? 0;
  result[RESULT.largestHessian] = largest[1] ?? 0;
  meet(memory, team, 1);

  const [gradientScale, hessianScale] = scales(bench);
  const pairs = plan[PLAN.pairs] ?? 0;
  kernel.toIntegers(gradients, from, to, gradientScale, hessianScale, pairs);
  const place = new Int32Array(memory.buffer, plan[PLAN.places] ?? 0, size)[member] ?? 0;
  const segment = segmentOf(bench, 0);
  const mask = plan[PLAN.mask] ?? 0;
  const hasPassive = plan[PLAN.hasPassive] === 1;
  const list = (plan[PLAN.list] ?? 0) + place * 4;
  const count = kernel.listRows(list, 0, learnRows, RUN_ROWS, member, size, mask, 1);
  let passive = 0;
  if (hasPassive) {
    const passiveList = (plan[PLAN.passiveList] ?? 0) + place * 4;
    if (mask !== 0) passive = kernel.listRows(passiveList, 0, learnRows, RUN_ROWS, member, size, mask, 0);
    passive += kernel.listRows(passiveList + passive * 4, learnRows, rows, RUN_ROWS, member, size, 0, 0);
  }
  segment.set([place, place + count, place, place + passive]);
  result[RESULT.rows] = count;
  meet(memory, team, 2);

  const own = isSearched === 1 ? ownHistogram(bench, histogram) : 0;
  if (isSearched === 1) {
    if (mask === 0) addRuns(bench, own);
    else addLeaf(bench, 0, own);
  }
  const feature = isSearched === 1 ? firstUsed(bench) : null;
  // Each row is in one cell of any feature.
  if (feature) kernel.sumCells(own + feature.offset, feature.cells, scratch);
  else kernel.sumPairs(pairs, list, count, scratch);
  const sums = new Float64Array(memory.buffer, scratch, 2);
  result[RESULT.gradient] = sums[0] ?? 0;
  result[RESULT.hessian] = sums[1] ?? 0;
  meet(memory, team, 3);
  if (isSearched !== 1) return;
  const leaf = {
    histogram,
    gradient: total(bench, RESULT.gradient, sum),
    hessian: total(bench, RESULT.hessian, sum),
    rows: total(bench, RESULT.rows, sum),
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  };
  joinAndSearch(bench, leaf, null, 0);
}

/**
 * Order: kind, plan, leaf, new leaf, split column, step from row to row in it, histogram of the child to be built, histogram of its sibling,
 * what is to be built (BUILD), gradient, hessian, lower and upper bound of the left child, the same of the right one. Parts each
 * member's rows, those that go right into the new leaf; builds histograms, takes the sibling's from the parent's, and answers the
 * best splits of the built child and of its sibling, and how many of the member's rows went left.
 */
function splitShare(kernel: TreeKernel, memory: WebAssembly.Memory, order: Float64Array, team: Team): void {
  const [, planAt = 0, leaf = 0, fresh = 0, column = 0, step = 1, builtHistogram = 0, siblingHistogram = 0, build = 0] =
    order;
  const bench = benchOf(kernel, memory, planAt, team);
  const { plan, result } = bench;
  const [begin = 0, end = 0, passiveBegin = 0, passiveEnd = 0] = segmentOf(bench, leaf);
  const part = (list: number, from: number, to: number): number =>
    from +
    kernel.partition(
      column,
      step,
      plan[PLAN.goesLeft] ?? 0,
      list + from * 4,
      to - from,
      (plan[PLAN.spare] ?? 0) + from * 4,
    );
  const middle = part(plan[PLAN.list] ?? 0, begin, end);
  const passiveMiddle =
    plan[PLAN.hasPassive] === 1 ? part(plan[PLAN.passiveList] ?? 0, passiveBegin, passiveEnd) : passiveBegin;
  segmentOf(bench, leaf).set([begin, middle, passiveBegin, passiveMiddle]);
  segmentOf(bench, fresh).set([middle, end, passiveMiddle, passiveEnd]);
  result[RESULT.rows] = middle - begin;
  result[RESULT.rightRows] = end - middle;
  if (build === BUILD.nothing) return;
  const isLeftBuilt = build === BUILD.left || build === BUILD.leftAndRight;
  const isBoth = build === BUILD.leftAndRight;
  addLeaf(bench, isLeftBuilt ? leaf : fresh, ownHistogram(bench, builtHistogram));
  if (isBoth) addLeaf(bench, fresh, ownHistogram(bench, siblingHistogram, 1));
  meet(memory, team, 1);

  const [gradientScale, hessianScale] = scales(bench);
  const leftRows = total(bench, RESULT.rows, sum);
  const rightRows = total(bench, RESULT.rightRows, sum);
  const child = (at: number, rows: number, histogram: number): SearchedLeaf => ({
    histogram,
    gradient: (order[at] ?? 0) * gradientScale,
    hessian: (order[at + 1] ?? 0) * hessianScale,
    low: order[at + 2] ?? 0,
    high: order[at + 3] ?? 0,
    rows,
  });
  const left = child(9, leftRows, isLeftBuilt ? builtHistogram : siblingHistogram);
  const right = child(13, rightRows, isLeftBuilt ? siblingHistogram : builtHistogram);
  joinAndSearch(bench, isLeftBuilt ? left : right, isLeftBuilt ? right : left, isBoth ? 1 : 0);
}

/** Which histograms a split asks for: none, one child's (its sibling's is taken from the parent's), or both children's. */
export const BUILD = { nothing: 0, left: 1, right: 2, leftAndRight: 3 } as const;

const scratchOf = ({ plan, team }: Bench): number =>
  (plan[PLAN.scratch] ?? 0) + team.member * (plan[PLAN.scratchBytes] ?? 0);

/** Where a member sums its rows: the leader into the histogram itself, others into their own, which are left zeroed. */
function ownHistogram({ kernel, memory, plan, team }: Bench, histogram: number, which = 0): number {
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
function firstUsed({ memory, plan }: Bench): { readonly offset: number; readonly cells: number } | null {
  if (plan[PLAN.usedCount] === 0) return null;
  const [feature = 0] = new Uint32Array(memory.buffer, plan[PLAN.used] ?? 0, 1);
  const [offset = 0, next = 0] = new Uint32Array(memory.buffer, (plan[PLAN.offsets] ?? 0) + feature * 4, 2);
  return { offset, cells: (next - offset) / CELL_BYTES };
}

/** Adds the member's rows of a leaf. */
function addLeaf(bench: Bench, leaf: number, histogram: number): void {
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
function addRuns(bench: Bench, histogram: number): void {
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

/**
 * For the member's part of the used features: joins what the members summed, takes the sibling's cells from the parent's unless both were
 * built, and searches both leaves while the cells are at hand.
 */
function joinAndSearch(bench: Bench, built: SearchedLeaf, sibling: SearchedLeaf | null, siblingWasBuilt: 0 | 1): void {
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

/**
 * Order: kind, plan, scores, values (a double a leaf), leaves, whose rows: 1 those that learnt, 2 those passed down, 3 both. Each member
 * adds the leaves' values to the scores of its rows.
 */
function scoreShare(kernel: TreeKernel, memory: WebAssembly.Memory, order: Float64Array, team: Team): void {
  const [, planAt = 0, scores = 0, valuesAt = 0, leaves = 0, whose = 3] = order;
  const bench = benchOf(kernel, memory, planAt, team);
  const values = new Float64Array(memory.buffer, valuesAt, leaves);
  for (let leaf = 0; leaf < leaves; leaf++) {
    const [begin = 0, end = 0, passiveBegin = 0, passiveEnd = 0] = segmentOf(bench, leaf);
    const value = values[leaf] ?? 0;
    if ((whose & 1) !== 0) kernel.addToScores(scores, (bench.plan[PLAN.list] ?? 0) + begin * 4, end - begin, value);
    if ((whose & 2) !== 0)
      kernel.addToScores(
        scores,
        (bench.plan[PLAN.passiveList] ?? 0) + passiveBegin * 4,
        passiveEnd - passiveBegin,
        value,
      );
  }
}
