import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ImageColumn } from '../frame/frame.ts';
import { joinFloats } from '../frame/join-floats.ts';
import { graft } from '../onnx/graft-graph.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../onnx/graph-builder.ts';
import { type RowValues, RowValuesCollector } from '../train/fine-tune/row-values.ts';
import { type Augmentation, augmentNodes, drawChangesOf } from './augmentation.ts';
import type { Backbone } from './backbone.ts';
import { imageBatches } from './image-batches.ts';
import { PIXEL_INPUT, type PixelScale, pixelInput, pixelNodes } from './pixel-nodes.ts';

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

/** Runs every image once through the part of a backbone that stays as it is. Throws as `RowValuesCollector` does. */
export async function cacheValues(images: ImageColumn, options: CacheOptions): Promise<readonly RowValues[]> {
  const { numbers } = images;
  const collector = new RowValuesCollector(options.values, numbers.length);
  if (numbers.length === 0) return collector.values;
  const session = await InferenceSession.create(cacheModel(options), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    intraOpNumThreads: options.threads,
  });
  const changes = options.augmentation && drawChangesOf(options.augmentation.of, numbers, options.augmentation.seed);
  let at = 0;
  try {
    for await (const batch of imageBatches(images.read(numbers, options.signal))) {
      const count = batch.dims[0] ?? 0;
      const answer = await session.run({
        [PIXEL_INPUT]: batch,
        ...(changes && {
          moves: new Tensor('float32', changes.moves.subarray(at * 6, (at + count) * 6), [count, 2, 3]),
          lights: new Tensor('float32', changes.lights.subarray(at * 2, (at + count) * 2), [count, 2]),
        }),
      });
      collector.add(
        session.outputNames.map((name) => answer[name]),
        count,
      );
      at += count;
      options.signal.throwIfAborted();
      options.done(at);
      await new Promise((done) => setImmediate(done));
    }
  } finally {
    await session.release();
  }
  return collector.values;
}

/** A file of 2 GiB cannot be read in one piece; values of more are computed anew. */
const MOST_KEPT_BYTES = 2 ** 31 - 2 ** 26;

interface Kept {
  readonly numbers: Uint32Array;
  readonly values: readonly RowValues[];
}

/**
 * The same, kept in a folder by the images' numbers: what one fit of a training has computed, the next one (another trial, fold
 * or the last fit) reads. A value depends on the image, the backbone, its scale and what was drawn for it, and on nothing else.
 */
export async function keptValues(
  images: ImageColumn,
  folder: string,
  options: CacheOptions,
): Promise<readonly RowValues[]> {
  if (images.numbers.length === 0) return cacheValues(images, options);
  const { backbone, scale, values, augmentation } = options;
  const key = createHash('sha256')
    .update(JSON.stringify([backbone.hash, scale, values, augmentation]))
    .digest('hex')
    .slice(0, 16);
  const known = await readKept(folder, key);
  const places = new Map<number, { readonly kept: Kept; readonly at: number }>();
  for (const kept of known) for (const [at, number] of kept.numbers.entries()) places.set(number, { kept, at });
  const missing = images.numbers.filter((number) => !places.has(number));
  if (missing.length > 0) {
    const kept: Kept = { numbers: missing, values: await cacheValues({ ...images, numbers: missing }, options) };
    for (const [at, number] of missing.entries()) places.set(number, { kept, at });
    const path = join(folder, `${key}-${known.length}-${process.pid}.values`);
    if (kept.values.reduce((sum, { data }) => sum + data.byteLength, 0) < MOST_KEPT_BYTES) {
      await mkdir(folder, { recursive: true });
      await writeFile(`${path}.new`, serialize(kept));
      await rename(`${path}.new`, path);
    }
    if (known.length === 0) return kept.values;
  }
  const [first] = places.values();
  return values.map((_, index) => {
    const rows = Array.from(images.numbers, (number) => {
      const { kept, at = 0 } = places.get(number) ?? {};
      const { data = new Float32Array() } = kept?.values[index] ?? {};
      const width = data.length / (kept?.numbers.length ?? 1);
      return data.subarray(at * width, (at + 1) * width);
    });
    return { dims: first?.kept.values[index]?.dims ?? [], data: joinFloats(rows) };
  });
}

async function readKept(folder: string, key: string): Promise<Kept[]> {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.startsWith(`${key}-`) && name.endsWith('.values'));
  return Promise.all(files.map(async (name) => deserialize(await readFile(join(folder, name))) as Kept));
}
