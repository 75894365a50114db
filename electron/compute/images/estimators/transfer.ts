import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import type { Fitted } from '../../train/estimator.ts';
import { denseHead, flattenedHead, learnFeatureScale } from '../../train/fine-tune/dense-head.ts';
import { frontierOf, tuneChoice, tunedNetwork, tunedWeights } from '../../train/fine-tune/tuned-layers.ts';
import type { NetworkTrained } from '../../train/network-training.ts';
import { readParams } from '../../train/read-params.ts';
import { seededRandom } from '../../train/seeded-random.ts';
import { type StartedGraph, trainStarted } from '../../train/started-graph.ts';
import { augmentationInfo, augmentationOf, augmentationParams } from '../augmentation-params.ts';
import { type Backbone, readBackbone } from '../backbone.ts';
import { type CachedValue, cacheValues } from '../cached-values.ts';
import { graphRows } from '../graph-rows.ts';
import type { ImageEstimator, ImageFitContext, ImageRows, ImageTrainingData } from '../image-estimator.ts';
import { IMAGE_SCALES } from '../image-scales.ts';
import type { PixelScale } from '../pixel-nodes.ts';
import { transferModel } from '../transfer-model.ts';

const AUGMENTATION = { flip: true, shift: 0.06, zoom: 0.1, turn: 5, brightness: 0.1 };
/** Fewer images than this are learnt with changed copies beside them. */
const FEW_IMAGES = 500;
const COPIES_OF_FEW = 2;
const HEAD_EPOCHS = 60;
const TUNE_EPOCHS = 6;

const Params = z.object({
  features: z.string().min(1).optional(),
  scaling: z.enum(['centred', 'imagenet', 'unit', 'none']).default('centred'),
  hidden: z.array(z.number().int().min(1).max(4096)).max(4).default([]),
  learningRate: z.number().gt(0).max(1).default(2e-3),
  epochs: z.number().int().min(1).max(10_000).default(HEAD_EPOCHS),
  batchRows: z.number().int().min(1).max(1024).default(32),
  patience: z.number().int().min(1).default(8),
  weightDecay: z.number().min(0).default(1e-2),
  copies: z.number().int().min(0).max(20).optional(),
  tuneLayers: z.number().int().min(0).max(1000).default(0),
  freeze: z.string().default(''),
  tuneEpochs: z.number().int().min(1).max(1000).default(TUNE_EPOCHS),
  tuneRate: z.number().gt(0).max(1).default(1e-4),
  ...augmentationParams(AUGMENTATION),
});
type Params = z.infer<typeof Params>;

/** Features of all images, and with changed copies those too. */
class Transfer {
  readonly #data: ImageTrainingData;
  readonly #params: Params;
  readonly #context: ImageFitContext;
  readonly #backbone: Backbone;
  readonly #scale: PixelScale;
  readonly #copies: number;

  constructor(data: ImageTrainingData, params: Params, context: ImageFitContext, backbone: Backbone) {
    this.#data = data;
    this.#params = params;
    this.#context = context;
    this.#backbone = backbone;
    const { mean, deviation } = IMAGE_SCALES[params.scaling];
    this.#scale = { height: backbone.height, width: backbone.width, mean, deviation };
    const isChanged = !backbone.takesPixels && augmentationOf(params) !== null;
    this.#copies = isChanged ? (params.copies ?? (data.train.rows < FEW_IMAGES ? COPIES_OF_FEW : 0)) : 0;
  }

  async fit(): Promise<Fitted> {
    const { train, validation, classes } = this.#data;
    const outputs = this.#data.task === 'multiclass' ? classes.length : 1;
    const { features } = this.#backbone;
    const [learnt, judged] = [await this.#trainValues([features]), await this.#values(validation, [features], 0)];
    const [first] = learnt;
    const width = first ? first.dims.reduce((product, size) => product * size, 1) : 0;
    this.#context.log(`${width} features of ${train.rows} images and ${this.#copies} changed copies of each`);
    const scale = learnFeatureScale(first?.data ?? new Float32Array(), width);
    const head = denseHead(width, this.#params.hidden, outputs, scale, seededRandom(this.#context.seed));
    const copied = this.#copied(train);
    const trained = await this.#train(
      head,
      graphRows(copied, [first?.data ?? new Float32Array()], outputs),
      graphRows(validation, [judged[0]?.data ?? new Float32Array()], outputs),
      { name: 'head', learningRate: this.#params.learningRate, epochs: this.#params.epochs },
    );
    const tuned = await this.#tune(head, trained, outputs);
    const { network, frontier, best } = tuned ?? {
      network: flattenedHead(head, first?.dims ?? []),
      frontier: [features],
      best: trained,
    };
    const full = { ...this.#params, copies: this.#copies, backbone: this.#context.backbone.name, features };
    return {
      onnx: transferModel({
        backbone: this.#backbone,
        scale: this.#scale,
        frontier,
        network,
        parameters: best.parameters,
        classes,
      }),
      rowsSeen: train.rows * (1 + this.#copies),
      stoppedBecause: tuned
        ? `head: ${trained.stoppedBecause}; tuned layers: ${best.stoppedBecause}`
        : trained.stoppedBecause,
      params: full,
      refit: full,
    };
  }

  /** Trains the last layers on from where they are, with the head; null where none is chosen or nothing is gained. */
  async #tune(head: StartedGraph, trained: NetworkTrained, outputs: number) {
    const { tuneRate, tuneEpochs } = this.#params;
    const weights = tunedWeights(this.#backbone, tuneChoice(this.#params));
    if (weights.length === 0) return null;
    const frontier = frontierOf(this.#backbone, weights);
    const { train, validation } = this.#data;
    const [learnt, judged] = [await this.#trainValues(frontier), await this.#values(validation, frontier, 0)];
    const started: StartedGraph = {
      ...head,
      parameters: head.parameters.map((one, index) => ({ ...one, values: trained.parameters[index] ?? one.values })),
    };
    const network = tunedNetwork(
      this.#backbone,
      weights,
      frontier.map((name, index) => ({ name, dims: learnt[index]?.dims ?? [] })),
      started,
    );
    this.#context.log(`${weights.length} weights of the backbone are trained on`);
    const best = await this.#train(
      network,
      graphRows(
        this.#copied(train),
        learnt.map(({ data }) => data),
        outputs,
      ),
      graphRows(
        validation,
        judged.map(({ data }) => data),
        outputs,
      ),
      { name: 'tuned', learningRate: tuneRate, epochs: tuneEpochs },
    );
    if (validation.rows > 0 && best.loss >= trained.loss) {
      this.#context.log('tuning made validation images no better: the head alone is kept');
      return null;
    }
    return { network, frontier, best };
  }

  async #train(
    network: StartedGraph,
    train: ReturnType<typeof graphRows>,
    validation: ReturnType<typeof graphRows>,
    how: { readonly name: string; readonly learningRate: number; readonly epochs: number },
  ): Promise<NetworkTrained> {
    const folder = join(this.#context.folder, how.name);
    await mkdir(folder, { recursive: true });
    const offset = how.name === 'tuned' ? this.#params.epochs : 0;
    return trainStarted(
      network,
      [train, validation],
      {
        task: this.#data.task,
        learningRate: how.learningRate,
        batchRows: this.#params.batchRows,
        epochs: how.epochs,
        patience: this.#params.patience,
        weightDecay: this.#params.weightDecay,
        draws: null,
      },
      { ...this.#context, folder, measure: (step, series) => this.#context.measure(offset + step, series) },
    );
  }

  /** Rows of the training images once and once more for each changed copy. */
  #copied(rows: ImageRows): ImageRows {
    const times = <Values extends Float64Array>(values: Values): Float64Array => {
      const all = new Float64Array(values.length * (1 + this.#copies));
      for (let copy = 0; copy <= this.#copies; copy++) all.set(values, copy * values.length);
      return all;
    };
    return {
      ...rows,
      rows: rows.rows * (1 + this.#copies),
      targets: times(rows.targets),
      weights: rows.weights && times(rows.weights),
    };
  }

  async #trainValues(names: readonly string[]): Promise<CachedValue[]> {
    const passes: CachedValue[][] = [];
    for (let copy = 0; copy <= this.#copies; copy++) passes.push(await this.#values(this.#data.train, names, copy));
    return names.map((_, index) => {
      const parts = passes.map((pass) => pass[index]?.data ?? new Float32Array());
      const data = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        data.set(part, at);
        at += part.length;
      }
      return { dims: passes[0]?.[index]?.dims ?? [], data };
    });
  }

  /** Values of the backbone for images, kept in the fit's folder so that a resumed one need not run it again. */
  async #values(rows: ImageRows, names: readonly string[], copy: number): Promise<CachedValue[]> {
    if (rows.rows === 0) return names.map(() => ({ dims: [], data: new Float32Array() }));
    const part = rows === this.#data.train ? `train-${copy}` : 'validation';
    const path = join(
      this.#context.folder,
      `${names.length === 1 ? names[0]?.replaceAll(/\W/g, '_') : 'frontier'}-${part}.bin`,
    );
    if (existsSync(path)) return deserialize(await readFile(path)) as CachedValue[];
    const augmentation = augmentationOf(this.#params);
    const values = await cacheValues(rows, {
      backbone: this.#backbone,
      scale: this.#scale,
      values: names,
      augmentation:
        copy === 0 || augmentation === null ? null : { of: augmentation, seed: this.#context.seed * 7919 + copy },
      threads: this.#context.threads,
      signal: this.#context.signal,
      done: (done) => this.#context.prepared(done, rows.rows),
    });
    await writeFile(`${path}.new`, serialize(values));
    await rename(`${path}.new`, path);
    return values;
  }
}

/** Learns from the features of a network that knows images already. */
export const transfer: ImageEstimator = {
  algorithm: 'transfer',
  label: 'Transfer learning',
  description:
    'A linear or dense head on the features of a network that was trained on many images (EfficientNet-Lite0, or any ONNX model), then, where asked, its last layers too: for photographs and few images.',
  takes: 'images',
  tasks: ['binary', 'multiclass'],
  rank: 2,
  params: [
    {
      name: 'hidden',
      label: 'Hidden layers',
      type: 'integers',
      default: [],
      description: 'Units of layers between features and answer; none is a linear head.',
    },
    {
      name: 'tuneLayers',
      label: 'Layers to tune',
      type: 'integer',
      default: 0,
      description: 'So many of the last layers of the backbone are trained on after the head.',
    },
    {
      name: 'freeze',
      label: 'Frozen weights',
      type: 'text',
      default: '',
      description:
        'Names of weights or nodes that stay as they are, parted by commas; * stands for any letters. Given without a number of layers, all others are tuned.',
      isAdvanced: true,
    },
    {
      name: 'features',
      label: 'Cut at',
      type: 'text',
      default: null,
      description: "Name of the result that is learnt from; left out: the model's features are found.",
      isAdvanced: true,
    },
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
      name: 'copies',
      label: 'Changed copies',
      type: 'integer',
      default: null,
      description: `Mirrored, shifted and lit copies of each image to learn too; left out: ${COPIES_OF_FEW} for fewer than ${FEW_IMAGES} images.`,
    },
    {
      name: 'epochs',
      label: 'Most epochs',
      type: 'integer',
      default: HEAD_EPOCHS,
      description: 'Passes of the head over the features at most.',
    },
    {
      name: 'learningRate',
      label: 'Learning rate',
      type: 'number',
      default: 2e-3,
      description: 'The step of AdamW for the head.',
      isAdvanced: true,
    },
    {
      name: 'tuneEpochs',
      label: 'Epochs of tuning',
      type: 'integer',
      default: TUNE_EPOCHS,
      description: 'Passes over the images while layers are tuned.',
      isAdvanced: true,
    },
    {
      name: 'tuneRate',
      label: 'Learning rate of tuning',
      type: 'number',
      default: 1e-4,
      description: 'The step of AdamW while layers are tuned.',
      isAdvanced: true,
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
      name: 'patience',
      label: 'Patience',
      type: 'integer',
      default: 8,
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
  async fit(data, given, context) {
    const params = readParams('transfer', Params, given);
    return new Transfer(data, params, context, await readBackbone(context.backbone, params.features)).fit();
  },
};
