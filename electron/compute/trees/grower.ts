import type { Crew } from './crew.ts';
import { FEATURE_RECORD, HISTOGRAM_BYTES, ORDER, shareOf } from './share.ts';
import type { SharedMemory } from './shared-memory.ts';
import type { Tree } from './tree.ts';

export interface GrowParams {
  readonly leaves: number;
  /** 0: no limit. */
  readonly maxDepth: number;
  readonly minRows: number;
  readonly minHessian: number;
  readonly l1: number;
  readonly l2: number;
  readonly minGain: number;
  /** Called before the leaves of each new pair are searched: may draw other features. */
  readonly beforeSearch?: () => void;
  /** Numbers in [0, 1): when given, each feature is cut at a random place instead of the best one (extremely randomised trees). */
  readonly randomCuts?: () => number;
}

/** Binned training data in the shared memory. */
export interface BinnedRows {
  /** Row after row, `stride` bytes each, for histograms; and column after column, for parting rows. */
  readonly bins: number;
  readonly byColumn: number;
  readonly stride: number;
  readonly rows: number;
  readonly features: number;
  /** FEATURE_RECORD integers a feature: value bins, monotone sign, is used, is categorical. */
  readonly table: number;
  /** Upper bounds by feature; for a categorical feature empty. */
  readonly bounds: readonly Float32Array[];
}

interface Split {
  readonly feature: number;
  readonly gain: number;
  readonly bin: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly missingLeft: boolean;
  readonly categories: Uint8Array | null;
}

interface Leaf {
  readonly node: number;
  readonly begin: number;
  readonly end: number;
  readonly depth: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly histogram: number;
  readonly split: Split | null;
}

const MISSING_BIN = 255;
/** Rows a kernel gathers at a time. */
const GATHERED_ROWS = 1024;
/** Added to a category's hessian when categories are ordered, so that rare ones do not lead. */
const CATEGORY_SMOOTHING = 10;
/** Added to L2 for splits of categories, which have so many ways to fit noise. */
const CATEGORY_L2 = 10;

/** Grows trees leaf by leaf, best gain first, on gradients in the shared memory. */
export class Grower {
  readonly #memory: SharedMemory;
  readonly #crew: Crew;
  readonly #data: BinnedRows;
  readonly #params: GrowParams;
  readonly #indices: number;
  readonly #spare: number;
  readonly #goesLeft: number;
  readonly #scratch: number;
  readonly #sums: number;
  readonly #leafTable: number;
  readonly #pool: number[];
  readonly #gather: number;
  readonly #gatherBytes: number;

  constructor(memory: SharedMemory, crew: Crew, data: BinnedRows, params: GrowParams) {
    this.#memory = memory;
    this.#crew = crew;
    this.#data = data;
    this.#params = params;
    this.#indices = memory.allocate(data.rows * 4 + 64);
    this.#spare = memory.allocate(data.rows * 4 + 64);
    this.#goesLeft = memory.allocate(256);
    this.#scratch = memory.allocate(64 * crew.size);
    this.#sums = memory.allocate(16);
    this.#leafTable = memory.allocate(params.leaves * 24);
    this.#gatherBytes = GATHERED_ROWS * (data.stride + 64);
    this.#gather = memory.allocate(this.#gatherBytes * crew.size);
    this.#pool = Array.from({ length: params.leaves + 1 }, () => memory.allocate(data.features * HISTOGRAM_BYTES));
  }

  /** Grows one tree on the rows given (all when null) and adds its values times `rate` to the scores of those rows. */
  grow(gradients: number, scores: number, rate: number, sample: Uint32Array | null): Tree {
    const { rows } = this.#data;
    const indices = this.#memory.uint32(this.#indices, rows);
    const used = sample?.length ?? rows;
    if (sample) indices.set(sample);
    else for (let i = 0; i < rows; i++) indices[i] = i;
    this.#crew.kernel.sumGradients(gradients, this.#indices, 0, used, this.#sums);
    const [gradient = 0, hessian = 0] = this.#memory.float64(this.#sums, 2);

    const free = [...this.#pool];
    const builder = new TreeBuilder(this.#params.leaves);
    const take = (): number => free.pop() ?? 0;
    const rootHistogram = take();
    const rootSums = { gradient, hessian, rows: used };
    const [rootSplit] = this.#search(0, used, gradients, rootHistogram, 0, rootSums, rootSums);
    const root: Leaf = {
      node: builder.add(used),
      begin: 0,
      end: used,
      depth: 0,
      gradient,
      hessian,
      histogram: rootHistogram,
      split: rootSplit,
    };
    const leaves: Leaf[] = [root];
    while (leaves.length < this.#params.leaves) {
      let best = -1;
      for (let i = 0; i < leaves.length; i++) {
        const gain = leaves[i]?.split?.gain ?? -1;
        if (gain > 0 && gain > (best < 0 ? 0 : (leaves[best]?.split?.gain ?? 0))) best = i;
      }
      const leaf = best < 0 ? undefined : leaves[best];
      if (!leaf?.split) break;
      const [left, right] = this.#part(leaf, leaf.split, gradients, builder, take);
      leaves[best] = left;
      leaves.push(right);
    }
    const table = this.#memory.float64(this.#leafTable, leaves.length * 3);
    for (const [index, leaf] of leaves.entries()) {
      const value = Math.fround(this.#leafValue(leaf.gradient, leaf.hessian) * rate);
      builder.setValue(leaf.node, value);
      table[index * 3] = leaf.begin;
      table[index * 3 + 1] = leaf.end;
      table[index * 3 + 2] = value;
    }
    this.#crew.run([ORDER.scores, scores, this.#indices, this.#leafTable, leaves.length]);
    return builder.build();
  }

  /** Parts a leaf's rows by its split and searches both children. The smaller child's histograms are built, the other's derived. */
  #part(leaf: Leaf, split: Split, gradients: number, builder: TreeBuilder, take: () => number): [Leaf, Leaf] {
    const count = this.#partition(leaf, split);
    const middle = leaf.begin + count;
    const [leftSums, rightSums] = [
      { gradient: split.gradient, hessian: split.hessian, rows: count },
      { gradient: leaf.gradient - split.gradient, hessian: leaf.hessian - split.hessian, rows: leaf.end - middle },
    ];
    const isLeftSmaller = leftSums.rows <= rightSums.rows;
    const fresh = take();
    const isDeepest = this.#params.maxDepth > 0 && leaf.depth + 1 >= this.#params.maxDepth;
    const [small, large] = isDeepest
      ? [null, null]
      : isLeftSmaller
        ? this.#search(leaf.begin, middle, gradients, fresh, leaf.histogram, leftSums, rightSums)
        : this.#search(middle, leaf.end, gradients, fresh, leaf.histogram, rightSums, leftSums);
    const nodes = builder.split(leaf.node, split, this.#data.bounds, leftSums.rows, rightSums.rows);
    const depth = leaf.depth + 1;
    return [
      {
        node: nodes.left,
        begin: leaf.begin,
        end: middle,
        depth,
        ...leftSums,
        histogram: isLeftSmaller ? fresh : leaf.histogram,
        split: isLeftSmaller ? small : large,
      },
      {
        node: nodes.right,
        begin: middle,
        end: leaf.end,
        depth,
        ...rightSums,
        histogram: isLeftSmaller ? leaf.histogram : fresh,
        split: isLeftSmaller ? large : small,
      },
    ];
  }

  #partition(leaf: Leaf, split: Split): number {
    const { byColumn, rows } = this.#data;
    const table = this.#memory.bytes(this.#goesLeft, 256);
    for (let bin = 0; bin < 255; bin++)
      table[bin] = split.categories ? (split.categories[bin] ?? 0) : Number(bin <= split.bin);
    table[MISSING_BIN] = Number(split.missingLeft);
    const total = leaf.end - leaf.begin;
    this.#crew.run([
      ORDER.partition,
      byColumn + split.feature * rows,
      this.#goesLeft,
      this.#indices,
      leaf.begin,
      leaf.end,
      this.#spare,
    ]);
    const blocks = Array.from({ length: this.#crew.size }, (_, member) => {
      const [from, to] = shareOf(total, member, this.#crew.size);
      const left = this.#crew.result(member)[0] ?? 0;
      return { from, left, right: to - from - left };
    });
    const start = this.#indices + leaf.begin * 4;
    let count = 0;
    for (const block of blocks) {
      if (block.from !== count) this.#crew.kernel.copyRows(start + block.from * 4, start + count * 4, block.left);
      count += block.left;
    }
    let next = count;
    for (const block of blocks) {
      this.#crew.kernel.copyRows(this.#spare + block.from * 4, start + next * 4, block.right);
      next += block.right;
    }
    return count;
  }

  #search(
    begin: number,
    end: number,
    gradients: number,
    histogram: number,
    parent: number,
    small: { gradient: number; hessian: number; rows: number },
    large: { gradient: number; hessian: number; rows: number },
  ): [Split | null, Split | null] {
    const { bins, stride, table, features } = this.#data;
    const { minRows, minHessian, l1, l2 } = this.#params;
    this.#params.beforeSearch?.();
    this.#crew.run([
      ORDER.histogram,
      bins,
      stride,
      this.#indices,
      begin,
      end,
      gradients,
      histogram,
      table,
      minRows,
      minHessian,
      l1,
      l2,
      this.#scratch,
      features,
      parent,
      small.gradient,
      small.hessian,
      small.rows,
      large.gradient,
      large.hessian,
      large.rows,
      this.#gather,
      this.#gatherBytes,
    ]);
    return [this.#best(0, histogram, small), parent === 0 ? null : this.#best(6, parent, large)];
  }

  /** The best of what the members found, ties to the lowest feature, and of the categorical features. */
  #best(slot: number, histogram: number, sums: { gradient: number; hessian: number; rows: number }): Split | null {
    let best: Split | null = this.#params.randomCuts ? this.#randomCut(histogram, sums, this.#params.randomCuts) : null;
    for (let member = 0; member < this.#crew.size && !this.#params.randomCuts; member++) {
      const result = this.#crew.result(member);
      const feature = result[slot] ?? -1;
      const gain = result[slot + 1] ?? 0;
      if (feature < 0 || (best && gain <= best.gain)) continue;
      best = {
        feature,
        gain,
        bin: result[slot + 2] ?? 0,
        gradient: result[slot + 3] ?? 0,
        hessian: result[slot + 4] ?? 0,
        missingLeft: result[slot + 5] === 1,
        categories: null,
      };
    }
    const table = this.#memory.int32(this.#data.table, this.#data.features * FEATURE_RECORD);
    for (let feature = 0; feature < this.#data.features; feature++) {
      if (table[feature * FEATURE_RECORD + 3] !== 1 || table[feature * FEATURE_RECORD + 2] === 0) continue;
      const split = this.#bestCategories(histogram, feature, sums);
      if (split && (!best || split.gain > best.gain)) best = split;
    }
    if (!best) return null;
    const gain = best.gain - this.#gain(sums.gradient, sums.hessian);
    // Missing rows of a feature that had none in this leaf follow the heavier side.
    const hasMissing =
      (this.#memory.float64(histogram + best.feature * HISTOGRAM_BYTES + MISSING_BIN * 16, 2)[1] ?? 0) > 1e-9;
    const missingLeft = hasMissing ? best.missingLeft : best.hessian >= sums.hessian / 2;
    return gain > Math.max(this.#params.minGain, 1e-12) ? { ...best, gain, missingLeft } : null;
  }

  /** The best of one random cut a number (Geurts, Ernst and Wehenkel 2006); missing goes to the side where it gains more. */
  #randomCut(
    histogram: number,
    sums: { gradient: number; hessian: number; rows: number },
    random: () => number,
  ): Split | null {
    const table = this.#memory.int32(this.#data.table, this.#data.features * FEATURE_RECORD);
    const rowsPerHessian = sums.hessian > 0 ? sums.rows / sums.hessian : 0;
    const { minRows, minHessian } = this.#params;
    let best: Split | null = null;
    for (let feature = 0; feature < this.#data.features; feature++) {
      const bins = table[feature * FEATURE_RECORD] ?? 0;
      if (bins < 2 || table[feature * FEATURE_RECORD + 2] === 0) continue;
      const cells = this.#memory.float64(histogram + feature * HISTOGRAM_BYTES, 512);
      const bounds = this.#data.bounds[feature] ?? new Float32Array();
      let [lowest, highest] = [0, bins - 1];
      while (lowest < bins && (cells[lowest * 2 + 1] ?? 0) <= 1e-9) lowest += 1;
      while (highest > lowest && (cells[highest * 2 + 1] ?? 0) <= 1e-9) highest -= 1;
      if (highest <= lowest) continue;
      const [from, to] = [bounds[lowest] ?? 0, bounds[highest - 1] ?? 0];
      const cut = from + random() * (to - from);
      let bin = lowest;
      while (bin + 1 < highest && (bounds[bin + 1] ?? 0) <= cut) bin += 1;
      let [gradient, hessian] = [0, 0];
      for (let at = lowest; at <= bin; at++) {
        gradient += cells[at * 2] ?? 0;
        hessian += cells[at * 2 + 1] ?? 0;
      }
      const [missingGradient, missingHessian] = [cells[MISSING_BIN * 2] ?? 0, cells[MISSING_BIN * 2 + 1] ?? 0];
      for (const missingLeft of missingHessian > 1e-9 ? [false, true] : [false]) {
        const left = {
          gradient: gradient + (missingLeft ? missingGradient : 0),
          hessian: hessian + (missingLeft ? missingHessian : 0),
        };
        const rest = sums.hessian - left.hessian;
        const fewest = Math.min(left.hessian, rest);
        if (fewest * rowsPerHessian < minRows || fewest < minHessian) continue;
        const gain = this.#gain(left.gradient, left.hessian) + this.#gain(sums.gradient - left.gradient, rest);
        if (!best || gain > best.gain) best = { feature, gain, bin, ...left, missingLeft, categories: null };
      }
    }
    return best;
  }

  /** Categories ordered by gradient over hessian, then the best prefix of that order (Fisher 1958). Missing stays right. */
  #bestCategories(
    histogram: number,
    feature: number,
    sums: { gradient: number; hessian: number; rows: number },
  ): Split | null {
    const cells = this.#memory.float64(histogram + feature * HISTOGRAM_BYTES, 512);
    const rowsPerHessian = sums.hessian > 0 ? sums.rows / sums.hessian : 0;
    const present: number[] = [];
    for (let code = 0; code < 255; code++) if ((cells[code * 2 + 1] ?? 0) > 1e-9) present.push(code);
    const key = (code: number) => (cells[code * 2] ?? 0) / ((cells[code * 2 + 1] ?? 0) + CATEGORY_SMOOTHING);
    present.sort((a, b) => key(a) - key(b) || a - b);
    const { minRows, minHessian } = this.#params;
    let best: { gain: number; upTo: number; gradient: number; hessian: number } | null = null;
    let [gradient, hessian] = [0, 0];
    for (let i = 0; i + 1 <= present.length; i++) {
      const code = present[i] ?? 0;
      gradient += cells[code * 2] ?? 0;
      hessian += cells[code * 2 + 1] ?? 0;
      const rest = sums.hessian - hessian;
      if (hessian * rowsPerHessian < minRows || hessian < minHessian) continue;
      if (rest * rowsPerHessian < minRows || rest < minHessian) break;
      const gain = this.#gain(gradient, hessian, CATEGORY_L2) + this.#gain(sums.gradient - gradient, rest, CATEGORY_L2);
      if (!best || gain > best.gain) best = { gain, upTo: i, gradient, hessian };
    }
    if (!best) return null;
    const categories = new Uint8Array(256);
    for (let i = 0; i <= best.upTo; i++) categories[present[i] ?? 0] = 1;
    return {
      feature,
      gain: best.gain,
      bin: -1,
      gradient: best.gradient,
      hessian: best.hessian,
      missingLeft: false,
      categories,
    };
  }

  #shrunk(gradient: number): number {
    const { l1 } = this.#params;
    return gradient > l1 ? gradient - l1 : gradient < -l1 ? gradient + l1 : 0;
  }
  #gain(gradient: number, hessian: number, extraL2 = 0): number {
    return this.#shrunk(gradient) ** 2 / (hessian + this.#params.l2 + extraL2);
  }
  #leafValue(gradient: number, hessian: number): number {
    const weight = hessian + this.#params.l2;
    return weight > 0 ? -this.#shrunk(gradient) / weight : 0;
  }
}

/** Collects the nodes of a tree while it grows. */
class TreeBuilder {
  readonly #size: number;
  readonly #feature: Int32Array;
  readonly #threshold: Float32Array;
  readonly #categories: (Uint8Array | null)[] = [];
  readonly #missingLeft: Uint8Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #value: Float32Array;
  readonly #rows: Float64Array;
  readonly #gain: Float32Array;
  #nodes = 0;

  constructor(leaves: number) {
    this.#size = leaves * 2 - 1;
    this.#feature = new Int32Array(this.#size).fill(-1);
    this.#threshold = new Float32Array(this.#size);
    this.#missingLeft = new Uint8Array(this.#size);
    this.#left = new Int32Array(this.#size).fill(-1);
    this.#right = new Int32Array(this.#size).fill(-1);
    this.#value = new Float32Array(this.#size);
    this.#rows = new Float64Array(this.#size);
    this.#gain = new Float32Array(this.#size);
  }

  add(rows: number): number {
    const node = this.#nodes++;
    this.#categories.push(null);
    this.#rows[node] = rows;
    return node;
  }

  split(
    node: number,
    split: Split,
    bounds: readonly Float32Array[],
    leftRows: number,
    rightRows: number,
  ): { left: number; right: number } {
    const left = this.add(leftRows);
    const right = this.add(rightRows);
    this.#feature[node] = split.feature;
    // A split after the last value bin parts missing rows from all others.
    this.#threshold[node] = bounds[split.feature]?.[split.bin] ?? Number.POSITIVE_INFINITY;
    this.#categories[node] = split.categories;
    this.#missingLeft[node] = Number(split.missingLeft);
    this.#left[node] = left;
    this.#right[node] = right;
    this.#gain[node] = split.gain;
    return { left, right };
  }

  setValue(node: number, value: number): void {
    this.#value[node] = value;
  }

  build(): Tree {
    const n = this.#nodes;
    return {
      feature: this.#feature.slice(0, n),
      threshold: this.#threshold.slice(0, n),
      categories: this.#categories,
      missingLeft: this.#missingLeft.slice(0, n),
      left: this.#left.slice(0, n),
      right: this.#right.slice(0, n),
      value: this.#value.slice(0, n),
      rows: this.#rows.slice(0, n),
      gain: this.#gain.slice(0, n),
    };
  }
}
