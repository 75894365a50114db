import { binFeatures, featureMatrix, type TreeFeature } from './bin-features.ts';
import { Crew } from './crew.ts';
import { drawFeatures, drawRows, xorshift } from './draws.ts';
import { Grower, type GrowParams } from './grower.ts';
import { LOSS, ORDER } from './share.ts';
import { SharedMemory } from './shared-memory.ts';
import { leafOf, type Tree, type TreeEnsemble } from './tree.ts';

export interface BoostingParams extends GrowParams {
  readonly loss: keyof typeof LOSS;
  readonly rounds: number;
  readonly learningRate: number;
  /** Share of rows, and of features, drawn anew for each round. */
  readonly rowShare: number;
  readonly featureShare: number;
  readonly seed: number;
  readonly threads: number;
}

export const BOOSTING_DEFAULTS: BoostingParams = {
  loss: 'logistic',
  rounds: 100,
  learningRate: 0.1,
  leaves: 31,
  maxDepth: 0,
  minRows: 20,
  minHessian: 1e-3,
  l1: 0,
  l2: 0,
  minGain: 0,
  rowShare: 1,
  featureShare: 1,
  seed: 0,
  threads: 1,
};

export interface BoostingData {
  readonly features: readonly TreeFeature[];
  /** 0 or 1, a class number, or the value to predict. */
  readonly targets: Float32Array;
  readonly weights: Float32Array | null;
  /** Classes for the softmax loss; 1 otherwise. */
  readonly classes: number;
}

/** Called after each round with the trees so far and the base scores; answering false stops the training. */
export type AfterRound = (round: number, trees: readonly Tree[], base: Float64Array) => boolean | Promise<boolean>;

/**
 * Gradient boosting of histogram trees grown leaf by leaf (Friedman 2001; Ke et al. 2017 for the leaf-wise histogram form).
 * Binary targets use the logistic loss, classes the softmax, numbers the squared error. The same seed gives the same trees
 * whatever the number of threads.
 */
export async function fitBoosting(
  data: BoostingData,
  params: BoostingParams,
  afterRound: AfterRound = () => true,
): Promise<TreeEnsemble> {
  const memory = new SharedMemory();
  const rows = data.targets.length;
  const padded = Math.ceil(rows / 4) * 4;
  const classes = Math.max(1, data.classes);
  const crew = new Crew(memory, rows < 5000 ? 1 : params.threads);
  try {
    const binned = binFeatures(memory, crew, data.features, rows);
    const [targets, weights, scores, gradients] = [padded * 4, padded * 4, padded * 4 * classes, padded * 8].map(
      (bytes) => memory.allocate(bytes),
    ) as [number, number, number, number];
    memory.float32(targets, rows).set(data.targets);
    const weightView = memory.float32(weights, rows);
    if (data.weights) weightView.set(data.weights);
    else weightView.fill(1);
    const base = baseScores(data, params.loss, classes, weightView);
    for (let k = 0; k < classes; k++) memory.float32(scores + k * padded * 4, padded).fill(base[k] ?? 0);

    const grower = new Grower(memory, crew, binned, params);
    const random = xorshift(params.seed);
    const trees: Tree[] = [];
    const codes = params.rowShare < 1 ? featureMatrix(data.features, rows) : null;
    for (let round = 0; round < params.rounds; round++) {
      const sample = params.rowShare < 1 ? drawRows(rows, params.rowShare, random) : null;
      drawFeatures(memory, binned, params.featureShare, random);
      // All classes' gradients come from the scores before the round.
      const roundTrees: Tree[] = [];
      const roundScores = classes > 1 ? memory.float32(scores, padded * classes).slice() : null;
      for (let k = 0; k < classes; k++) {
        const after = roundScores && k > 0 ? memory.float32(scores, padded * classes).slice() : null;
        if (after && roundScores) memory.float32(scores, padded * classes).set(roundScores);
        crew.run([ORDER.gradients, LOSS[params.loss], scores, targets, weights, padded, gradients, classes, k]);
        if (after) memory.float32(scores, padded * classes).set(after);
        const tree = grower.grow(gradients, scores + k * padded * 4, params.learningRate, sample);
        if (sample && codes)
          addToUnsampled(tree, codes, data.features.length, sample, memory.float32(scores + k * padded * 4, rows));
        roundTrees.push(tree);
      }
      trees.push(...roundTrees);
      if (!(await afterRound(round + 1, trees, base))) break;
      if (roundTrees.every((tree) => tree.feature.length === 1)) break;
    }
    return { features: data.features.length, classes, base, trees };
  } finally {
    await crew.close();
  }
}

/** Log-odds of the positive share, log shares of classes, or the mean; weighted. */
function baseScores(
  { targets }: BoostingData,
  loss: keyof typeof LOSS,
  classes: number,
  weights: Float32Array,
): Float64Array {
  const sums = new Float64Array(Math.max(classes, 2));
  let total = 0;
  for (let i = 0; i < targets.length; i++) {
    const weight = weights[i] ?? 0;
    total += weight;
    const target = targets[i] ?? 0;
    if (loss === 'softmax') sums[target] = (sums[target] ?? 0) + weight;
    else sums[0] = (sums[0] ?? 0) + weight * target;
  }
  if (loss === 'softmax')
    return Float64Array.from({ length: classes }, (_, k) =>
      Math.fround(Math.log(Math.max((sums[k] ?? 0) / total, 1e-15))),
    );
  const mean = total > 0 ? (sums[0] ?? 0) / total : 0;
  if (loss === 'squared') return Float64Array.of(Math.fround(mean));
  const bounded = Math.min(Math.max(mean, 1e-15), 1 - 1e-15);
  return Float64Array.of(Math.fround(Math.log(bounded / (1 - bounded))));
}

/** Adds a tree's values to the scores of rows that were not in its sample. */
function addToUnsampled(
  tree: Tree,
  matrix: Float32Array,
  features: number,
  sample: Uint32Array,
  scores: Float32Array,
): void {
  let next = 0;
  for (let row = 0; row < scores.length; row++) {
    if (sample[next] === row) {
      next += 1;
      continue;
    }
    scores[row] = (scores[row] ?? 0) + (tree.value[leafOf(tree, matrix, row * features)] ?? 0);
  }
}
