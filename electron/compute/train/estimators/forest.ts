import { z } from 'zod';
import { countText } from '../../../../shared/count-text.ts';
import { frameColumn } from '../../frame/frame.ts';
import { type ForestState, fitForest, type OutOfBag } from '../../trees/forest.ts';
import { inspectEnsemble } from '../../trees/inspect-ensemble.ts';
import { chooseEncodings, encode } from '../../trees/table.ts';
import { ensembleToOnnx } from '../../trees/to-onnx.ts';
import { Checkpoint } from '../checkpoint.ts';
import type { Estimator, FitContext, Fitted, TrainingData } from '../estimator.ts';
import { readParams } from '../read-params.ts';

const Params = z.object({
  trees: z.number().int().min(1).max(10_000).default(100),
  /** Left out: 512 for classes, where fewer spoil less; 4096 for numbers. */
  leaves: z.number().int().min(2).max(4096).optional(),
  maxDepth: z.number().int().min(0).max(64).default(0),
  /** Left out: 2 for classes, 1 for numbers. */
  minRows: z.number().int().min(1).optional(),
  /** Left out: half of the columns for classes; for numbers 0.7 of them, or all where cuts are random. */
  featureShare: z.number().gt(0).max(1).optional(),
  /** Left out: yes where cuts are at their best places, no where they are random. */
  bootstrap: z.boolean().optional(),
});
type Params = z.infer<typeof Params>;

async function fit(data: TrainingData, params: Params, context: FitContext, isExtra: boolean): Promise<Fitted> {
  const { task, train } = data;
  const encodings = chooseEncodings(
    train.features,
    data.columns.map((column) => column.name),
  );
  const features = encodings.map((encoding) => encode(frameColumn(train.features, encoding.column), encoding));
  const classes = task === 'multiclass' ? (data.classes?.length ?? 1) : 1;
  const minRows = params.minRows ?? (task === 'regression' ? 1 : 2);
  const featureShare = params.featureShare ?? (task !== 'regression' ? 0.5 : isExtra ? 1 : 0.7);
  const leaves = params.leaves ?? (task === 'regression' ? 4096 : 512);
  const isBootstrapped = params.bootstrap ?? !isExtra;
  const { weights } = train;
  const { trees: _, ...growing } = params;
  const names = data.columns.map(({ name }) => name);
  const checkpoint = new Checkpoint<ForestState>(context.folder, {
    ...growing,
    isExtra,
    isBootstrapped,
    seed: context.seed,
    names,
    rows: train.targets.length,
  });
  const start = await checkpoint.read();
  if (start) context.log(`resumed after ${countText(start.trees.length)} trees`);
  const startRound = (start?.trees.length ?? 0) / classes;
  const began = performance.now();
  let lastTold = 0;
  let rounds = startRound;
  let stoppedBecause = `${params.trees} trees`;
  const ensemble = await fitForest(
    {
      features,
      targets: Float32Array.from(train.targets),
      weights: weights ? Float32Array.from(weights) : null,
      classes,
    },
    { ...params, minRows, leaves, featureShare, isExtra, isBootstrapped, seed: context.seed, threads: context.threads },
    async (round, state) => {
      rounds = round;
      if (round === params.trees) await checkpoint.write(state);
      else await checkpoint.writeIfDue(() => state);
      const now = performance.now();
      if (now - lastTold > 200 || round === params.trees) {
        lastTold = now;
        const loss = isBootstrapped ? outOfBagLoss(state.outOfBag, data) : null;
        if (loss !== null) context.measure(round, { outOfBagLoss: loss });
        context.progress(round, params.trees, ((round - startRound) * train.targets.length) / ((now - began) / 1000));
        // Messages leave and cancels arrive only when the event loop turns.
        await new Promise((done) => setImmediate(done));
      }
      context.signal.throwIfAborted();
      if (context.shouldStop()) stoppedBecause = 'stopped by hand, best kept';
      else if (now - began > context.budgetMs) stoppedBecause = 'budget used up';
      else return true;
      return false;
    },
    start,
  );
  return {
    onnx: ensembleToOnnx(ensemble, encodings, data.classes, 'shares'),
    ...inspectEnsemble(ensemble, { encodings, classes: data.classes, answers: 'shares' }),
    rowsSeen: (rounds - startRound) * train.targets.length,
    stoppedBecause,
    params: { ...params, minRows, leaves, featureShare },
    refit: { ...params, minRows, leaves, featureShare, trees: rounds },
  };
}

/** Mean squared difference between answers and what trees said that had not seen the row; null before any was left out. */
function outOfBagLoss({ sums, counts }: OutOfBag, { train, task }: TrainingData): number | null {
  const rows = counts.length;
  const classes = sums.length / rows;
  let [loss, judged] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const count = counts[row] ?? 0;
    if (count === 0) continue;
    const target = train.targets[row] ?? 0;
    judged += 1;
    for (let k = 0; k < classes; k++)
      loss += ((sums[row * classes + k] ?? 0) / count - (task === 'multiclass' ? Number(target === k) : target)) ** 2;
  }
  return judged === 0 ? null : loss / judged;
}

const described = (bootstrap: boolean): Estimator['params'] => [
  {
    name: 'trees',
    label: 'Trees',
    type: 'integer',
    default: 100,
    description: 'Trees, or trees a class where there are more than two.',
  },
  {
    name: 'bootstrap',
    label: 'Rows drawn anew',
    type: 'boolean',
    default: bootstrap,
    description: 'Each tree learns from rows drawn with replacement; its loss on the others is followed.',
    isAdvanced: true,
  },
  {
    name: 'leaves',
    label: 'Leaves',
    type: 'integer',
    default: 512,
    description: 'Leaves a tree at most; 4,096 for numbers unless told.',
    search: { kind: 'integer', low: 32, high: 4096, isLog: true },
  },
  {
    name: 'maxDepth',
    label: 'Deepest',
    type: 'integer',
    default: 0,
    description: 'Levels a tree; 0 is no limit.',
    isAdvanced: true,
  },
  {
    name: 'minRows',
    label: 'Rows a leaf',
    type: 'integer',
    default: 2,
    description: 'Fewest rows in a leaf; 1 for numbers unless told.',
    search: { kind: 'integer', low: 1, high: 50, isLog: true },
  },
  {
    name: 'featureShare',
    label: 'Share of columns',
    type: 'number',
    default: 0.5,
    description: 'Columns drawn for each split; for numbers 0.7 of them unless told, or all where cuts are random.',
    search: { kind: 'float', low: 0.1, high: 1 },
  },
];

/** Random forest. */
export const forest: Estimator = {
  algorithm: 'forest',
  label: 'Random forest',
  description:
    'The mean of many deep trees, each on rows drawn anew; hard to spoil. The loss on rows a tree had not seen is followed.',
  tasks: ['binary', 'multiclass', 'regression'],
  rank: 4,
  lower: 'leaves or trees',
  isLeftOutOfAuto: true,
  params: described(true),
  async fit(data, given, context) {
    return fit(data, readParams('forest', Params, given), context, false);
  },
};

/** Extremely randomised trees. */
export const extraTrees: Estimator = {
  algorithm: 'extraTrees',
  label: 'Extra trees',
  description: 'As a random forest, but cut at random places and, unless told, on all rows: smoother, quicker to grow.',
  tasks: ['binary', 'multiclass', 'regression'],
  rank: 5,
  lower: 'leaves or trees',
  isLeftOutOfAuto: true,
  params: described(false),
  async fit(data, given, context) {
    return fit(data, readParams('extraTrees', Params, given), context, true);
  },
};
