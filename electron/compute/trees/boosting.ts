import { binFeatures, type TreeFeature } from './bin-features.ts';
import { Crew } from './crew.ts';
import { drawFeatures, drawRows, drawsOf } from './draws.ts';
import type { GrowParams } from './grow-params.ts';
import { Grower } from './grower.ts';
import { LOSS } from './loss-numbers.ts';
import { type BoostingLoss, baseScores, type LossShape, lossNumber, rowLoss, weightedQuantile } from './losses.ts';
import { ORDER } from './order.ts';
import { SharedMemory } from './shared-memory.ts';
import type { Tree, TreeEnsemble } from './tree.ts';

export interface BoostingParams extends GrowParams, LossShape {
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
  quantile: 0.5,
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
  /** Rows from this one on are scored with the others, but nothing is learnt from them; left out: all learn. */
  readonly learnRows?: number;
}

/** Everything a round starts from: with it, a resumed training is the unbroken one. */
export interface BoostingState {
  readonly round: number;
  readonly trees: readonly Tree[];
  /** Scores of all rows, class after class. */
  readonly scores: Float32Array;
}

/** How a training stands after a round. */
export interface BoostingProgress {
  readonly round: number;
  readonly trees: readonly Tree[];
  /** Mean weighted loss of rows [from, to), learnt from or not. */
  loss(from: number, to: number): number;
  /** A copy of what the next round starts from. */
  state(): BoostingState;
}

/** Called after each round; answering false stops the training. */
export type AfterRound = (progress: BoostingProgress) => boolean | Promise<boolean>;

/**
 * Gradient boosting of histogram trees grown leaf by leaf (Friedman 2001; Ke et al. 2017 for the leaf-wise histogram form).
 * Binary targets use the logistic loss, classes the softmax, numbers a loss of their choice. The same seed gives the same trees
 * whatever the number of threads, and when it goes on from a state of an earlier training. Throws OUT_OF_MEMORY, DIVERGED.
 */
export async function fitBoosting(
  data: BoostingData,
  params: BoostingParams,
  afterRound: AfterRound = () => true,
  start: BoostingState | null = null,
): Promise<TreeEnsemble> {
  const memory = new SharedMemory();
  const rows = data.targets.length;
  const learnRows = data.learnRows ?? rows;
  const padded = Math.ceil(rows / 4) * 4;
  const classes = Math.max(1, data.classes);
  const crew = new Crew(memory, rows < 5000 ? 1 : params.threads);
  try {
    const binned = binFeatures(memory, crew, data.features, rows, learnRows);
    const [targets, weights, gradients] = [padded * 4, padded * 4, padded * 8].map((bytes) =>
      memory.allocate(bytes),
    ) as [number, number, number];
    // One more copy: all classes' gradients come from the scores before the round.
    const scores = memory.allocate(padded * 4 * classes);
    const before = classes > 1 ? memory.allocate(padded * 4 * classes) : scores;
    memory.float32(targets, rows).set(data.targets);
    const weightView = memory.float32(weights, rows);
    if (data.weights) weightView.set(data.weights);
    else weightView.fill(1);
    const learnt = {
      targets: data.targets.subarray(0, learnRows),
      weights: data.weights?.subarray(0, learnRows) ?? null,
    };
    const base = baseScores(learnt, params, classes);
    const number = lossNumber(learnt, params);
    if (start) memory.float32(scores, padded * classes).set(start.scores);
    else for (let k = 0; k < classes; k++) memory.float32(scores + k * padded * 4, padded).fill(base[k] ?? 0);

    const grower = new Grower(memory, crew, binned, params);
    const trees: Tree[] = [...(start?.trees ?? [])];
    // A round without a split is the last one, for a training that goes on from it too.
    const isOver = start !== null && trees.slice(-classes).every(({ feature }) => feature.length === 1);
    for (let round = start?.round ?? 0; round < params.rounds && !isOver; round++) {
      // Numbers of its own for each round: a resumed training draws as the unbroken one.
      const random = drawsOf(params.seed, round);
      const sample = params.rowShare < 1 ? drawRows(learnRows, params.rowShare, random) : null;
      drawFeatures(memory, binned, params.featureShare, random);
      if (classes > 1) memory.float32(before, padded * classes).set(memory.float32(scores, padded * classes));
      let leaves = 0;
      for (let k = 0; k < classes; k++) {
        crew.run([
          ORDER.gradients,
          LOSS[params.loss],
          before,
          targets,
          weights,
          Math.ceil(learnRows / 4) * 4,
          gradients,
          classes,
          k,
          number,
          padded,
        ]);
        const own = scores + k * padded * 4;
        const tree = grower.grow(gradients, own, params.learningRate, {
          sample,
          ...(params.loss === 'quantile' ? { valueOfRows: quantileOf(memory, own, data, params.quantile) } : {}),
        });
        trees.push(tree);
        leaves += tree.feature.length;
      }
      const progress: BoostingProgress = {
        round: round + 1,
        trees,
        loss: (from, to) => {
          const view = memory.float32(scores, padded * classes);
          let [sum, total] = [0, 0];
          for (let row = from; row < to; row++) {
            const weight = data.weights?.[row] ?? 1;
            sum +=
              weight * rowLoss(params, data.targets[row] ?? 0, (k) => view[k * padded + row] ?? 0, classes, number);
            total += weight;
          }
          return sum / total;
        },
        state: () => ({
          round: round + 1,
          trees: [...trees],
          scores: memory.float32(scores, padded * classes).slice(),
        }),
      };
      if (!(await afterRound(progress))) break;
      if (leaves === classes) break;
    }
    return { features: data.features.length, classes, base, trees };
  } finally {
    await crew.close();
  }
}

/** A leaf's value under the quantile loss: that quantile of what is left of the targets, which gradients alone do not tell. */
function quantileOf(memory: SharedMemory, scores: number, data: BoostingData, quantile: number) {
  return (rows: Uint32Array): number => {
    const view = memory.float32(scores, data.targets.length);
    return weightedQuantile(
      {
        targets: Float32Array.from(rows, (row) => (data.targets[row] ?? 0) - (view[row] ?? 0)),
        weights: data.weights ? Float32Array.from(rows, (row) => data.weights?.[row] ?? 1) : null,
      },
      quantile,
    );
  };
}

export type { BoostingLoss };
