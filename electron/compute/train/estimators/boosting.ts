import { z } from 'zod';
import { frameColumn } from '../../frame/frame.ts';
import type { TreeFeature } from '../../trees/bin-features.ts';
import { BOOSTING_DEFAULTS, fitBoosting } from '../../trees/boosting.ts';
import { inspectEnsemble } from '../../trees/inspect-ensemble.ts';
import { chooseEncodings, encode } from '../../trees/table.ts';
import { ensembleToOnnx } from '../../trees/to-onnx.ts';
import { leafOf, type Tree, type TreeEnsemble } from '../../trees/tree.ts';
import type { Estimator, FitContext, LabelledRows, TrainingData } from '../estimator.ts';
import { readParams } from '../read-params.ts';

const Params = z.object({
  rounds: z.number().int().min(1).max(10_000).optional(),
  learningRate: z.number().gt(0).max(1).default(0.05),
  leaves: z.number().int().min(2).max(4096).default(31),
  maxDepth: z.number().int().min(0).max(64).default(0),
  minRows: z.number().int().min(1).default(20),
  l1: z.number().min(0).default(0),
  l2: z.number().min(0).default(1),
  rowShare: z.number().gt(0).max(1).default(1),
  featureShare: z.number().gt(0).max(1).default(0.8),
  patience: z.number().int().min(1).default(50),
});
type Params = z.infer<typeof Params>;

/** Rows on which the training loss is followed; the exact one would cost a pass for a curve. */
const FOLLOWED_ROWS = 5000;
/** Without validation rows nothing can say when to stop: this many rounds, unless asked otherwise. */
const ROUNDS_WITHOUT_VALIDATION = 200;
const ROUNDS = 1000;
/** Gains smaller than this share of the first round's loss do not count: they would go on for hundreds of rounds. */
const LEAST_GAIN = 1e-4;

/** Rows as floats, feature after feature for each row, and the raw scores of the trees so far. */
class Followed {
  readonly targets: Float64Array;
  readonly #matrix: Float32Array;
  readonly #features: number;
  readonly #classes: number;
  readonly #weights: Float64Array | null;
  readonly #scores: Float64Array;
  #trees = 0;

  constructor(features: readonly TreeFeature[], rows: LabelledRows, most: number, classes: number) {
    const count = Math.min(most, rows.targets.length);
    this.targets = rows.targets.subarray(0, count);
    this.#weights = rows.weights?.subarray(0, count) ?? null;
    this.#features = features.length;
    this.#classes = classes;
    this.#matrix = new Float32Array(count * features.length);
    for (const [index, { values }] of features.entries()) {
      for (let row = 0; row < count; row++) this.#matrix[row * features.length + index] = values[row] ?? Number.NaN;
    }
    this.#scores = new Float64Array(count * classes);
  }

  /** Mean loss after the trees: log loss for classes, mean squared error for numbers. */
  loss(trees: readonly Tree[], base: Float64Array): number {
    const [rows, classes] = [this.targets.length, this.#classes];
    for (; this.#trees < trees.length; this.#trees++) {
      const tree = trees[this.#trees];
      if (!tree) break;
      const k = this.#trees % classes;
      for (let row = 0; row < rows; row++) {
        const at = row * classes + k;
        this.#scores[at] =
          (this.#scores[at] ?? 0) + (tree.value[leafOf(tree, this.#matrix, row * this.#features)] ?? 0);
      }
    }
    let [sum, total] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const weight = this.#weights?.[row] ?? 1;
      sum += weight * this.#rowLoss(row, base);
      total += weight;
    }
    return sum / total;
  }

  isRegression = false;

  #rowLoss(row: number, base: Float64Array): number {
    const classes = this.#classes;
    const target = this.targets[row] ?? 0;
    const score = (this.#scores[row * classes] ?? 0) + (base[0] ?? 0);
    if (this.isRegression) return (score - target) ** 2;
    if (classes === 1) return Math.log1p(Math.exp(-Math.abs(score))) + Math.max(target === 1 ? -score : score, 0);
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) top = Math.max(top, (this.#scores[row * classes + k] ?? 0) + (base[k] ?? 0));
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp((this.#scores[row * classes + k] ?? 0) + (base[k] ?? 0) - top);
    return Math.log(sum) + top - ((this.#scores[row * classes + target] ?? 0) + (base[target] ?? 0));
  }
}

async function fit(data: TrainingData, params: Params, context: FitContext) {
  const { task, train, validation } = data;
  const encodings = chooseEncodings(
    train.features,
    data.columns.map((column) => column.name),
  );
  const encodeAll = (rows: LabelledRows) =>
    encodings.map((encoding) => encode(frameColumn(rows.features, encoding.column), encoding));
  const features = encodeAll(train);
  const classes = task === 'multiclass' ? (data.classes?.length ?? 1) : 1;
  const hasValidation = validation.targets.length > 0;
  const followedTrain = new Followed(features, train, FOLLOWED_ROWS, classes);
  const followedValidation = new Followed(encodeAll(validation), validation, Number.POSITIVE_INFINITY, classes);
  followedTrain.isRegression = task === 'regression';
  followedValidation.isRegression = task === 'regression';
  const rounds = params.rounds ?? (hasValidation ? ROUNDS : ROUNDS_WITHOUT_VALIDATION);
  const began = performance.now();
  let best = { round: 0, loss: Number.POSITIVE_INFINITY };
  let firstLoss = 0;
  let lastTold = 0;
  let rowsSeen = 0;
  let stoppedBecause = `${rounds} rounds`;
  const ensemble = await fitBoosting(
    {
      features,
      targets: Float32Array.from(train.targets),
      weights: train.weights ? Float32Array.from(train.weights) : null,
      classes,
    },
    {
      ...BOOSTING_DEFAULTS,
      ...params,
      loss: task === 'regression' ? 'squared' : task === 'binary' ? 'logistic' : 'softmax',
      rounds,
      seed: context.seed,
      threads: context.threads,
    },
    async (round, trees, base) => {
      rowsSeen = round * train.targets.length;
      const validationLoss = hasValidation ? followedValidation.loss(trees, base) : Number.NaN;
      if (round === 1) firstLoss = validationLoss;
      if (validationLoss < best.loss - LEAST_GAIN * firstLoss) best = { round, loss: validationLoss };
      const now = performance.now();
      const isLast = round === rounds;
      if (now - lastTold > 200 || isLast) {
        lastTold = now;
        context.measure(round, {
          trainLoss: followedTrain.loss(trees, base),
          ...(hasValidation ? { validationLoss } : {}),
        });
        context.progress(round, rounds, rowsSeen / ((now - began) / 1000));
        // Messages leave and cancels arrive only when the event loop turns.
        await new Promise((done) => setImmediate(done));
      }
      context.signal.throwIfAborted();
      if (hasValidation && round - best.round >= params.patience)
        stoppedBecause = `no better for ${params.patience} rounds`;
      else if (context.shouldStop()) stoppedBecause = 'stopped by hand, best kept';
      else if (now - began > context.budgetMs) stoppedBecause = 'budget used up';
      else return true;
      return false;
    },
  );
  const kept: TreeEnsemble = hasValidation
    ? { ...ensemble, trees: ensemble.trees.slice(0, best.round * classes) }
    : ensemble;
  return {
    onnx: ensembleToOnnx(kept, encodings, data.classes),
    ...inspectEnsemble(kept, { encodings, classes: data.classes, answers: 'scores' }),
    rowsSeen,
    stoppedBecause: `${stoppedBecause}, ${kept.trees.length / classes} kept`,
    params: { ...params, rounds },
    refit: { ...params, rounds: Math.max(1, kept.trees.length / classes) },
  };
}

/** Gradient boosting of histogram trees. */
export const boosting: Estimator = {
  algorithm: 'boosting',
  label: 'Boosted trees',
  description:
    'Gradient boosting of histogram trees: strong on tables of numbers and words, needs no scaling, takes missing values as they are.',
  tasks: ['binary', 'multiclass', 'regression'],
  rank: 2,
  params: [
    {
      name: 'rounds',
      label: 'Most rounds',
      type: 'integer',
      default: ROUNDS,
      description: 'Trees a class; fewer when validation rows get no better.',
    },
    {
      name: 'learningRate',
      label: 'Learning rate',
      type: 'number',
      default: 0.05,
      description: 'How much each tree counts.',
    },
    { name: 'leaves', label: 'Leaves', type: 'integer', default: 31, description: 'Leaves a tree.' },
    {
      name: 'maxDepth',
      label: 'Deepest',
      type: 'integer',
      default: 0,
      description: 'Levels a tree; 0 is no limit.',
      isAdvanced: true,
    },
    { name: 'minRows', label: 'Rows a leaf', type: 'integer', default: 20, description: 'Fewest rows in a leaf.' },
    {
      name: 'l1',
      label: 'L1',
      type: 'number',
      default: 0,
      description: 'Pulls leaf values to zero.',
      isAdvanced: true,
    },
    { name: 'l2', label: 'L2', type: 'number', default: 1, description: 'Shrinks leaf values.', isAdvanced: true },
    {
      name: 'rowShare',
      label: 'Share of rows',
      type: 'number',
      default: 1,
      description: 'Rows drawn for each round.',
      isAdvanced: true,
    },
    {
      name: 'featureShare',
      label: 'Share of columns',
      type: 'number',
      default: 0.8,
      description: 'Columns drawn for each round.',
      isAdvanced: true,
    },
    {
      name: 'patience',
      label: 'Patience',
      type: 'integer',
      default: 50,
      description: 'Rounds without gain before it stops.',
      isAdvanced: true,
    },
  ],
  async fit(data, given, context) {
    return fit(data, readParams('boosting', Params, given), context);
  },
};
