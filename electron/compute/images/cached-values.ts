import { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../../../shared/errors.ts';
import { graft } from '../onnx/graft-graph.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../onnx/graph-builder.ts';
import { type Augmentation, augmentNodes, drawChanges } from './augmentation.ts';
import type { Backbone } from './backbone.ts';
import { imageBatches } from './image-batches.ts';
import type { ImageRows } from './image-estimator.ts';
import { PIXEL_INPUT, type PixelScale, pixelInput, pixelNodes } from './pixel-nodes.ts';

/** Values kept above this do not fit beside a training. */
const MOST_BYTES = 4 * 2 ** 30;

/** A value of the backbone for every image, row after row. */
export interface CachedValue {
  /** Dimensions of one row. */
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface CacheOptions {
  readonly backbone: Backbone;
  readonly scale: PixelScale;
  /** Names of the values in the backbone's graph. */
  readonly values: readonly string[];
  /** Changes drawn for each image first; null for the images as they are. */
  readonly augmentation: { readonly of: Augmentation; readonly seed: number } | null;
  readonly threads: number;
  readonly signal: AbortSignal;
  done(images: number): void;
}

function cacheModel({ backbone, scale, values, augmentation }: CacheOptions): Uint8Array {
  const graph = new GraphBuilder('cache_', [PIXEL_INPUT, 'moves', 'lights']);
  let image = backbone.takesPixels ? PIXEL_INPUT : pixelNodes(graph, PIXEL_INPUT, scale);
  if (augmentation !== null)
    image = augmentNodes(graph, image, [3, scale.height, scale.width], { moves: 'moves', lights: 'lights' });
  const outputs = graft(graph, backbone.graph, new Map([[backbone.input, image]]), values);
  return modelBytes(
    graph.graph(
      'cache',
      [
        pixelInput(),
        ...(augmentation === null
          ? []
          : [makeValueInfo('moves', FLOAT, ['N', 2, 3]), makeValueInfo('lights', FLOAT, ['N', 2])]),
      ],
      outputs.map((name) => makeValueInfo(name, FLOAT, null)),
    ),
    backbone.opset,
  );
}

/**
 * Runs every image once through the part of a backbone that stays as it is. Throws OUT_OF_MEMORY, naming rows and size, where
 * the values would be more than 4 GB, and MODEL_INVALID where they do not belong to images one by one.
 */
export async function cacheValues(rows: ImageRows, options: CacheOptions): Promise<CachedValue[]> {
  const session = await InferenceSession.create(cacheModel(options), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    intraOpNumThreads: options.threads,
  });
  const changes =
    options.augmentation === null ? null : drawChanges(options.augmentation.of, rows.rows, options.augmentation.seed);
  const cached: { dims: readonly number[]; width: number; data: Float32Array }[] = [];
  let at = 0;
  try {
    for await (const batch of imageBatches(rows.pixels())) {
      const count = batch.dims[0] ?? 0;
      const answer = await session.run({
        [PIXEL_INPUT]: batch,
        ...(changes && {
          moves: new Tensor('float32', changes.moves.subarray(at * 6, (at + count) * 6), [count, 2, 3]),
          lights: new Tensor('float32', changes.lights.subarray(at * 2, (at + count) * 2), [count, 2]),
        }),
      });
      for (const [index, name] of session.outputNames.entries()) {
        const value = answer[name];
        if (!(value?.data instanceof Float32Array) || value.dims[0] !== count)
          throw new AppError('MODEL_INVALID', {
            message: `"${options.values[index]}" is no row of numbers for each image.`,
            remedy: 'Cut the model at another result, or freeze more of it.',
          });
        const width = value.data.length / count;
        let one = cached[index];
        if (!one) {
          const bytes = rows.rows * width * 4;
          if (bytes > MOST_BYTES)
            throw new AppError('OUT_OF_MEMORY', {
              message: `${rows.rows} images of ${width} numbers of 4 bytes are ${(bytes / 2 ** 30).toFixed(1)} GB, more than the 4 GB that are held.`,
              remedy: 'Tune fewer layers, or use fewer images.',
              kept: 'The dataset is as it was.',
            });
          one = { dims: value.dims.slice(1), width, data: new Float32Array(rows.rows * width) };
          cached[index] = one;
        }
        one.data.set(value.data, at * one.width);
      }
      at += count;
      options.signal.throwIfAborted();
      options.done(at);
      await new Promise((done) => setImmediate(done));
    }
  } finally {
    await session.release();
  }
  return cached;
}
