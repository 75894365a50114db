import type { TreeFeature } from '../bin-features.ts';
import type { Tree, TreeEnsemble } from '../tree.ts';
import { averagePathLength } from './path-length.ts';

export interface IsolationParams {
  readonly trees: number;
  /** Rows each tree is grown on, drawn without replacement. */
  readonly sampleRows: number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/** Words beyond this code never lie in a set; they go right. */
const MOST_CODES = 254;
const LARGEST_FLOAT = 3.4028234663852886e38;

/**
 * Isolation forest (Liu, Ting and Zhou 2008): each tree cuts a sample of rows at random features and places until every row
 * stands alone, the rows of a node are alike, or the tree is ceil(log2(sample)) levels deep. A leaf's value is its share of
 * the mean path length (its depth, and what its rows would still take), so that the ensemble's sum is the mean. A missing
 * value goes to a side drawn for each cut; where missing is all that tells rows apart it is cut off by itself. Words are cut
 * by random sets, and words never seen go right. A feature of one value is never cut.
 */
export function growIsolation(features: readonly TreeFeature[], rows: number, params: IsolationParams): TreeEnsemble {
  const sampleRows = Math.min(rows, params.sampleRows);
  const most = Math.ceil(Math.log2(Math.max(2, sampleRows)));
  const trees = Array.from({ length: params.trees }, () => {
    const sample = drawDistinct(rows, sampleRows, params.random);
    return new IsolationTree(features, { ...params, most }).grow(sample);
  });
  return { features: features.length, classes: 1, base: new Float64Array(1), trees };
}

/** Row numbers without replacement, ascending (Floyd's algorithm: as many draws as rows wanted). */
function drawDistinct(rows: number, wanted: number, random: () => number): Uint32Array {
  const drawn = new Set<number>();
  for (let last = rows - wanted; last < rows; last++) {
    const row = Math.floor(random() * (last + 1));
    drawn.add(drawn.has(row) ? last : row);
  }
  return Uint32Array.from(drawn).sort();
}

interface Cut {
  readonly feature: number;
  readonly threshold: number;
  readonly categories: Uint8Array | null;
  readonly missingLeft: boolean;
}

interface Node {
  cut: Cut | null;
  left: number;
  right: number;
  readonly rows: number;
  value: number;
}

class IsolationTree {
  readonly #features: readonly TreeFeature[];
  readonly #params: IsolationParams & { readonly most: number };
  readonly #nodes: Node[] = [];
  /** Every feature once, in order but while a cut is drawn: to write it anew for each node is most of the work where there are many. */
  readonly #order: Uint32Array;

  constructor(features: readonly TreeFeature[], params: IsolationParams & { readonly most: number }) {
    this.#features = features;
    this.#params = params;
    this.#order = Uint32Array.from({ length: features.length }, (_, feature) => feature);
  }

  grow(sample: Uint32Array): Tree {
    this.#growNode(sample, 0);
    const nodes = this.#nodes;
    return {
      feature: Int32Array.from(nodes, ({ cut }) => cut?.feature ?? -1),
      threshold: Float32Array.from(nodes, ({ cut }) => cut?.threshold ?? 0),
      categories: nodes.map(({ cut }) => cut?.categories ?? null),
      missingLeft: Uint8Array.from(nodes, ({ cut }) => Number(cut?.missingLeft ?? false)),
      left: Int32Array.from(nodes, ({ left }) => left),
      right: Int32Array.from(nodes, ({ right }) => right),
      value: Float32Array.from(nodes, ({ value }) => value),
      rows: Float64Array.from(nodes, ({ rows }) => rows),
      gain: new Float32Array(nodes.length),
    };
  }

  #growNode(rows: Uint32Array, depth: number): number {
    const value = (depth + averagePathLength(rows.length)) / this.#params.trees;
    const node: Node = { cut: null, left: 0, right: 0, rows: rows.length, value };
    const id = this.#nodes.push(node) - 1;
    const cut = rows.length > 1 && depth < this.#params.most ? this.#draw(rows) : null;
    if (cut === null) return id;
    const { values } = this.#features[cut.feature] ?? { values: new Float32Array() };
    const goesLeft = (row: number): boolean => {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) return cut.missingLeft;
      return cut.categories ? cut.categories[value] === 1 : value <= cut.threshold;
    };
    node.cut = cut;
    node.left = this.#growNode(rows.filter(goesLeft), depth + 1);
    node.right = this.#growNode(
      rows.filter((row) => !goesLeft(row)),
      depth + 1,
    );
    return id;
  }

  /** A cut of a feature drawn among those whose values differ here; null when none does. */
  #draw(rows: Uint32Array): Cut | null {
    const { random } = this.#params;
    const order = this.#order;
    const drawn: { readonly at: number; readonly feature: number }[] = [];
    let cut: Cut | null = null;
    for (let left = order.length; left > 0 && cut === null; left--) {
      const at = Math.floor(random() * left);
      const feature = order[at] ?? 0;
      drawn.push({ at, feature });
      order[at] = order[left - 1] ?? 0;
      cut = this.#cutOf(feature, rows);
    }
    for (const { at, feature } of drawn.reverse()) order[at] = feature;
    return cut;
  }

  #cutOf(feature: number, rows: Uint32Array): Cut | null {
    const { values, isCategorical } = this.#features[feature] ?? { values: new Float32Array(), isCategorical: false };
    const { random } = this.#params;
    let [least, most, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (const row of rows) {
      const value = values[row] ?? Number.NaN;
      if (Number.isNaN(value)) missing += 1;
      else {
        if (value < least) least = value;
        if (value > most) most = value;
      }
    }
    if (missing === rows.length) return null;
    if (!(least < most)) {
      if (missing === 0) return null;
      const all = isCategorical ? setOf([least]) : null;
      return { feature, threshold: most, categories: all, missingLeft: false };
    }
    const missingLeft = random() < 0.5;
    if (isCategorical) return { feature, threshold: 0, categories: this.#drawSet(values, rows), missingLeft };
    const [low, high] = [Math.max(least, -LARGEST_FLOAT), Math.min(most, LARGEST_FLOAT)];
    const drawn = Math.fround(low + random() * (high - low));
    return { feature, threshold: drawn < most ? drawn : least, categories: null, missingLeft };
  }

  /** Some of the words that are here, but not all. */
  #drawSet(values: Float32Array, rows: Uint32Array): Uint8Array {
    const { random } = this.#params;
    const here = [...new Set(Array.from(rows, (row) => values[row] ?? Number.NaN))].filter(
      (code) => !Number.isNaN(code),
    );
    // A set holds codes that words have; one kept out on purpose and one in make both sides hold rows.
    const known = here.filter((code) => code < MOST_CODES);
    const inside = known[Math.floor(random() * known.length)] ?? 0;
    const others = here.filter((code) => code !== inside);
    const outside = others[Math.floor(random() * others.length)];
    return setOf(known.filter((code) => code === inside || (code !== outside && random() < 0.5)));
  }
}

function setOf(codes: readonly number[]): Uint8Array {
  const table = new Uint8Array(MOST_CODES + 1);
  for (const code of codes) table[code] = 1;
  return table;
}
