import { InferenceSession } from 'onnxruntime-node';
import { AppError } from '../../../shared/errors.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../onnx/graph-builder.ts';
import { IMAGE_OPSET } from '../onnx/image-opset.ts';
import { imageBatches } from './image-batches.ts';
import type { ImageRows } from './image-estimator.ts';
import { PIXEL_INPUT, type PixelScale, pixelInput, pixelNodes } from './pixel-nodes.ts';

/** Prepared images above this do not fit beside a training. */
const MOST_BYTES = 4 * 2 ** 30;

/** Only the way from pixels to a network's input, to run before training. */
export function pixelModel(scale: PixelScale): Uint8Array {
  const graph = new GraphBuilder('pixels_');
  const output = pixelNodes(graph, PIXEL_INPUT, scale);
  const shape = ['N', 3, scale.height, scale.width];
  return modelBytes(graph.graph('pixels', [pixelInput()], [makeValueInfo(output, FLOAT, shape)]), IMAGE_OPSET);
}

/**
 * Every image as the network will see it, [rows, 3, height, width] one after the other, made by the nodes that leave with
 * the model. Throws OUT_OF_MEMORY, naming rows and size, where that would be more than 4 GB.
 */
export async function preparePixels(
  rows: ImageRows,
  scale: PixelScale,
  context: { readonly threads: number; readonly signal: AbortSignal; done(images: number): void },
): Promise<Float32Array> {
  const width = 3 * scale.height * scale.width;
  const bytes = rows.rows * width * 4;
  if (bytes > MOST_BYTES)
    throw new AppError('OUT_OF_MEMORY', {
      message: `${rows.rows} images of 3 x ${scale.height} x ${scale.width} numbers of 4 bytes are ${(bytes / 2 ** 30).toFixed(1)} GB, more than the 4 GB that are held.`,
      remedy: 'Lower the side of the images, or use fewer of them.',
      kept: 'The dataset is as it was.',
    });
  const prepared = new Float32Array(rows.rows * width);
  if (rows.rows === 0) return prepared;
  const session = await InferenceSession.create(pixelModel(scale), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    intraOpNumThreads: context.threads,
  });
  let at = 0;
  try {
    for await (const batch of imageBatches(rows.pixels())) {
      const answer = await session.run({ [PIXEL_INPUT]: batch });
      const values = Object.values(answer)[0]?.data as Float32Array;
      prepared.set(values, at);
      at += values.length;
      context.signal.throwIfAborted();
      context.done(at / width);
    }
  } finally {
    await session.release();
  }
  return prepared;
}
