import fc from 'fast-check';
import type { Tree, TreeEnsemble } from '../../electron/compute/trees/tree.ts';

const BELOW_ONE = 1 - 2 ** -24;

/** Floats on which comparisons go wrong: signed zeros, denormals, neighbours, the largest, infinities. */
export const AWKWARD_FLOATS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  BELOW_ONE,
  1.0000001192092896,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0.5,
  2,
  3,
  100,
].map(Math.fround);

export const floatArbitrary: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...AWKWARD_FLOATS) },
  { weight: 2, arbitrary: fc.float({ noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: -4, max: 4 }) },
);

/** What a random ensemble looks like. Feature `category`, if any, is split by sets of codes below `codes`. */
export interface EnsembleShape {
  readonly features: number;
  readonly classes: number;
  readonly trees: number;
  readonly depth: number;
  readonly category: number | null;
  readonly codes: number;
}

/** Random trees; `float` draws thresholds, `unit` numbers in [0, 1). Values are multiples of 1/1024 unless `isLeafNumbered`. */
export function randomEnsemble(
  shape: EnsembleShape,
  draw: { readonly float: () => number; readonly unit: () => number },
  isLeafNumbered = false,
): TreeEnsemble {
  const trees = Array.from({ length: shape.trees }, () => randomTree(shape, draw, isLeafNumbered));
  return { features: shape.features, classes: shape.classes, base: new Float64Array(shape.classes), trees };
}

function randomTree(
  shape: EnsembleShape,
  draw: { readonly float: () => number; readonly unit: () => number },
  isLeafNumbered: boolean,
): Tree {
  const nodes: {
    feature: number;
    threshold: number;
    set: Uint8Array | null;
    missing: number;
    left: number;
    right: number;
  }[] = [];
  const grow = (depth: number): number => {
    const node = { feature: -1, threshold: 0, set: null as Uint8Array | null, missing: 0, left: 0, right: 0 };
    const id = nodes.push(node) - 1;
    if (depth === 0 || draw.unit() < 0.1) return id;
    node.feature = Math.floor(draw.unit() * shape.features);
    if (node.feature === shape.category) {
      const share = draw.unit();
      node.set = Uint8Array.from({ length: shape.codes }, () => Number(draw.unit() < share));
    } else node.threshold = draw.float();
    node.missing = Number(draw.unit() < 0.5);
    node.left = grow(depth - 1);
    node.right = grow(depth - 1);
    return id;
  };
  grow(shape.depth);
  return {
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: Float32Array.from(nodes, ({ threshold }) => threshold),
    categories: nodes.map(({ set }) => set),
    missingLeft: Uint8Array.from(nodes, ({ missing }) => missing),
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    value: Float32Array.from(nodes, (_, id) => (isLeafNumbered ? id : Math.floor(draw.unit() * 2048) / 1024 - 1)),
    rows: new Float64Array(nodes.length),
    gain: new Float32Array(nodes.length),
  };
}

/** Numbers in [0, 1) that are the same at every run. */
export function seededUnit(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rows for an ensemble: thresholds of its own, awkward floats, missing values, other floats; codes and unknown ones. */
export function randomRows(
  ensemble: TreeEnsemble,
  shape: EnsembleShape,
  rows: number,
  unit: () => number,
): Float32Array {
  const own = ensemble.trees.flatMap(({ threshold }) => [...threshold]).filter((value) => !Number.isNaN(value));
  const values = new Float32Array(rows * shape.features);
  for (let i = 0; i < values.length; i++) {
    const kind = unit();
    if (kind < 0.12) values[i] = Number.NaN;
    else if (i % shape.features === shape.category) values[i] = Math.floor(unit() * (shape.codes + 3));
    else if (kind < 0.5) values[i] = own[Math.floor(unit() * own.length)] ?? 0;
    else if (kind < 0.8) values[i] = AWKWARD_FLOATS[Math.floor(unit() * AWKWARD_FLOATS.length)] ?? 0;
    else values[i] = (unit() - 0.5) * 8;
  }
  return values;
}
