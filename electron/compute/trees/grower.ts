import { AppError } from '../../../shared/errors.ts';
import { CELL_BYTES, FEATURE_RECORD, IS_CATEGORICAL, IS_USED, MONOTONE, VALUE_BINS } from './feature-table.ts';
import { integerScale } from './fixed-point.ts';
import { BUILD, categoriesAt } from './grow-share.ts';
import type { Hands } from './hands.ts';
import { leafGain, leafValue } from './leaf-gain.ts';
import { LeafQueue } from './leaf-queue.ts';
import { ORDER } from './order.ts';
import { GATHERED_ROWS, PLAN, PLAN_LENGTH, RESULT, RUN_ROWS, TILE_FEATURES } from './plan.ts';
import { bestRandomCut } from './random-cut.ts';
import type { SharedMemory } from './shared-memory.ts';
import type { Tree } from './tree.ts';
import { type Split, TreeBuilder } from './tree-builder.ts';

export interface GrowParams {
  readonly leaves: number;
  /** 0: no limit. */
  readonly maxDepth: number;
  readonly minRows: number;
  readonly minHessian: number;
  readonly l1: number;
  readonly l2: number;
  readonly minGain: number;
  /** True where every leaf that can be split will be: then the order does not matter, and the newest goes first. */
  readonly isDepthFirst?: boolean;
  /** Bytes of histograms kept at most, so that a split looks at the rows of one child only. */
  readonly poolBytes?: number;
  /** Called before the leaves of each new pair are searched: may draw other features. */
  readonly beforeSearch?: () => void;
  /** True where few features are drawn for each pair: only their histograms are summed, over both leaves' rows. */
  readonly isDrawnOnly?: boolean;
  /** Numbers in [0, 1): when given, each feature is cut at a random place instead of the best one (extremely randomised trees). */
  readonly randomCuts?: () => number;
}

/** Binned training data in the shared memory. */
export interface BinnedRows {
  /** Row after row, `stride` bytes each, for histograms; and column after column, for parting rows (0: not kept). */
  readonly bins: number;
  readonly byColumn: number;
  readonly stride: number;
  readonly rows: number;
  /** Rows before this one may learn; the others are passed down the trees and scored. */
  readonly learnRows: number;
  readonly features: number;
  /** FEATURE_RECORD integers a feature. */
  readonly table: number;
  /** Upper bounds by feature; for a categorical feature empty. */
  readonly bounds: readonly Float32Array[];
}

/** How a grown tree's values are found and where they go. */
export interface GrowOptions {
  /** Rows to learn from; all that may when null. */
  readonly sample?: Uint32Array | null;
  /** Rows whose scores the tree's values are added to: those it learnt from, the others, or all. */
  readonly scored?: 'sampled' | 'others' | 'all';
  /** A leaf's value, before the rate, of the rows that learnt in it; left out: of its gradients. */
  readonly valueOfRows?: (rows: Uint32Array) => number;
}

interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

interface Leaf extends Sums {
  readonly id: number;
  readonly node: number;
  readonly depth: number;
  readonly low: number;
  readonly high: number;
  readonly split: Split | null;
  /** Leaves of higher rank are split first. */
  readonly rank: number;
  /** 0 once it was given to another leaf. */
  histogram: number;
}

const POOL_BYTES = 2 ** 30;
const FREE: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** Grows trees leaf by leaf, best gain first, on gradients in the shared memory. */
export class Grower {
  readonly #memory: SharedMemory;
  readonly #crew: Hands;
  readonly #data: BinnedRows;
  readonly #params: GrowParams;
  readonly #plan: number;
  readonly #values: number;
  readonly #mask: number;
  readonly #cells: number;
  readonly #free: number[] = [];
  readonly #poolSize: number;
  #pooled = 0;
  /** Scales of the tree that grows. */
  #gradientScale = 1;
  #hessianScale = 1;

  constructor(memory: SharedMemory, crew: Hands, data: BinnedRows, params: GrowParams) {
    this.#memory = memory;
    this.#crew = crew;
    this.#data = data;
    this.#params = params;
    const { size } = crew;
    const { rows, learnRows, features } = data;
    this.#plan = memory.allocate(PLAN_LENGTH * 8);
    this.#values = memory.allocate(params.leaves * 8);
    this.#mask = memory.allocate(rows + 64);
    const offsets = memory.allocate((features + 1) * 4);
    const offsetView = memory.uint32(offsets, features + 1);
    const table = this.#table();
    for (let feature = 0; feature < features; feature++) {
      const cells = (table[feature * FEATURE_RECORD + VALUE_BINS] ?? 0) + 1;
      offsetView[feature + 1] = (offsetView[feature] ?? 0) + cells * CELL_BYTES;
    }
    this.#cells = (offsetView[features] ?? 0) / CELL_BYTES;
    this.#poolSize = Math.max(
      4,
      Math.min(params.leaves + 1, Math.floor((params.poolBytes ?? POOL_BYTES) / (this.#cells * CELL_BYTES))),
    );
    const places = memory.allocate(size * 4);
    const placeView = memory.int32(places, size);
    for (let member = 1; member < size; member++)
      placeView[member] =
        (placeView[member - 1] ?? 0) +
        ownRows(learnRows, member - 1, size) +
        ownRows(rows - learnRows, member - 1, size);
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
      cells: this.#cells,
      used: memory.allocate(features * 4),
      usedCount: 0,
      pairs: memory.allocate(paddedRows * 8),
      list: memory.allocate(rows * 4 + 64),
      passiveList: 0,
      spare: memory.allocate(rows * 4 + 64),
      places,
      segments: memory.allocate(params.leaves * size * 16),
      goesLeft: memory.allocate(256),
      ownHistograms: memory.allocate((size - 1) * 2 * this.#cells * CELL_BYTES),
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
    const view = this.#planView();
    for (const [name, at] of Object.entries(PLAN)) view[at] = plan[name as keyof typeof PLAN];
  }

  /**
   * Grows one tree and adds its values times `rate` to the scores of rows. `gradients` are pairs of floats, gradient and hessian
   * of each row, padded to four rows. Throws DIVERGED when one of them is no number.
   */
  grow(gradients: number, scores: number, rate: number, options: GrowOptions = {}): Tree {
    const { sample = null, scored = 'all', valueOfRows } = options;
    const isHeldOut = this.#data.learnRows < this.#data.rows;
    this.#params.beforeSearch?.();
    this.#choose(sample, scored !== 'sampled' && (sample !== null || isHeldOut));
    const builder = new TreeBuilder(this.#params.leaves);
    const root = this.#root(gradients, builder);
    const queue = new LeafQueue<Leaf>();
    const done: Leaf[] = [];
    const keep = (leaf: Leaf) => {
      if (leaf.split) queue.push(leaf);
      else {
        this.#giveBack(leaf);
        done.push(leaf);
      }
    };
    keep(root);
    for (let leaves = 1; leaves < this.#params.leaves; leaves++) {
      const leaf = queue.pop();
      if (!leaf?.split) break;
      for (const child of this.#part(leaf, leaf.split, leaves, builder, queue)) keep(child);
    }
    for (let leaf = queue.pop(); leaf; leaf = queue.pop()) {
      this.#giveBack(leaf);
      done.push(leaf);
    }
    const values = this.#memory.float64(this.#values, done.length);
    for (const leaf of done) {
      const value = valueOfRows ? valueOfRows(this.#rowsOf(leaf.id)) : this.#valueOf(leaf, [leaf.low, leaf.high]);
      values[leaf.id] = Math.fround(value * rate);
      builder.setValue(leaf.node, value * rate);
    }
    const whose = { sampled: 1, others: 2, all: 3 }[scored];
    this.#crew.run([ORDER.scores, this.#plan, scores, this.#values, done.length, whose]);
    return builder.build();
  }

  #planView(): Float64Array {
    return this.#memory.float64(this.#plan, PLAN_LENGTH);
  }
  #table(): Int32Array {
    return this.#memory.int32(this.#data.table, this.#data.features * FEATURE_RECORD);
  }

  /** Notes which rows learn, whether the others are passed down too, and which features' histograms are kept. */
  #choose(sample: Uint32Array | null, isPassed: boolean): void {
    const plan = this.#planView();
    const { rows } = this.#data;
    if (sample) {
      const mask = this.#memory.bytes(this.#mask, rows).fill(0);
      for (const row of sample) mask[row] = 1;
    }
    plan[PLAN.mask] = sample ? this.#mask : 0;
    plan[PLAN.hasPassive] = Number(isPassed);
    if (isPassed && plan[PLAN.passiveList] === 0) {
      const list = this.#memory.allocate(rows * 4 + 64);
      this.#planView()[PLAN.passiveList] = list;
    }
    this.#listUsed();
  }

  /** Lists the features whose histograms are kept. */
  #listUsed(): void {
    const { features } = this.#data;
    const used = this.#memory.uint32(this.#planView()[PLAN.used] ?? 0, features);
    const table = this.#table();
    const isAll = this.#params.beforeSearch !== undefined && !this.#params.isDrawnOnly;
    let count = 0;
    for (let feature = 0; feature < features; feature++) {
      const record = feature * FEATURE_RECORD;
      // What a leaf may not use, its children may.
      const isUsed = isAll || table[record + IS_USED] === 1;
      if (isUsed && (table[record + VALUE_BINS] ?? 0) > 0) used[count++] = feature;
    }
    this.#planView()[PLAN.usedCount] = count;
  }

  #sumOf(slot: number): number {
    let sum = 0;
    for (let member = 0; member < this.#crew.size; member++) sum += this.#crew.result(member)[slot] ?? 0;
    return sum;
  }

  #largestOf(slot: number): number {
    let most = 0;
    for (let member = 0; member < this.#crew.size; member++) {
      const here = this.#crew.result(member)[slot] ?? 0;
      if (!Number.isFinite(here))
        throw new AppError('DIVERGED', {
          message: 'The training diverged: the slope of the loss is no number.',
          remedy: 'Lower the learning rate, or look for extreme values in the target.',
          kept: 'No model was made.',
        });
      most = Math.max(most, here);
    }
    return most;
  }

  #root(gradients: number, builder: TreeBuilder): Leaf {
    const isSearched = this.#params.leaves > 1;
    const histogram = isSearched ? this.#take(null) : 0;
    this.#crew.run([ORDER.root, this.#plan, gradients, histogram, Number(isSearched)]);
    this.#gradientScale = integerScale(this.#largestOf(RESULT.largestGradient), this.#data.learnRows);
    this.#hessianScale = integerScale(this.#largestOf(RESULT.largestHessian), this.#data.learnRows);
    const sums = {
      gradient: this.#sumOf(RESULT.gradient) / this.#gradientScale,
      hessian: this.#sumOf(RESULT.hessian) / this.#hessianScale,
      rows: this.#sumOf(RESULT.rows),
    };
    const split = isSearched ? this.#found(RESULT.first, histogram, sums, FREE) : null;
    const [low, high] = FREE;
    const node = builder.add(sums.rows);
    return this.#kept({ id: 0, node, depth: 0, low, high, ...sums, histogram, split, rank: split?.gain ?? 0 });
  }

  /** The leaf; its histogram is given back where its children could not use it. */
  #kept(leaf: Leaf): Leaf {
    if (this.#params.isDrawnOnly) this.#giveBack(leaf);
    return leaf;
  }

  /** Parts a leaf's rows by its split and searches both children. The lighter child's histograms are built, the other's derived. */
  #part(leaf: Leaf, split: Split, fresh: number, builder: TreeBuilder, queue: LeafQueue<Leaf>): readonly [Leaf, Leaf] {
    const { byColumn, bins, stride, rows } = this.#data;
    this.#fillSides(split);
    const isDeepest = this.#params.maxDepth > 0 && leaf.depth + 1 >= this.#params.maxDepth;
    const left = { gradient: split.gradient, hessian: split.hessian };
    const right = { gradient: leaf.gradient - left.gradient, hessian: leaf.hessian - left.hessian };
    const [leftBounds, rightBounds] = this.#childBounds(leaf, split, left, right);
    const isLeftBuilt = left.hessian <= right.hessian;
    const isBoth = leaf.histogram === 0;
    const build = isDeepest ? BUILD.nothing : isBoth ? BUILD.leftAndRight : isLeftBuilt ? BUILD.left : BUILD.right;
    if (isDeepest) this.#giveBack(leaf);
    else if (isBoth) leaf.histogram = this.#take(queue);
    const built = isDeepest ? 0 : this.#take(queue);
    const sibling = leaf.histogram;
    if (!isDeepest && this.#params.beforeSearch) {
      this.#params.beforeSearch();
      if (this.#params.isDrawnOnly) this.#listUsed();
    }
    this.#crew.run([
      ORDER.split,
      this.#plan,
      leaf.id,
      fresh,
      byColumn === 0 ? bins + split.feature : byColumn + split.feature * rows,
      byColumn === 0 ? stride : 1,
      built,
      sibling,
      build,
      left.gradient,
      left.hessian,
      ...leftBounds,
      right.gradient,
      right.hessian,
      ...rightBounds,
    ]);
    const leftSums = { ...left, rows: this.#sumOf(RESULT.rows) };
    const rightSums = { ...right, rows: this.#sumOf(RESULT.rightRows) };
    const nodes = builder.split(leaf.node, split, this.#data.bounds, [leftSums.rows, rightSums.rows]);
    const isFirstLeft = isBoth || isLeftBuilt;
    const child = (isLeft: boolean): Leaf => {
      const sums = isLeft ? leftSums : rightSums;
      const bounds = isLeft ? leftBounds : rightBounds;
      const isFirst = isLeft === isFirstLeft;
      const histogram = isFirst ? built : sibling;
      const next = isDeepest ? null : this.#found(isFirst ? RESULT.first : RESULT.second, histogram, sums, bounds);
      return {
        id: isLeft ? leaf.id : fresh,
        node: isLeft ? nodes.left : nodes.right,
        depth: leaf.depth + 1,
        low: bounds[0],
        high: bounds[1],
        ...sums,
        histogram,
        split: next,
        rank: this.#params.isDepthFirst ? fresh * 2 + Number(isLeft) : (next?.gain ?? 0),
      };
    };
    return [this.#kept(child(true)), this.#kept(child(false))];
  }

  /** The table that says for each bin whether it goes left. */
  #fillSides(split: Split): void {
    const table = this.#memory.bytes(this.#planView()[PLAN.goesLeft] ?? 0, 256);
    const valueBins = this.#table()[split.feature * FEATURE_RECORD + VALUE_BINS] ?? 0;
    for (let bin = 0; bin < valueBins; bin++)
      table[bin] = split.categories ? (split.categories[bin] ?? 0) : Number(bin <= split.bin);
    table[valueBins] = Number(split.missingLeft);
  }

  /** A split along a feature that must rise puts every value below it under the middle of both sides, and those above over it. */
  #childBounds(
    leaf: Leaf,
    split: Split,
    left: Omit<Sums, 'rows'>,
    right: Omit<Sums, 'rows'>,
  ): readonly [readonly [number, number], readonly [number, number]] {
    const own: readonly [number, number] = [leaf.low, leaf.high];
    const sign = this.#table()[split.feature * FEATURE_RECORD + MONOTONE] ?? 0;
    if (sign === 0) return [own, own];
    const middle = (this.#valueOf(left, own) + this.#valueOf(right, own)) / 2;
    const [lower, upper]: [readonly [number, number], readonly [number, number]] = [
      [leaf.low, middle],
      [middle, leaf.high],
    ];
    return sign > 0 ? [lower, upper] : [upper, lower];
  }

  #valueOf({ gradient, hessian }: Omit<Sums, 'rows'>, bounds: readonly [number, number]): number {
    return leafValue(gradient, hessian, this.#params, bounds);
  }

  /** Room for a histogram: a free one, a new one, or the one of the leaf that is likely to be split last. */
  #take(queue: LeafQueue<Leaf> | null): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#pooled < this.#poolSize) {
      this.#pooled += 1;
      return this.#memory.allocate(this.#cells * CELL_BYTES);
    }
    const last = queue?.last((leaf) => leaf.histogram !== 0);
    if (!last) throw new RangeError('no histogram is free');
    const { histogram } = last;
    last.histogram = 0;
    return histogram;
  }

  #giveBack(leaf: Leaf): void {
    if (leaf.histogram !== 0) this.#free.push(leaf.histogram);
    leaf.histogram = 0;
  }

  /** The best split of a leaf that was searched, ties to the lowest feature; null when it gains too little. */
  #found(slot: number, histogram: number, sums: Sums, bounds: readonly [number, number]): Split | null {
    const unit = this.#hessianScale / this.#gradientScale ** 2;
    let best: Split | null = null;
    for (let member = 0; member < this.#crew.size; member++) {
      const result = this.#crew.result(member);
      const feature = result[slot] ?? -1;
      const gain = (result[slot + 1] ?? 0) * unit;
      if (feature < 0 || (best && gain <= best.gain)) continue;
      const bin = result[slot + 2] ?? 0;
      const isCategorical = this.#table()[feature * FEATURE_RECORD + IS_CATEGORICAL] === 1;
      best = {
        feature,
        gain,
        bin,
        gradient: (result[slot + 3] ?? 0) / this.#gradientScale,
        hessian: (result[slot + 4] ?? 0) / this.#hessianScale,
        missingLeft: result[slot + 5] === 1,
        categories: isCategorical ? this.#memory.bytes(categoriesAt(this.#crew, member, slot), 256).slice() : null,
      };
    }
    if (this.#params.randomCuts) best = this.#betterCut(best, histogram, sums, this.#params.randomCuts);
    if (!best) return null;
    const gain = best.gain - leafGain(sums.gradient, sums.hessian, this.#params, this.#valueOf(sums, bounds));
    // Missing rows of a feature that had none in this leaf follow the heavier side; categories leave them right.
    const missingLeft =
      best.categories || this.#hasMissing(histogram, best.feature)
        ? best.missingLeft
        : best.hessian >= sums.hessian / 2;
    return gain > Math.max(this.#params.minGain, 1e-12) ? { ...best, gain, missingLeft } : null;
  }

  #offsetOf(feature: number): number {
    return this.#memory.uint32(this.#planView()[PLAN.offsets] ?? 0, feature + 1)[feature] ?? 0;
  }

  #hasMissing(histogram: number, feature: number): boolean {
    const valueBins = this.#table()[feature * FEATURE_RECORD + VALUE_BINS] ?? 0;
    const cell = histogram + this.#offsetOf(feature) + valueBins * CELL_BYTES;
    return this.#memory.uint32(cell, 4).some((word, index) => index >= 2 && word !== 0);
  }

  /** A random cut of some feature where it gains more than the split given. */
  #betterCut(best: Split | null, histogram: number, sums: Sums, random: () => number): Split | null {
    const table = this.#table();
    const scratch = this.#planView()[PLAN.scratch] ?? 0;
    const { minRows, minHessian } = this.#params;
    const fewest = Math.max(minHessian, sums.rows > 0 ? (minRows * sums.hessian) / sums.rows : 0);
    let found = best;
    for (let feature = 0; feature < this.#data.features; feature++) {
      const record = feature * FEATURE_RECORD;
      const valueBins = table[record + VALUE_BINS] ?? 0;
      if (valueBins < 2 || table[record + IS_USED] !== 1 || table[record + IS_CATEGORICAL] === 1) continue;
      this.#crew.kernel.readCells(histogram + this.#offsetOf(feature), valueBins + 1, scratch);
      const cut = bestRandomCut({
        cells: this.#memory.float64(scratch, (valueBins + 1) * 2),
        bounds: this.#data.bounds[feature] ?? new Float32Array(),
        gradientScale: this.#gradientScale,
        hessianScale: this.#hessianScale,
        sums,
        fewest,
        gain: (gradient, hessian) =>
          leafGain(gradient, hessian, this.#params, this.#valueOf({ gradient, hessian }, FREE)),
        random,
      });
      if (cut && (!found || cut.gain > found.gain)) found = { feature, ...cut, categories: null };
    }
    return found;
  }

  /** Rows that learnt in a leaf. */
  #rowsOf(leaf: number): Uint32Array {
    const { size } = this.#crew;
    const plan = this.#planView();
    const segments = this.#memory.int32((plan[PLAN.segments] ?? 0) + leaf * size * 16, size * 4);
    const parts = Array.from({ length: size }, (_, member) => {
      const begin = segments[member * 4] ?? 0;
      return this.#memory.uint32((plan[PLAN.list] ?? 0) + begin * 4, (segments[member * 4 + 1] ?? 0) - begin);
    });
    const rows = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      rows.set(part, at);
      at += part.length;
    }
    return rows;
  }
}

/** Rows of the runs that a member is dealt. */
function ownRows(rows: number, member: number, size: number): number {
  let own = 0;
  for (let first = member * RUN_ROWS; first < rows; first += RUN_ROWS * size) own += Math.min(RUN_ROWS, rows - first);
  return own;
}
