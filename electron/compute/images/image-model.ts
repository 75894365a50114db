import { classAnswerNodes } from '../onnx/answer-nodes.ts';
import { GraphBuilder, modelBytes } from '../onnx/graph-builder.ts';
import { IMAGE_OPSET } from '../onnx/image-opset.ts';
import type { StartedGraph } from '../train/started-graph.ts';
import { PIXEL_INPUT, type PixelScale, pixelInput, pixelNodes } from './pixel-nodes.ts';

/** The finished model: pixels of any size to label and probabilities, parameters as constants. */
export function imageModel(
  network: StartedGraph,
  parameters: readonly Float32Array[],
  scale: PixelScale,
  classes: readonly string[],
): Uint8Array {
  const graph = new GraphBuilder('node_', [PIXEL_INPUT]);
  const names = new Map(
    network.parameters.map(({ name, dims }, index) => [name, graph.floats(parameters[index] ?? [], dims)]),
  );
  const scores = network.forward(graph, [pixelNodes(graph, PIXEL_INPUT, scale)], (name) => names.get(name) ?? name);
  const outputs = classAnswerNodes(graph, scores, classes, network.outputs === 1);
  return modelBytes(graph.graph('model', [pixelInput()], outputs), IMAGE_OPSET);
}
