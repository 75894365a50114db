import { InferenceSession } from 'onnxruntime-node';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../onnx/graph-builder.ts';
import { IMAGE_OPSET } from '../onnx/image-opset.ts';
import type { FitContext, LabelledRows } from '../train/estimator.ts';
import { RowValuesCollector } from '../train/fine-tune/row-values.ts';
import { imageBatches } from './image-batches.ts';
import { framePixels } from './image-column.ts';
import { PIXEL_INPUT, type PixelScale, pixelInput, pixelNodes } from './pixel-nodes.ts';

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
  { features }: Pick<LabelledRows, 'features'>,
  scale: PixelScale,
  context: Pick<FitContext, 'threads' | 'signal' | 'prepared'>,
): Promise<Float32Array> {
  const collector = new RowValuesCollector(['image'], features.rows);
  if (features.rows === 0) return new Float32Array();
  const session = await InferenceSession.create(pixelModel(scale), {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    intraOpNumThreads: context.threads,
  });
  let done = 0;
  try {
    for await (const batch of imageBatches(framePixels(features, context.signal))) {
      const answer = await session.run({ [PIXEL_INPUT]: batch });
      const count = batch.dims[0] ?? 0;
      collector.add(Object.values(answer), count);
      done += count;
      context.signal.throwIfAborted();
      context.prepared?.(done, features.rows);
    }
  } finally {
    await session.release();
  }
  return collector.values[0]?.data ?? new Float32Array();
}
