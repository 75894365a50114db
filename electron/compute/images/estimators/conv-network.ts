import { z } from 'zod';
import { NO_SCALE } from '../../train/dense-data.ts';
import type { Estimator, FitContext, Fitted, TrainingData } from '../../train/estimator.ts';
import { readParams, wholeNumbers } from '../../train/read-params.ts';
import { seededRandom } from '../../train/seeded-random.ts';
import { outputsOf, startedRows, trainStarted } from '../../train/started-graph.ts';
import { stepInfo, stepParams } from '../../train/step-params.ts';
import { augmentationDraws } from '../augmentation.ts';
import { augmentationInfo, augmentationOf, augmentationParams } from '../augmentation-params.ts';
import { convNetwork } from '../conv-network.ts';
import { fittedOnPixels } from '../fitted-on-pixels.ts';
import { imagesOf } from '../image-column.ts';
import { evenScale } from '../pixel-nodes.ts';
import { preparePixels } from '../prepare-pixels.ts';

/** The rate falls to the end, and most is gained there: a pause in the middle stops nothing. */
const DEFAULTS = { learningRate: 2e-3, epochs: 30, batchRows: 32, patience: 30, weightDecay: 1e-2 };
/** Images are brought to a side between these bounds: what they have, where it lies between. */
const [SMALLEST_SIDE, LARGEST_SIDE] = [16, 64];
/** Halved until no side is longer. */
const LAST_SIDE = 4;
const FILTERS = [24, 48, 64, 96, 128];
const AUGMENTATION = { flip: false, shift: 0.08, zoom: 0.1, turn: 10, brightness: 0.2 };

const Params = z.object({
  side: z.number().int().min(8).max(256).optional(),
  filters: wholeNumbers({ least: 1, most: 6, largest: 512 }).optional(),
  hidden: z.number().int().min(1).max(2048).default(64),
  ...stepParams(DEFAULTS),
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

async function fit(data: TrainingData, params: Params, context: FitContext): Promise<Fitted> {
  const side = params.side ?? sideOf(imagesOf(data.train.features).typicalSide);
  const filters = params.filters ?? filtersOf(side);
  const form = { side, channels: 3, filters, hidden: params.hidden, outputs: outputsOf(data) };
  const network = convNetwork(form, seededRandom(context.seed));
  const scale = evenScale(side);
  const rows = async (part: 'train' | 'validation') =>
    startedRows(data, data[part], [await preparePixels(data[part], scale, context)], NO_SCALE);
  const augmentation = augmentationOf(params);
  const trained = await trainStarted(
    network,
    [await rows('train'), await rows('validation')],
    { ...params, task: data.task, draws: augmentation && augmentationDraws(augmentation, [3, side, side]) },
    context,
  );
  return fittedOnPixels(data, network, scale, trained, { ...params, side, filters });
}

/** A small convolutional network, trained from scratch by ONNX Runtime itself. */
export const convolutional: Estimator = {
  algorithm: 'convnet',
  label: 'Convolutional network',
  description:
    'A few convolutions that halve the image and two dense layers, trained from scratch with shifted, turned and lit copies: for small images such as digits, signs and icons.',
  takes: 'images',
  tasks: ['binary', 'multiclass'],
  rank: 2,
  isProviderChosen: true,
  lower: 'side, filters or batchRows',
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
      search: { kind: 'integer', low: 32, high: 256, isLog: true },
    },
    ...stepInfo(DEFAULTS),
    ...augmentationInfo(AUGMENTATION),
  ],
  fit: (data, given, context) => fit(data, readParams('convnet', Params, given), context),
};
