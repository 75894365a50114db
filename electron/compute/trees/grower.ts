import { AppError } from '../../../shared/errors.ts';
import { FEATURE_RECORD, IS_USED, MONOTONE, VALUE_BINS } from './feature-table.ts';
import { integerScale } from './fixed-point.ts';
import type { BinnedRows, GrowOptions, GrowParams, Sums } from './grow-params.ts';
import { BUILD } from './grow-share.ts';
import type { Hands } from './hands.ts';
import { HistogramPool } from './histogram-pool.ts';
import { layPlan } from './lay-plan.ts';
import { leafValue } from './leaf-gain.ts';
import { LeafQueue } from './leaf-queue.ts';
import { ORDER } from './order.ts';
import { PLAN, PLAN_LENGTH, RESULT } from './plan.ts';
import type { SharedMemory } from './shared-memory.ts';
import { FREE, SplitSearch } from './split-search.ts';
import type { Tree } from './tree.ts';
import { type Split, TreeBuilder } from './tree-builder.ts';

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

/** Grows trees leaf by leaf, best gain first, on gradients in the shared memory. */
export class Grower {
  readonly #memory: SharedMemory;
  readonly #crew: Hands;
  readonly #data: BinnedRows;
  readonly #params: GrowParams;
  readonly #plan: number;
  readonly #pool: HistogramPool;
  readonly #search: SplitSearch;
  readonly #values: number;
  readonly #mask: number;

  constructor(memory: SharedMemory, crew: Hands, data: BinnedRows, params: GrowParams) {
    this.#memory = memory;
    this.#crew = crew;
    this.#data = data;
    this.#params = params;
    this.#values = memory.allocate(params.leaves * 8);
    this.#mask = memory.allocate(data.rows + 64);
    const { plan, cells } = layPlan(memory, data, params, crew.size);
    this.#plan = plan;
    this.#pool = new HistogramPool(memory, cells, { leaves: params.leaves, bytes: params.poolBytes ?? POOL_BYTES });
    this.#search = new SplitSearch(memory, crew, { data, params, plan });
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
        this.#pool.giveBack(leaf);
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
      this.#pool.giveBack(leaf);
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
    const histogram = isSearched ? this.#pool.take(null) : 0;
    this.#crew.run([ORDER.root, this.#plan, gradients, histogram, Number(isSearched)]);
    const scales = {
      gradient: integerScale(this.#largestOf(RESULT.largestGradient), this.#data.learnRows),
      hessian: integerScale(this.#largestOf(RESULT.largestHessian), this.#data.learnRows),
    };
    this.#search.scales = scales;
    const sums = {
      gradient: this.#sumOf(RESULT.gradient) / scales.gradient,
      hessian: this.#sumOf(RESULT.hessian) / scales.hessian,
      rows: this.#sumOf(RESULT.rows),
    };
    const split = isSearched ? this.#search.found(RESULT.first, histogram, sums, FREE) : null;
    const [low, high] = FREE;
    const node = builder.add(sums.rows);
    return this.#kept({ id: 0, node, depth: 0, low, high, ...sums, histogram, split, rank: split?.gain ?? 0 });
  }

  /** The leaf; its histogram is given back where its children could not use it. */
  #kept(leaf: Leaf): Leaf {
    if (this.#params.isDrawnOnly) this.#pool.giveBack(leaf);
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
    if (isDeepest) this.#pool.giveBack(leaf);
    else if (isBoth) leaf.histogram = this.#pool.take(queue);
    const built = isDeepest ? 0 : this.#pool.take(queue);
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
      const next = isDeepest
        ? null
        : this.#search.found(isFirst ? RESULT.first : RESULT.second, histogram, sums, bounds);
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
