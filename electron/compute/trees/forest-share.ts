import { deserialize, serialize } from 'node:v8';
import { drawFeatures, drawsOf } from './draws.ts';
import { CELL_BYTES, FEATURE_RECORD } from './feature-table.ts';
import type { BinnedRows } from './grow-params.ts';
import { Grower } from './grower.ts';
import { OneHand } from './hands.ts';
import type { TreeKernel } from './kernel.ts';
import { CREW_PAGE_BYTES, type Team } from './order.ts';
import { SharedMemory } from './shared-memory.ts';

export interface ForestParams {
  readonly trees: number;
  readonly leaves: number;
  readonly maxDepth: number;
  readonly minRows: number;
  /** Share of features drawn anew for each pair of leaves. */
  readonly featureShare: number;
  /** Cut each feature at random instead of at its best place. */
  readonly isExtra: boolean;
  /** Grow on as many rows as there are, drawn with replacement, instead of on all: the others judge the tree. */
  readonly isBootstrapped: boolean;
  readonly seed: number;
  readonly threads: number;
}

/** What the leader tells every member once: the rows, and where each finds room of its own. */
export interface ForestPlan {
  readonly binned: BinnedRows;
  readonly params: ForestParams;
  readonly classes: number;
  /** Floats a row in the shared memory: what to predict, and weights. */
  readonly targets: number;
  readonly weights: number;
  /** Mean of what is predicted, by class: trees answer differences from it, so that penalties pull to it. */
  readonly means: readonly number[];
  /** First member's room, and bytes of each. */
  readonly room: number;
  readonly roomBytes: number;
  /** Places within a member's room: the grown tree, a byte a row (learnt from), a float a row (the tree's answer). */
  readonly places: {
    readonly tree: number;
    readonly treeBytes: number;
    readonly learnt: number;
    readonly answers: number;
  };
}

/** Bytes of histograms that a member keeps while it grows a tree. */
const POOL_BYTES = 64_000_000;
/** Bytes of a node in a serialised tree: numbers, and categories at most. */
const NODE_BYTES = 48 + 272;

const leavesOf = ({ leaves, minRows }: ForestParams, rows: number): number =>
  Math.max(2, Math.min(leaves, Math.floor(rows / minRows) + 1));

/** Room a member needs, and the places in it. */
export function forestRoom(binned: BinnedRows, params: ForestParams, cells: number) {
  const { rows, features } = binned;
  const leaves = leavesOf(params, rows);
  const up = (bytes: number): number => Math.ceil(bytes / 64) * 64 + 64;
  const treeBytes = up(leaves * 2 * NODE_BYTES + 4096);
  const places = { tree: 0, treeBytes, learnt: treeBytes, answers: treeBytes + up(rows) };
  const histogramBytes = cells * CELL_BYTES;
  const histograms = Math.max(4, Math.min(leaves + 1, Math.floor(POOL_BYTES / histogramBytes)));
  const grower =
    up(rows) + 3 * up(rows * 4) + up(rows * 8 + 64) + up(features * 8) + up(leaves * 24) + CREW_PAGE_BYTES * 4;
  return {
    roomBytes:
      places.answers +
      up(rows * 4) +
      up(rows * 8 + 64) +
      up(features * FEATURE_RECORD * 4) +
      grower +
      histograms * up(histogramBytes),
    places,
  };
}

/** A member's own grower, kept from order to order. */
interface ForestHand {
  readonly plan: ForestPlan;
  readonly memory: SharedMemory;
  readonly binned: BinnedRows;
  readonly gradients: number;
  readonly grower: Grower;
  /** Numbers of the tree that grows. */
  random: () => number;
}

const hands = new WeakMap<WebAssembly.Memory, ForestHand>();

/**
 * Order: kind, bytes of the serialised plan, how many, first tree, trees in all. Each member grows one tree, the first one's number plus its own;
 * answers the bytes of the tree, or 0 where there is none left.
 */
export function forestShare(kernel: TreeKernel, memory: WebAssembly.Memory, order: Float64Array, team: Team): void {
  const [, planAt = 0, planBytes = 0, first = 0, trees = 0] = order;
  const hand = hands.get(memory) ?? prepare(kernel, memory, planAt, planBytes, team);
  const { plan } = hand;
  const start = plan.room + team.member * plan.roomBytes;
  const tree = first + team.member;
  const size = new Float64Array(memory.buffer, start + plan.places.tree, 1);
  size[0] = 0;
  if (tree >= trees) return;
  const bytes = serialize(growTree(hand, memory, start, tree));
  new Uint8Array(memory.buffer, start + plan.places.tree + 8, bytes.length).set(bytes);
  size[0] = bytes.length;
}

function prepare(
  kernel: TreeKernel,
  memory: WebAssembly.Memory,
  planAt: number,
  planBytes: number,
  team: Team,
): ForestHand {
  const plan = deserialize(Buffer.from(new Uint8Array(memory.buffer, planAt, planBytes))) as ForestPlan;
  const { params, binned } = plan;
  const start = plan.room + team.member * plan.roomBytes;
  const taken = plan.places.answers + Math.ceil((binned.rows * 4) / 64) * 64 + 64;
  const own = new SharedMemory(start + taken, { memory, bytes: plan.roomBytes - taken });
  // Features are drawn for each tree: the marks are a member's own.
  const tableBytes = binned.features * FEATURE_RECORD * 4;
  const table = own.allocate(tableBytes);
  own.bytes(table, tableBytes).set(new Uint8Array(memory.buffer, binned.table, tableBytes));
  const ownBinned = { ...binned, table };
  const leaves = leavesOf(params, binned.rows);
  const hand: ForestHand = {
    plan,
    memory: own,
    binned: ownBinned,
    gradients: own.allocate(binned.rows * 8 + 64),
    grower: new Grower(own, new OneHand(own, kernel), ownBinned, {
      leaves,
      maxDepth: params.maxDepth,
      minRows: params.minRows,
      minHessian: 1e-9,
      l1: 0,
      l2: 0,
      minGain: 0,
      poolBytes: POOL_BYTES,
      isDepthFirst: params.maxDepth > 0 && leaves >= 2 ** params.maxDepth,
      // Beyond this, taking one child's histograms from the parent's looks at no more cells.
      isDrawnOnly: params.featureShare <= 0.5,
      beforeSearch: () => drawFeatures(own, ownBinned, params.featureShare, hand.random),
      ...(params.isExtra ? { randomCuts: () => hand.random() } : {}),
    }),
    random: drawsOf(0, 0),
  };
  hands.set(memory, hand);
  return hand;
}

/** One tree of the forest; tree t belongs to class t modulo classes, and all classes' trees of a round learn from the same rows. */
function growTree(hand: ForestHand, memory: WebAssembly.Memory, start: number, tree: number) {
  const { params, classes, places, ...plan } = hand.plan;
  const { gradients, grower } = hand;
  const { rows } = hand.binned;
  const [round, k] = [Math.floor(tree / classes), tree % classes];
  const copies = params.isBootstrapped ? bootstrap(rows, drawsOf(params.seed, round)) : null;
  const mean = plan.means[k] ?? 0;
  const targets = new Float32Array(memory.buffer, plan.targets, rows);
  const weights = new Float32Array(memory.buffer, plan.weights, rows);
  const pairs = new Float32Array(memory.buffer, gradients, rows * 2);
  const learnt = new Uint8Array(memory.buffer, start + places.learnt, rows);
  const sample = new Uint32Array(rows);
  let sampled = 0;
  for (let row = 0; row < rows; row++) {
    const times = copies?.[row] ?? 1;
    const weight = (weights[row] ?? 1) * times;
    const target = targets[row] ?? 0;
    pairs[row * 2] = -weight * ((classes > 1 ? Number(target === k) : target) - mean);
    pairs[row * 2 + 1] = weight;
    learnt[row] = Number(times > 0);
    sample[sampled] = row;
    sampled += Number(times > 0);
  }
  const answers = start + places.answers;
  new Float32Array(memory.buffer, answers, rows).fill(0);
  hand.random = drawsOf(params.seed, -2 - tree);
  return grower.grow(gradients, answers, 1, {
    sample: copies ? sample.subarray(0, sampled) : null,
    scored: copies ? 'others' : 'sampled',
  });
}

/** How often each row is drawn when as many rows are drawn as there are, with replacement. */
function bootstrap(rows: number, random: () => number): Uint16Array {
  const copies = new Uint16Array(rows);
  for (let draw = 0; draw < rows; draw++) {
    const row = Math.floor(random() * rows);
    copies[row] = (copies[row] ?? 0) + 1;
  }
  return copies;
}
