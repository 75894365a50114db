import type { Tree } from './tree.ts';

/** How a node parts its rows. */
export interface Split {
  readonly feature: number;
  readonly gain: number;
  /** Bins up to this one go left; -1 for categories. */
  readonly bin: number;
  /** Sums of the rows that go left. */
  readonly gradient: number;
  readonly hessian: number;
  readonly missingLeft: boolean;
  /** A byte a code, 1 for those that go left; null for a numeric feature. */
  readonly categories: Uint8Array | null;
}

/** Collects the nodes of a tree while it grows. */
export class TreeBuilder {
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
    const size = leaves * 2 - 1;
    this.#feature = new Int32Array(size).fill(-1);
    this.#threshold = new Float32Array(size);
    this.#missingLeft = new Uint8Array(size);
    this.#left = new Int32Array(size).fill(-1);
    this.#right = new Int32Array(size).fill(-1);
    this.#value = new Float32Array(size);
    this.#rows = new Float64Array(size);
    this.#gain = new Float32Array(size);
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
    [leftRows, rightRows]: readonly [number, number],
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
