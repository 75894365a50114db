import { z } from 'zod';
import { NO_SCALE } from '../../train/dense-data.ts';
import type { Estimator, FitContext, Fitted, TrainingData } from '../../train/estimator.ts';
import { denseHead, flattenedHead, learnFeatureScale } from '../../train/fine-tune/dense-head.ts';
import { readParams } from '../../train/read-params.ts';
import { seededRandom } from '../../train/seeded-random.ts';
import { outputsOf, startedRows, trainStarted } from '../../train/started-graph.ts';
import { stepInfo, stepParams } from '../../train/step-params.ts';
import { fittedOnPixels } from '../fitted-on-pixels.ts';
import { imagesOf } from '../image-column.ts';
import { evenScale } from '../pixel-nodes.ts';
import { preparePixels } from '../prepare-pixels.ts';

const DEFAULTS = { learningRate: 1e-3, epochs: 40, batchRows: 32, patience: 6, weightDecay: 0.1 };
/** More pixels than this a side say little more to a weighted sum. */
const LARGEST_SIDE = 24;

const Params = z.object({ side: z.number().int().min(1).max(128).optional(), ...stepParams(DEFAULTS) });

async function fit(data: TrainingData, params: z.infer<typeof Params>, context: FitContext): Promise<Fitted> {
  const side = params.side ?? Math.min(LARGEST_SIDE, Math.round(imagesOf(data.train.features).typicalSide));
  const scale = evenScale(side);
  const dims = [3, side, side];
  const width = 3 * side * side;
  const [learnt, judged] = [
    await preparePixels(data.train, scale, context),
    await preparePixels(data.validation, scale, context),
  ];
  const head = denseHead(width, [], outputsOf(data), learnFeatureScale(learnt, width), seededRandom(context.seed));
  const network = flattenedHead(head, dims);
  const trained = await trainStarted(
    network,
    [startedRows(data, data.train, [learnt], NO_SCALE), startedRows(data, data.validation, [judged], NO_SCALE)],
    { ...params, task: data.task, draws: null },
    context,
  );
  return fittedOnPixels(data, network, scale, trained, { ...params, side });
}

/** A weighted sum of the pixels for each class: what any network has to be better than. */
export const pixelLinear: Estimator = {
  algorithm: 'pixels',
  label: 'Linear on pixels',
  description: 'A weighted sum of the pixels for each class: quick, and what the others have to be better than.',
  takes: 'images',
  tasks: ['binary', 'multiclass'],
  rank: 1,
  isProviderChosen: true,
  lower: 'side or batchRows',
  isBaseline: true,
  params: [
    {
      name: 'side',
      label: 'Side',
      type: 'integer',
      default: null,
      description: `Pixels an image is brought to; left out: what most images have, ${LARGEST_SIDE} at most.`,
    },
    ...stepInfo(DEFAULTS),
  ],
  fit: (data, given, context) => fit(data, readParams('pixels', Params, given), context),
};
