import { z } from 'zod';
import { requireMemory } from '../../../../shared/memory-need.ts';
import { type DenseRows, denseRows, learnTargetScale, NO_SCALE, rawColumnModel } from '../dense-data.ts';
import { DESIGN_DEFAULTS, learnEncoding } from '../design/design-encoding.ts';
import { SCALINGS } from '../design/number-scale.ts';
import { codeCount } from '../design/word-codes.ts';
import type { Estimator, FitContext, Fitted, TrainingData } from '../estimator.ts';
import { HEAD_NAMES, headOf } from '../heads.ts';
import { NetworkTraining, TRAINING_ENGINES } from '../network-training.ts';
import { OPTIMISERS } from '../optimisers/optimisers.ts';
import { TRAINING_SCHEDULES } from '../optimisers/training-schedules.ts';
import { readParams, wholeNumbers } from '../read-params.ts';
import { seededRandom } from '../seeded-random.ts';
import type { TrainingRows } from '../step-engine.ts';
import { stepThreads, type TabularForm, tabularGraph, tabularStart } from '../tabular-network.ts';

const EPOCHS = 200;
/** Without validation rows nothing can say when to stop. */
const EPOCHS_WITHOUT_VALIDATION = 30;
/** An epoch has about this many steps where there are few rows ... */
const STEPS_AN_EPOCH = 64;
/** ... and steps of this many rows where there are enough. */
const [FEWEST_ROWS, MOST_ROWS] = [32, 256];
/** Columns of more words than this are embedded. */
const EMBED_ABOVE = 64;
/** A matrix of more bytes than this goes without steps. */
const MOST_BYTES_WITH_STEPS = 2 ** 30;

const LOWER = 'steps, batchRows or the units of hidden layers';

const OPTIMISER_NAMES = OPTIMISERS.map(({ name }) => name);
const SCHEDULE_NAMES = TRAINING_SCHEDULES.map(({ name }) => name);

const Params = z.object({
  hidden: wholeNumbers({ least: 0, most: 8, largest: 4096 }).default([128, 64]),
  optimiser: z.enum(OPTIMISER_NAMES).default('adamw'),
  momentum: z.number().min(0).lt(1).default(0),
  nesterov: z.boolean().default(false),
  learningRate: z.number().gt(0).max(1).default(1e-3),
  schedule: z.enum(SCHEDULE_NAMES).default('constant'),
  clipNorm: z.number().gt(0).nullable().default(null),
  clipValue: z.number().gt(0).nullable().default(null),
  batchRows: z.number().int().min(1).max(65_536).optional(),
  epochs: z.number().int().min(1).max(10_000).optional(),
  patience: z.number().int().min(1).default(10),
  weightDecay: z.number().min(0).default(1e-3),
  steps: z.number().int().min(0).max(254).default(16),
  scaling: z.enum(SCALINGS).default('standard'),
  textBuckets: z.number().int().min(0).max(65_536).default(DESIGN_DEFAULTS.textBuckets),
  embedAbove: z.number().int().min(0).default(EMBED_ABOVE),
  isResidual: z.boolean().default(false),
  loss: z.enum(HEAD_NAMES).default('auto'),
  quantile: z.number().gt(0).lt(1).default(0.5),
  delta: z.number().gt(0).default(1),
  engine: z.enum(TRAINING_ENGINES).default('onnx'),
});
type Params = z.infer<typeof Params>;

async function fit(data: TrainingData, params: Params, context: FitContext): Promise<Fitted> {
  const { task, train, validation } = data;
  const rows = train.targets.length;
  const stepped = learnEncoding(train.features, data.columns, params);
  const encoding =
    rows * stepped.width * 4 > MOST_BYTES_WITH_STEPS
      ? learnEncoding(train.features, data.columns, { ...params, steps: 0 })
      : stepped;
  const outputs = task === 'multiclass' || task === 'multilabel' ? (data.classes?.length ?? 1) : 1;
  const head = headOf(params.loss, task, train.targets);
  const form: TabularForm = {
    width: encoding.width,
    codes: encoding.embedded.map(codeCount),
    hidden: params.hidden,
    isResidual: params.isResidual,
    outputs,
  };
  const graph = tabularGraph(form);
  const scale = head.isLogOfRate ? NO_SCALE : learnTargetScale(task, train.targets);
  const epochs = params.epochs ?? (validation.targets.length > 0 ? EPOCHS : EPOCHS_WITHOUT_VALIDATION);
  const batchRows =
    params.batchRows ?? Math.min(Math.max(2 ** Math.floor(Math.log2(rows / STEPS_AN_EPOCH)), FEWEST_ROWS), MOST_ROWS);
  requireMemory(
    { rows: rows + validation.targets.length, columns: encoding.width + outputs + 1, bytesEach: 4, lower: LOWER },
    'The matrix of the network',
    process.availableMemory(),
  );
  const rowsOf = (part: typeof train): TrainingRows =>
    trainingRows(denseRows(part, task, encoding, outputs, scale), part.weights !== null);
  const training = new NetworkTraining(
    {
      ...params,
      network: graph,
      loss: head.loss,
      lossParams: { quantile: params.quantile, delta: params.delta },
      start: tabularStart(form, seededRandom(context.seed)),
      optimiserParams: { momentum: params.momentum, nesterov: params.nesterov },
      epochs,
      batchRows,
      stepThreads: stepThreads(form, Math.min(batchRows, rows), context.threads),
    },
    context,
  );
  const { parameters, epoch, rowsSeen, stoppedBecause, provider, engine } = await training.run(
    rowsOf(train),
    rowsOf(validation),
  );
  return {
    onnx: rawColumnModel({
      task,
      classes: data.classes,
      encoding,
      scale,
      isLogOfRate: head.isLogOfRate,
      network: graph,
      parameters,
    }),
    rowsSeen,
    stoppedBecause,
    params: { ...params, epochs, batchRows },
    refit: { ...params, epochs: epoch, batchRows },
    provider,
    ...(params.engine === 'onnx' ? {} : { engine }),
  };
}

const trainingRows = ({ rows, X, C, Y, S }: DenseRows, isWeighted: boolean): TrainingRows => ({
  rows,
  inputs: [...((X.dims[1] ?? 0) > 0 ? [X] : []), ...(C === null ? [] : [C])],
  answers: Y,
  weights: isWeighted ? S : null,
});

/** A dense network, trained by ONNX Runtime itself: gradients, Adam and batches are nodes, an epoch is one call. */
export const network: Estimator = {
  algorithm: 'network',
  label: 'Neural network',
  description:
    'Rectified layers on standardised numbers and one-hot words, trained with Adam; keeps the running mean of its weights and stops when validation rows get no better.',
  tasks: ['binary', 'multiclass', 'regression', 'multilabel'],
  rank: 3,
  lower: LOWER,
  isProviderChosen: true,
  params: [
    {
      name: 'hidden',
      label: 'Hidden layers',
      type: 'integers',
      default: [128, 64],
      description: 'Units of each hidden layer.',
      search: { kind: 'choice', options: [[128, 64], [64], [256, 128], [128, 64, 32]] },
    },
    {
      name: 'learningRate',
      label: 'Learning rate',
      type: 'number',
      default: 0.001,
      description: "The optimiser's step.",
      search: { kind: 'float', low: 1e-4, high: 1e-2, isLog: true },
    },
    {
      name: 'optimiser',
      label: 'Optimiser',
      type: 'text',
      choices: [...OPTIMISER_NAMES],
      default: 'adamw',
      description: 'How a gradient becomes a step.',
      isAdvanced: true,
    },
    {
      name: 'momentum',
      label: 'Momentum',
      type: 'number',
      default: 0,
      description: 'For sgd and rmsprop: how much of the last step goes on.',
      isAdvanced: true,
    },
    {
      name: 'schedule',
      label: 'Schedule',
      type: 'text',
      choices: [...SCHEDULE_NAMES],
      default: 'constant',
      description: 'How the learning rate changes over the steps.',
      isAdvanced: true,
    },
    {
      name: 'nesterov',
      label: 'Nesterov',
      type: 'boolean',
      default: false,
      description: 'For sgd with momentum: the gradient is taken where the momentum leads.',
      isAdvanced: true,
    },
    {
      name: 'clipNorm',
      label: 'Longest gradient',
      type: 'number',
      default: null,
      description: 'Gradients longer than this together are shortened; empty for no bound.',
      isAdvanced: true,
    },
    {
      name: 'clipValue',
      label: 'Largest gradient',
      type: 'number',
      default: null,
      description: 'Parts of gradients larger than this are cut; empty for no bound.',
      isAdvanced: true,
    },
    {
      name: 'engine',
      label: 'Engine',
      type: 'text',
      choices: [...TRAINING_ENGINES],
      default: 'onnx',
      description:
        'The library that takes the steps: ONNX Runtime, or TensorFlow.js (slower; its result is the same kind of model).',
      isAdvanced: true,
    },
    {
      name: 'batchRows',
      label: 'Batch',
      type: 'integer',
      default: MOST_ROWS,
      description: 'Rows a step.',
      isAdvanced: true,
    },
    {
      name: 'epochs',
      label: 'Most epochs',
      type: 'integer',
      default: EPOCHS,
      description: 'Passes over the rows at most.',
    },
    {
      name: 'patience',
      label: 'Patience',
      type: 'integer',
      default: 10,
      description: 'Epochs without gain before it stops.',
    },
    {
      name: 'weightDecay',
      label: 'Weight decay',
      type: 'number',
      default: 0.001,
      description: 'Pulls weights to zero, apart from the gradient.',
      search: { kind: 'float', low: 1e-5, high: 0.1, isLog: true },
      isAdvanced: true,
    },
    {
      name: 'steps',
      label: 'Steps a number',
      type: 'integer',
      default: 16,
      description: 'Skewed numbers and codes also enter as this many steps; 0 is none.',
      isAdvanced: true,
    },
    {
      name: 'scaling',
      label: 'Scaling',
      type: 'text',
      choices: [...SCALINGS],
      default: 'standard',
      description: 'Numbers by mean and deviation, by median and quartiles, or by their rank.',
      isAdvanced: true,
    },
    {
      name: 'textBuckets',
      label: 'Buckets of text',
      type: 'integer',
      default: DESIGN_DEFAULTS.textBuckets,
      description: 'Columns that runs of words in prose are hashed into; 0 takes each text as one word.',
      isAdvanced: true,
    },
    {
      name: 'embedAbove',
      label: 'Embed above',
      type: 'integer',
      default: EMBED_ABOVE,
      description: 'A column of more words than this is learnt as a few numbers a word; others have a column a word.',
      isAdvanced: true,
    },
    {
      name: 'isResidual',
      label: 'Residual',
      type: 'boolean',
      default: false,
      description: 'A hidden layer as wide as the one before adds what it was given: for deep networks.',
      isAdvanced: true,
    },
    {
      name: 'loss',
      label: 'Loss',
      type: 'text',
      choices: [...HEAD_NAMES],
      default: 'auto',
      description:
        'What is made small for a number: squared error unless told; absolute, huber, quantile, or poisson for counts.',
      isAdvanced: true,
    },
    {
      name: 'quantile',
      label: 'Quantile',
      type: 'number',
      default: 0.5,
      description: 'For the quantile loss: the share of answers that lie below the prediction.',
      isAdvanced: true,
    },
    {
      name: 'delta',
      label: 'Delta',
      type: 'number',
      default: 1,
      description: "For Huber's loss: from how many standard deviations an error counts straight.",
      isAdvanced: true,
    },
  ],
  fit: (data, given, context) => fit(data, readParams('network', Params, given), context),
};
