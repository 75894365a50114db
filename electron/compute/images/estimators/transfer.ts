import { z } from 'zod';
import { takeRows } from '../../frame/frame.ts';
import { joinFloats } from '../../frame/join-floats.ts';
import {
  type Estimator,
  type FitContext,
  type Fitted,
  startOf,
  type TrainingData,
  withTimeLeft,
} from '../../train/estimator.ts';
import { headInfo, headParams } from '../../train/fine-tune/head-params.ts';
import { headNodes, trainedWeights, trainHead } from '../../train/fine-tune/head-training.ts';
import type { RowValues } from '../../train/fine-tune/row-values.ts';
import { readParams } from '../../train/read-params.ts';
import { augmentationInfo, augmentationOf, augmentationParams } from '../augmentation-params.ts';
import { type Backbone, readBackbone } from '../backbone.ts';
import { cacheValues, keptValues } from '../cached-values.ts';
import { imagesOf } from '../image-column.ts';
import { imageModel } from '../image-model.ts';
import { IMAGE_SCALES } from '../image-scales.ts';
import { type PixelScale, pixelNodes } from '../pixel-nodes.ts';
import { lookingSide, withPooledBlocks } from '../pooled-blocks.ts';

const AUGMENTATION = { flip: true, shift: 0.06, zoom: 0.1, turn: 5, brightness: 0.1 };
/** Fewer images than this are learnt with changed copies beside them. */
const FEW_IMAGES = 500;
const COPIES_OF_FEW = 2;
/** Of a budget, what reading images and their copies may take. */
const COPIES_SHARE = 0.6;
const TIMED_IMAGES = 32;
const DEFAULTS = {
  learningRate: 2e-3,
  epochs: 60,
  batchRows: 32,
  patience: 8,
  weightDecay: 1e-2,
  tuneEpochs: 6,
  tuneRate: 1e-4,
};
/** Seeds of changed copies lie apart from others. */
const COPIES_APART = 7919;

const Params = z.object({
  scaling: z.enum(['centred', 'imagenet', 'unit', 'none']).default('centred'),
  ...headParams(DEFAULTS),
  blocks: z.boolean().default(true),
  side: z.number().int().min(8).max(1024).optional(),
  copies: z.number().int().min(0).max(20).optional(),
  ...augmentationParams(AUGMENTATION),
});
type Params = z.infer<typeof Params>;

async function fit(data: TrainingData, params: Params, context: FitContext): Promise<Fitted> {
  const began = performance.now();
  const from = startOf(data);
  const cut = await readBackbone(from, params.features);
  const side = params.side ?? (await lookingSide(cut, imagesOf(data.train.features).typicalSide));
  const backbone = params.blocks && params.features === undefined ? await withPooledBlocks(cut, side) : cut;
  const isOwnSide = side === cut.height;
  const scale: PixelScale = { height: side, width: isOwnSide ? cut.width : side, ...IMAGE_SCALES[params.scaling] };
  // What cannot be trained is said before anything runs.
  trainedWeights(backbone, params);
  const isChanged = !backbone.takesPixels && augmentationOf(params) !== null;
  const wanted = isChanged ? (params.copies ?? (data.train.targets.length < FEW_IMAGES ? COPIES_OF_FEW : 0)) : 0;
  const copies = wanted > 0 ? Math.min(wanted, await affordableCopies(data.train, { backbone, scale }, context)) : 0;
  if (copies > 0) context.log(`${copies} changed copies of each image are learnt too`);
  const trained = await trainHead(
    {
      ...data,
      model: backbone,
      params,
      train: repeated(data.train, 1 + copies),
      values: (part, names) =>
        valuesOf(data[part], { backbone, scale, params, names, copies: part === 'train' ? copies : 0 }, context),
    },
    withTimeLeft(context, began),
  );
  const chosen = { ...params, copies, ...(cut.takesPixels ? {} : { side }) };
  return {
    onnx: imageModel(data, backbone.opset, (graph, pixels) => {
      const image = backbone.takesPixels ? pixels : pixelNodes(graph, pixels, scale);
      return headNodes(graph, backbone, new Map([[backbone.input, image]]), trained);
    }),
    rowsSeen: trained.rowsSeen,
    stoppedBecause: trained.stoppedBecause,
    provider: trained.provider,
    params: { ...chosen, backbone: from.name, features: backbone.features },
    refit: { ...chosen, ...trained.refit },
  };
}

/** As many copies as leave enough of a budget to learn in, by what a few images take. */
async function affordableCopies(
  { features }: TrainingData['train'],
  { backbone, scale }: { readonly backbone: Backbone; readonly scale: PixelScale },
  { budgetMs, threads, signal }: FitContext,
): Promise<number> {
  if (!Number.isFinite(budgetMs)) return Number.POSITIVE_INFINITY;
  const images = imagesOf(features);
  const numbers = images.numbers.subarray(0, TIMED_IMAGES);
  const began = performance.now();
  await cacheValues(
    { ...images, numbers },
    { backbone, scale, values: [backbone.features], threads, signal, augmentation: null, done: () => undefined },
  );
  const passMs = ((performance.now() - began) / numbers.length) * images.numbers.length;
  return Math.max(0, Math.floor((budgetMs * COPIES_SHARE) / passMs) - 1);
}

/** Values of the backbone for images as they are, then for each of their changed copies. */
async function valuesOf(
  { features }: TrainingData['train'],
  how: { backbone: Backbone; scale: PixelScale; params: Params; names: readonly string[]; copies: number },
  context: FitContext,
): Promise<readonly RowValues[]> {
  const { backbone, scale, params, names, copies } = how;
  const augmentation = augmentationOf(params);
  const passes: (readonly RowValues[])[] = [];
  for (let copy = 0; copy <= copies; copy++)
    passes.push(
      await keptValues(imagesOf(features), context.cacheFolder ?? context.folder, {
        backbone,
        scale,
        values: names,
        threads: context.threads,
        signal: context.signal,
        augmentation:
          copy === 0 || augmentation === null ? null : { of: augmentation, seed: context.seed * COPIES_APART + copy },
        done: (done) => context.prepared?.(done, features.rows),
      }),
    );
  const [first = []] = passes;
  return passes.length === 1
    ? first
    : first.map(({ dims }, index) => ({
        dims,
        data: joinFloats(passes.map((pass) => pass[index]?.data ?? new Float32Array())),
      }));
}

/** Rows so many times, one whole set after the other. */
function repeated(rows: TrainingData['train'], times: number): TrainingData['train'] {
  const count = rows.targets.length;
  const indices = Uint32Array.from({ length: count * times }, (_, index) => index % count);
  const taken = (values: Float64Array): Float64Array => Float64Array.from(indices, (index) => values[index] ?? 0);
  return {
    features: takeRows(rows.features, indices),
    targets: taken(rows.targets),
    weights: rows.weights && taken(rows.weights),
  };
}

/** Learns from the features of a network that knows images already. */
export const transfer: Estimator = {
  algorithm: 'transfer',
  label: 'Transfer learning',
  description:
    'A linear or dense head on the features of a network that was trained on many images (EfficientNet-Lite0, or any ONNX model), then, where asked, its last layers too: for photographs and few images.',
  takes: 'images',
  tasks: ['binary', 'multiclass'],
  rank: 3,
  isProviderChosen: true,
  lower: 'side, copies or batchRows',
  params: [
    ...headInfo(DEFAULTS),
    {
      name: 'scaling',
      label: 'Scaling of pixels',
      type: 'text',
      default: 'centred',
      choices: ['centred', 'imagenet', 'unit', 'none'],
      description:
        'What the backbone was trained with: centred is -1 to 1, imagenet its mean and deviation, unit 0 to 1, none 0 to 255.',
      isAdvanced: true,
    },
    {
      name: 'blocks',
      label: 'Features of all blocks',
      type: 'boolean',
      default: true,
      description:
        'Beside the last features the means of what each earlier block found: better for small, plain pictures. Not where a result to cut at is named.',
      isAdvanced: true,
    },
    {
      name: 'side',
      label: 'Side',
      type: 'integer',
      default: null,
      description:
        "Pixels an image is brought to; left out: the model's own, less for small images where it runs on that.",
      isAdvanced: true,
    },
    {
      name: 'copies',
      label: 'Changed copies',
      type: 'integer',
      default: null,
      description: `Mirrored, shifted and lit copies of each image to learn too; left out: ${COPIES_OF_FEW} for fewer than ${FEW_IMAGES} images.`,
    },
    ...augmentationInfo(AUGMENTATION),
  ],
  fit: (data, given, context) => fit(data, readParams('transfer', Params, given), context),
};
