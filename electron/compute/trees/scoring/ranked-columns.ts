import type { SharedMemory } from '../shared-memory.ts';
import type { Tree } from '../tree.ts';
import { BLOCK_ROWS, COLUMN_BYTES, COLUMN_KIND, NOT_WANTED } from './program-layout.ts';

/** A node as a comparison of ranks: left when the rank in a column is at most `bound`. */
export interface RankTest {
  readonly column: number;
  readonly bound: number;
}

/** Thresholds and codes that fit into a byte, and into 16 bits, beside the ranks of missing and unknown values. */
const MOST = { 1: 253, 2: 65_533 } as const;

const NO_CATEGORIES = new Uint8Array();

interface Feature {
  readonly thresholds: Set<number>;
  places: ReadonlyMap<number, number>;
  sorted: Float32Array;
  /** Categories have codes below this. */
  codes: number;
  high: number;
  low: number;
  code: number;
}

/** The columns of ranks that an ensemble's nodes compare, and what becomes of each node. */
export class RankedColumns {
  /** Bytes of a rank. */
  readonly lane: 1 | 2;
  readonly #features = new Map<number, Feature>();
  readonly #sets = new Map<string, { feature: Feature; table: Uint8Array; missingLeft: number; at: number }>();
  #columns = 0;

  /** Null where a feature has more thresholds or categories than 16 bits count. */
  static of(trees: Iterable<Tree>): RankedColumns | null {
    const features = new Map<number, Feature>();
    for (const tree of trees) collect(tree, features);
    let most = 0;
    for (const { thresholds, codes } of features.values()) most = Math.max(most, thresholds.size, codes);
    return most > MOST[2] ? null : new RankedColumns(features, most > MOST[1] ? 2 : 1);
  }

  private constructor(features: Map<number, Feature>, lane: 1 | 2) {
    this.lane = lane;
    this.#features = features;
    for (const feature of features.values()) {
      feature.sorted = Float32Array.from(feature.thresholds).sort();
      feature.places = new Map([...feature.sorted].map((threshold, place) => [threshold, place]));
    }
  }

  /** Ranks are kept less this, for comparisons of signed lanes are cheaper. */
  get #middle(): number {
    return this.lane === 1 ? 128 : 32_768;
  }

  /** Bytes of all columns for a block of rows. */
  get bytes(): number {
    return this.#columns * BLOCK_ROWS * this.lane;
  }

  /** The comparison that an inner node makes; columns it needs come to be. */
  testOf(tree: Tree, node: number): RankTest {
    const feature = this.#features.get(tree.feature[node] ?? 0);
    if (!feature) throw new RangeError('A node of another ensemble.');
    const missingLeft = tree.missingLeft[node] ?? 0;
    const threshold = (tree.threshold[node] ?? 0) + 0;
    const categories = tree.categories[node] ?? (Number.isNaN(threshold) ? NO_CATEGORIES : null);
    if (categories) return { column: this.#setColumn(feature, categories, missingLeft), bound: -this.#middle };
    const bound = (feature.places.get(threshold) ?? 0) - this.#middle;
    if (missingLeft === 1) {
      if (feature.low < 0) feature.low = this.#newColumn();
      return { column: feature.low, bound };
    }
    if (feature.high < 0) feature.high = this.#newColumn();
    return { column: feature.high, bound };
  }

  /** Writes what the kernel does to make the columns; answers where, and how many. Call when all nodes are known. */
  write(memory: SharedMemory): { at: number; count: number } {
    const records: number[][] = [];
    for (const [source, feature] of this.#features) {
      if (feature.high >= 0 || feature.low >= 0) {
        const { at, levels } = writeBounds(memory, feature.sorted);
        records.push([COLUMN_KIND.rank, source, at, levels, this.#place(feature.high), this.#place(feature.low)]);
      }
      if (feature.code >= 0)
        records.push([COLUMN_KIND.code, source, 0, feature.codes, this.#place(feature.code), NOT_WANTED]);
    }
    for (const { feature, table, missingLeft, at } of this.#sets.values())
      records.push(this.#setRecord(memory, feature, table, missingLeft, at));
    const start = memory.allocate(Math.max(1, records.length) * COLUMN_BYTES);
    memory.uint32(start, records.length * 6).set(records.flat());
    return { at: start, count: records.length };
  }

  #setRecord(memory: SharedMemory, feature: Feature, table: Uint8Array, missingLeft: number, at: number): number[] {
    const chunks = Math.ceil((feature.codes + 2) / 16);
    const bytes = chunks * 16 * this.lane;
    const start = memory.allocate(bytes);
    const answers = memory.bytes(start, bytes);
    const answer = (code: number, isLeft: boolean): void => {
      const at = code * this.lane;
      // The lowest and the highest number of the lane, the lower byte first.
      answers.fill(isLeft ? 0 : 255, at, at + this.lane);
      answers[at + this.lane - 1] = isLeft ? 0x80 : 0x7f;
    };
    for (let code = 0; code < chunks * 16; code++) answer(code, table[code] === 1);
    answer(feature.codes, false);
    answer(feature.codes + 1, missingLeft === 1);
    return [COLUMN_KIND.set, this.#place(feature.code), start, chunks, this.#place(at), NOT_WANTED];
  }

  #setColumn(feature: Feature, table: Uint8Array, missingLeft: number): number {
    if (feature.code < 0) feature.code = this.#newColumn();
    const key = `${feature.code}:${missingLeft}:${Buffer.from(table).toString('latin1')}`;
    let found = this.#sets.get(key);
    if (!found) {
      found = { feature, table, missingLeft, at: this.#newColumn() };
      this.#sets.set(key, found);
    }
    return found.at;
  }

  #newColumn(): number {
    return this.#columns++;
  }

  #place(column: number): number {
    return column < 0 ? NOT_WANTED : column * BLOCK_ROWS * this.lane;
  }
}

/** Bounds in levels of groups of 16, the coarsest first: each level holds the last bound of the groups below it. */
function writeBounds(memory: SharedMemory, bounds: Float32Array): { at: number; levels: number } {
  let levels = 1;
  while (16 ** levels < bounds.length + 1) levels++;
  const sizes = Array.from({ length: levels }, (_, level) => 16 ** (level + 1));
  const at = memory.allocate(sizes.reduce((sum, size) => sum + size, 0) * 4);
  let start = at;
  for (const size of sizes) {
    const step = 16 ** levels / size;
    const level = memory.float32(start, size).fill(Number.POSITIVE_INFINITY);
    for (let i = 0; (i + 1) * step - 1 < bounds.length; i++) level[i] = bounds[(i + 1) * step - 1] ?? 0;
    start += size * 4;
  }
  return { at, levels };
}

function collect(tree: Tree, features: Map<number, Feature>): void {
  for (const [node, index] of tree.feature.entries()) {
    if (index < 0) continue;
    let feature = features.get(index);
    if (!feature) {
      feature = {
        thresholds: new Set(),
        places: new Map(),
        sorted: new Float32Array(),
        codes: 0,
        high: -1,
        low: -1,
        code: -1,
      };
      features.set(index, feature);
    }
    const categories = tree.categories[node];
    const threshold = tree.threshold[node] ?? 0;
    if (categories) feature.codes = Math.max(feature.codes, categories.length);
    else if (!Number.isNaN(threshold)) feature.thresholds.add(threshold + 0);
  }
}
