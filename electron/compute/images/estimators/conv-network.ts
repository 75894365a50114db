import { z } from 'zod';
import type { Fitted } from '../../train/estimator.ts';
import { readParams } from '../../train/read-params.ts';
import { seededRandom } from '../../train/seeded-random.ts';
import { trainStarted } from '../../train/started-graph.ts';
import { augmentationDraws } from '../augmentation.ts';
import { augmentationInfo, augmentationOf, augmentationParams } from '../augmentation-params.ts';
import { convNetwork } from '../conv-network.ts';
import { graphRows } from '../graph-rows.ts';
import type { ImageEstimator, ImageFitContext, ImageTrainingData } from '../image-estimator.ts';
import { imageModel } from '../image-model.ts';
import type { PixelScale } from '../pixel-nodes.ts';
import { preparePixels } from '../prepare-pixels.ts';

const EPOCHS = 30;
/** Images are brought to a side between these bounds: what they have, where it lies between. */
const [SMALLEST_SIDE, LARGEST_SIDE] = [16, 64];
/** Halved until no side is longer. */
const LAST_SIDE = 4;
const FILTERS = [24, 48, 64, 96, 128];
const AUGMENTATION = { flip: false, shift: 0.08, zoom: 0.1, turn: 10, brightness: 0.2 };
/** Pixels from 0 to 255 around zero, with a deviation of about one. */
const MIDDLE = 127.5;
const SPREAD = 64;

const Params = z.object({
  side: z.number().int().min(8).max(256).optional(),
  filters: z.array(z.number().int().min(1).max(512)).min(1).max(6).optional(),
  hidden: z.number().int().min(1).max(2048).default(64),
  learningRate: z.number().gt(0).max(1).default(2e-3),
  batchRows: z.number().int().min(1).max(1024).default(32),
  epochs: z.number().int().min(1).max(10_000).default(EPOCHS),
  patience: z.number().int().min(1).default(10),
  weightDecay: z.number().min(0).default(1e-2),
  ...augmentationParams(AUGMENTATION),
});
type Params = z.infer<typeof Params>;

const sideOf = (typical: number): number => Math.min(LARGEST_SIDE, Math.max(SMALLEST_SIDE, Math.round(typical)));

/** One stage for each halving that is needed. */
function filtersOf(side: number): readonly number[] {
  let stages = 1;
  while (Math.ceil(side / 2 ** stages) > LAST_SIDE) stages += 1;
  return FILTERS.slice(0, stages);
}

async function fit(data: ImageTrainingData, params: Params, context: ImageFitContext): Promise<Fitted> {
  const side = params.side ?? sideOf(data.typicalSide);
  const filters = params.filters ?? filtersOf(side);
  const outputs = data.task === 'multiclass' ? data.classes.length : 1;
  const network = convNetwork(
    { side, channels: 3, filters, hidden: params.hidden, outputs },
    seededRandom(context.seed),
  );
  const scale: PixelScale = {
    height: side,
    width: side,
    mean: [MIDDLE, MIDDLE, MIDDLE],
    deviation: [SPREAD, SPREAD, SPREAD],
  };
  const prepare = (rows: ImageTrainingData['train']) =>
    preparePixels(rows, scale, { ...context, done: (done) => context.prepared(done, rows.rows) }).then((pixels) =>
      graphRows(rows, [pixels], outputs),
    );
  const augmentation = augmentationOf(params);
  const trained = await trainStarted(
    network,
    [await prepare(data.train), await prepare(data.validation)],
    {
      task: data.task,
      learningRate: params.learningRate,
      batchRows: params.batchRows,
      epochs: params.epochs,
      patience: params.patience,
      weightDecay: params.weightDecay,
      draws: augmentation && augmentationDraws(augmentation, [3, side, side]),
    },
    context,
  );
  const full = { ...params, side, filters };
  return {
    onnx: imageModel(network, trained.parameters, scale, data.classes),
    rowsSeen: trained.rowsSeen,
    stoppedBecause: trained.stoppedBecause,
    params: full,
    refit: { ...full, epochs: trained.epoch },
  };
}

/** A small convolutional network, trained from scratch by ONNX Runtime itself. */
export const convolutional: ImageEstimator = {
  algorithm: 'convnet',
  label: 'Convolutional network',
  description:
    'A few convolutions that halve the image and two dense layers, trained from scratch with shifted, turned and lit copies: for small images such as digits, signs and icons.',
  takes: 'images',
  tasks: ['binary', 'multiclass'],
  rank: 1,
  params: [
    {
      name: 'side',
      label: 'Side',
      type: 'integer',
      default: null,
      description: `Pixels an image is brought to; left out: what most images have, ${SMALLEST_SIDE} to ${LARGEST_SIDE}.`,
    },
    {
      name: 'filters',
      label: 'Filters',
      type: 'integers',
      default: null,
      description: 'Filters of each stage; left out: as many stages as the side needs.',
      isAdvanced: true,
    },
    {
      name: 'hidden',
      label: 'Hidden units',
      type: 'integer',
      default: 64,
      description: 'Units of the layer before the answer.',
      isAdvanced: true,
    },
    {
      name: 'learningRate',
      label: 'Learning rate',
      type: 'number',
      default: 2e-3,
      description: 'The step of AdamW at the start; it falls as half a cosine.',
    },
    {
      name: 'batchRows',
      label: 'Batch',
      type: 'integer',
      default: 32,
      description: 'Images a step.',
      isAdvanced: true,
    },
    {
      name: 'epochs',
      label: 'Most epochs',
      type: 'integer',
      default: EPOCHS,
      description: 'Passes over the images at most.',
    },
    {
      name: 'patience',
      label: 'Patience',
      type: 'integer',
      default: 10,
      description: 'Epochs without gain before it stops.',
      isAdvanced: true,
    },
    {
      name: 'weightDecay',
      label: 'Weight decay',
      type: 'number',
      default: 1e-2,
      description: 'Pulls weights to zero.',
      isAdvanced: true,
    },
    ...augmentationInfo(AUGMENTATION),
  ],
  fit: (data, given, context) => fit(data, readParams('convnet', Params, given), context),
};
