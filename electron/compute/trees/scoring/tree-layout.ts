import type { SharedMemory } from '../shared-memory.ts';
import type { Tree } from '../tree.ts';
import { BLOCK_ROWS, NODE_BYTES, QUAD_BYTES, SPAN_BYTES, TREE_KIND } from './program-layout.ts';
import type { RankedColumns, RankTest } from './ranked-columns.ts';

/** A tree as the kernel takes it; `leafNodes` names the node whose value each leaf number stands for. */
export interface TreeLayout {
  readonly kind: (typeof TREE_KIND)[keyof typeof TREE_KIND];
  readonly nodes: number;
  /** Nodes with children of two leaves each, nodes with two leaves, other nodes; or the depth of a tree that is walked. */
  readonly counts: readonly [number, number, number];
  readonly root: number;
  readonly leafNodes: Int32Array;
}

/** What to do with a tree: rank tests of its inner nodes, children before parents, and how deep it is. */
export interface TreePlan {
  readonly tree: Tree;
  readonly order: readonly number[];
  readonly tests: ReadonlyMap<number, RankTest>;
  readonly depth: number;
  readonly isWhole: boolean;
  /** Ways that end at a leaf; where branches share a leaf it is counted for each. */
  readonly leafWays: number;
}

/** Cost of a node evaluated for all rows (a byte a row), and of a step of one row's walk, in tenths of a nanosecond as measured. */
const NODE_COST = 0.3;
const STEP_COST = 10;

export function planTree(tree: Tree, columns: RankedColumns): TreePlan {
  const { order, isShared } = childrenFirst(tree);
  const tests = new Map(order.map((node) => [node, columns.testOf(tree, node)]));
  const depths = new Int32Array(tree.feature.length);
  const means = new Float64Array(tree.feature.length);
  let leafWays = order.length === 0 ? 1 : 0;
  for (const node of order) {
    const [left, right] = [tree.left[node] ?? 0, tree.right[node] ?? 0];
    depths[node] = 1 + Math.max(depths[left] ?? 0, depths[right] ?? 0);
    means[node] = 1 + ((means[left] ?? 0) + (means[right] ?? 0)) / 2;
    leafWays += Number(isLeaf(tree, left)) + Number(isLeaf(tree, right));
  }
  const fits = !isShared && leafWays <= 256 ** columns.lane && leafWays <= 1024;
  const isWhole = fits && order.length * columns.lane * NODE_COST < (means[0] ?? 0) * STEP_COST + 4;
  return { tree, order, tests, depth: depths[0] ?? 0, isWhole, leafWays };
}

/** Inner nodes that the root reaches, children before parents, and whether branches share one. */
function childrenFirst(tree: Tree): { order: number[]; isShared: boolean } {
  const order: number[] = [];
  let isShared = false;
  const isSeen = new Uint8Array(tree.feature.length);
  const stack = [0];
  while (stack.length > 0) {
    const node = stack.pop() ?? 0;
    if (node < 0) {
      order.push(-1 - node);
      continue;
    }
    if (isLeaf(tree, node)) continue;
    if (isSeen[node] === 1) {
      isShared = true;
      continue;
    }
    isSeen[node] = 1;
    stack.push(-1 - node, tree.right[node] ?? 0, tree.left[node] ?? 0);
  }
  return { order, isShared };
}

const isLeaf = (tree: Tree, node: number): boolean => (tree.feature[node] ?? -1) < 0;

/**
 * Lays out a tree that is evaluated whole. Leaves are numbered from left to right, a leaf once for each branch that leads to
 * it; nodes come in three lists, children before parents.
 */
export function layWhole(
  { tree, order, tests }: TreePlan,
  memory: SharedMemory,
  lane: 1 | 2,
  firstSlot: number,
): TreeLayout {
  const { leafNodes, firstLeaf, rightLeaf } = numberLeaves(tree);
  const children = (node: number): readonly [number, number] => [tree.left[node] ?? 0, tree.right[node] ?? 0];
  const isPair = (node: number): boolean => !isLeaf(tree, node) && children(node).every((next) => isLeaf(tree, next));
  const quads = order.filter((node) => children(node).every(isPair));
  const inQuads = new Set(quads.flatMap(children));
  const pairs = order.filter((node) => isPair(node) && !inQuads.has(node));
  const isDone = new Set([...quads, ...pairs, ...inQuads]);
  const others = order.filter((node) => !isDone.has(node));
  const slotOf = new Map([...quads, ...pairs, ...others].map((node, index) => [node, firstSlot + index * SPAN_BYTES]));
  const column = (node: number): number => (tests.get(node)?.column ?? 0) * BLOCK_ROWS * lane;
  const bound = (node: number): number => tests.get(node)?.bound ?? 0;
  const first = (node: number): number => firstLeaf.get(node) ?? 0;
  const records: number[] = [];
  for (const node of quads) {
    const [left, right] = children(node);
    records.push(column(node), column(left), column(right), bound(node), bound(left), bound(right));
    records.push(first(node), first(node) + 2);
  }
  for (const node of pairs) records.push(column(node), bound(node), first(node), 0);
  for (const node of others) {
    const [left, right] = children(node);
    const place = (next: number, leaf: number): number => slotOf.get(next) ?? leaf * SPAN_BYTES;
    records.push(column(node), bound(node), place(left, first(node)), place(right, rightLeaf.get(node) ?? 0));
  }
  const nodes = memory.allocate(
    Math.max(NODE_BYTES, quads.length * QUAD_BYTES + (records.length - quads.length * 8) * 4),
  );
  memory.int32(nodes, records.length).set(records);
  return {
    kind: TREE_KIND.whole,
    nodes,
    counts: [quads.length, pairs.length, others.length],
    root: slotOf.get(0) ?? 0,
    leafNodes,
  };
}

/** The node behind each leaf number; the number of the leftmost leaf below each inner node, and below its right branch. */
function numberLeaves(tree: Tree): {
  leafNodes: Int32Array;
  firstLeaf: ReadonlyMap<number, number>;
  rightLeaf: ReadonlyMap<number, number>;
} {
  const leafNodes: number[] = [];
  const firstLeaf = new Map<number, number>();
  const rightLeaf = new Map<number, number>();
  const stack: { readonly node: number; readonly isBetween: boolean }[] = [{ node: 0, isBetween: false }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { node, isBetween } = step;
    if (isBetween) rightLeaf.set(node, leafNodes.length);
    else if (isLeaf(tree, node)) leafNodes.push(node);
    else {
      firstLeaf.set(node, leafNodes.length);
      stack.push({ node: tree.right[node] ?? 0, isBetween: false }, { node, isBetween: true });
      stack.push({ node: tree.left[node] ?? 0, isBetween: false });
    }
  }
  return { leafNodes: Int32Array.from(leafNodes), firstLeaf, rightLeaf };
}

/** Lays out a tree that is walked: branches are places in memory, leaves lead to themselves and hold their number. */
export function layWalk({ tree, order, tests, depth }: TreePlan, memory: SharedMemory, lane: 1 | 2): TreeLayout {
  const fromRoot = order.toReversed();
  const placeOf = new Map(fromRoot.map((node, index) => [node, index]));
  const leafNodes: number[] = [];
  for (const node of fromRoot.length === 0 ? [0] : fromRoot) {
    for (const next of fromRoot.length === 0 ? [0] : [tree.left[node] ?? 0, tree.right[node] ?? 0]) {
      if (!isLeaf(tree, next) || placeOf.has(next)) continue;
      placeOf.set(next, fromRoot.length + leafNodes.length);
      leafNodes.push(next);
    }
  }
  const nodes = memory.allocate((fromRoot.length + leafNodes.length) * NODE_BYTES);
  const at = (node: number): number => nodes + (placeOf.get(node) ?? 0) * NODE_BYTES;
  const records: number[] = [];
  for (const node of fromRoot) {
    const { column, bound } = tests.get(node) ?? { column: 0, bound: 0 };
    records.push(column * BLOCK_ROWS * lane, bound, at(tree.left[node] ?? 0), at(tree.right[node] ?? 0));
  }
  for (const [number, node] of leafNodes.entries()) records.push(0, number, at(node), at(node));
  memory.int32(nodes, records.length).set(records);
  return { kind: TREE_KIND.walk, nodes, counts: [depth, 0, 0], root: 0, leafNodes: Int32Array.from(leafNodes) };
}
