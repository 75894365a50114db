import { benchOf, type SearchedLeaf, scales, scratchOf, segmentOf, sum, total } from './growing-bench.ts';
import type { TreeKernel } from './kernel.ts';
import { meet, ORDER, ORDER_LENGTH, ORDER_OFFSET, type Team } from './order.ts';
import { PLAN, RESULT, RUN_ROWS } from './plan.ts';
import { joinAndSearch } from './search-share.ts';
import { shareOf } from './share-of.ts';
import { addLeaf, addRuns, firstUsed, ownHistogram } from './sum-histograms.ts';

/** One member's share of an order that grows a tree. */
export function growShare(kernel: TreeKernel, memory: WebAssembly.Memory, team: Team): void {
  const order = new Float64Array(memory.buffer, team.page + ORDER_OFFSET, ORDER_LENGTH);
  if (order[0] === ORDER.root) rootShare(kernel, memory, order, team);
  else if (order[0] === ORDER.split) splitShare(kernel, memory, order, team);
  else if (order[0] === ORDER.scores) scoreShare(kernel, memory, order, team);
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
