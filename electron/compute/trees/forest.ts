import { binFeatures, featureMatrix, type TreeFeature } from './bin-features.ts';
import { Crew } from './crew.ts';
import { drawFeatures, xorshift } from './draws.ts';
import { Grower } from './grower.ts';
import { SharedMemory } from './shared-memory.ts';
import { leafOf, type Tree, type TreeEnsemble } from './tree.ts';

export interface ForestParams {
  readonly trees: number;
  readonly leaves: number;
  readonly maxDepth: number;
  readonly minRows: number;
  /** Share of features drawn anew for each pair of leaves. */
  readonly featureShare: number;
  /** Cut each feature at random instead of at its best place, and grow on all rows instead of a bootstrap sample. */
  readonly isExtra: boolean;
  readonly seed: number;
  readonly threads: number;
}

export interface ForestData {
  readonly features: readonly TreeFeature[];
  /** The value to predict, 0 or 1, or a class number. */
  readonly targets: Float32Array;
  readonly weights: Float32Array | null;
  /** 1 for a value or two classes; otherwise each class has trees of its own. */
  readonly classes: number;
}

/** What was said of rows by trees that had not seen them: sums and counts, class after class for each followed row. */
export interface OutOfBag {
  readonly rows: number;
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Called after each round (a tree a class); answering false stops. */
export type AfterTrees = (round: number, outOfBag: OutOfBag) => boolean | Promise<boolean>;

/** Rows whose out-of-bag answers are followed. */
const FOLLOWED_ROWS = 20_000;

/**
 * Random forest (Breiman 2001) or extremely randomised trees (Geurts, Ernst and Wehenkel 2006) by histograms: each tree
 * grows best leaf first on a bootstrap sample, each pair of leaves looks at features of its own, a leaf answers its mean.
 * Values are divided by the number of trees, so that an ensemble's sum is the forest's mean. The same seed gives the same
 * trees whatever the number of threads.
 */
export async function fitForest(
  data: ForestData,
  params: ForestParams,
  afterTrees: AfterTrees = () => true,
): Promise<TreeEnsemble> {
  const memory = new SharedMemory();
  const rows = data.targets.length;
  const padded = Math.ceil(rows / 4) * 4;
  const { classes } = data;
  const crew = new Crew(memory, rows < 5000 ? 1 : params.threads);
  try {
    const binned = binFeatures(memory, crew, data.features, rows);
    const gradients = memory.allocate(padded * 8);
    const scores = memory.allocate(padded * 4);
    const random = xorshift(params.seed);
    const grower = new Grower(memory, crew, binned, {
      leaves: Math.max(2, Math.min(params.leaves, Math.floor(rows / params.minRows) + 1)),
      maxDepth: params.maxDepth,
      minRows: params.minRows,
      minHessian: 1e-9,
      l1: 0,
      l2: 0,
      minGain: 0,
      beforeSearch: () => drawFeatures(memory, binned, params.featureShare, random),
      ...(params.isExtra ? { randomCuts: random } : {}),
    });
    const followed = Math.min(rows, FOLLOWED_ROWS);
    const matrix = featureMatrix(data.features, followed);
    const outOfBag: OutOfBag = {
      rows: followed,
      sums: new Float64Array(followed * classes),
      counts: new Float64Array(followed),
    };
    const trees: Tree[] = [];
    for (let round = 0; round < params.trees; round++) {
      const copies = params.isExtra ? null : bootstrap(rows, random);
      const sample = copies === null ? null : drawn(copies);
      for (let k = 0; k < classes; k++) {
        const pairs = memory.float32(gradients, rows * 2);
        for (let row = 0; row < rows; row++) {
          const weight = (data.weights?.[row] ?? 1) * (copies?.[row] ?? 1);
          const target = data.targets[row] ?? 0;
          pairs[row * 2] = -weight * (classes > 1 ? Number(target === k) : target);
          pairs[row * 2 + 1] = weight;
        }
        const tree = grower.grow(gradients, scores, 1, sample);
        trees.push(tree);
        if (copies) followTree(tree, k, matrix, data.features.length, copies, outOfBag);
      }
      if (!(await afterTrees(round + 1, outOfBag))) break;
    }
    const share = classes / trees.length;
    return {
      features: data.features.length,
      classes,
      base: new Float64Array(classes),
      trees: trees.map((tree) => ({ ...tree, value: tree.value.map((value) => value * share) })),
    };
  } finally {
    await crew.close();
  }
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

/** Rows that were drawn at all, ascending. */
function drawn(copies: Uint16Array): Uint32Array {
  const rows: number[] = [];
  for (const [row, count] of copies.entries()) if (count > 0) rows.push(row);
  return Uint32Array.from(rows);
}

function followTree(
  tree: Tree,
  k: number,
  matrix: Float32Array,
  features: number,
  copies: Uint16Array,
  outOfBag: OutOfBag,
): void {
  const classes = outOfBag.sums.length / outOfBag.rows;
  for (let row = 0; row < outOfBag.rows; row++) {
    if ((copies[row] ?? 0) > 0) continue;
    const at = row * classes + k;
    outOfBag.sums[at] = (outOfBag.sums[at] ?? 0) + (tree.value[leafOf(tree, matrix, row * features)] ?? 0);
    if (k === 0) outOfBag.counts[row] = (outOfBag.counts[row] ?? 0) + 1;
  }
}
