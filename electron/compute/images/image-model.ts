import { classAnswerNodes } from '../onnx/answer-nodes.ts';
import { GraphBuilder, modelBytes } from '../onnx/graph-builder.ts';
import type { TrainingData } from '../train/estimator.ts';
import { PIXEL_INPUT, pixelInput } from './pixel-nodes.ts';

/** A finished model: pixels of any size to label and probabilities. `scoresOf` adds the way from the pixels to raw scores. */
export function imageModel(
  { task, classes }: Pick<TrainingData, 'task' | 'classes'>,
  opset: number,
  scoresOf: (graph: GraphBuilder, pixels: string) => string,
): Uint8Array {
  const graph = new GraphBuilder('node_', [PIXEL_INPUT]);
  const outputs = classAnswerNodes(graph, scoresOf(graph, PIXEL_INPUT), classes ?? [], task === 'binary');
  return modelBytes(graph.graph('model', [pixelInput()], outputs), opset);
}
