import { classAnswerNodes } from '../onnx/answer-nodes.ts';
import { graft } from '../onnx/graft-graph.ts';
import { GraphBuilder, modelBytes } from '../onnx/graph-builder.ts';
import type { StartedGraph } from '../train/started-graph.ts';
import type { Backbone } from './backbone.ts';
import { PIXEL_INPUT, type PixelScale, pixelInput, pixelNodes } from './pixel-nodes.ts';

export interface TransferModelParts {
  readonly backbone: Backbone;
  readonly scale: PixelScale;
  /** Values of the backbone that the trained network starts from. */
  readonly frontier: readonly string[];
  readonly network: StartedGraph;
  readonly parameters: readonly Float32Array[];
  readonly classes: readonly string[];
}

/** The finished model: pixels, the part of the backbone that stayed as it was, the trained part, label and probabilities. */
export function transferModel(parts: TransferModelParts): Uint8Array {
  const { backbone, scale, frontier, network, parameters, classes } = parts;
  const graph = new GraphBuilder('node_', [PIXEL_INPUT]);
  const image = backbone.takesPixels ? PIXEL_INPUT : pixelNodes(graph, PIXEL_INPUT, scale);
  const values = graft(graph, backbone.graph, new Map([[backbone.input, image]]), frontier);
  const names = new Map(
    network.parameters.map(({ name, dims }, index) => [name, graph.floats(parameters[index] ?? [], dims)]),
  );
  const scores = network.forward(graph, values, (name) => names.get(name) ?? name);
  const outputs = classAnswerNodes(graph, scores, classes, network.outputs === 1);
  return modelBytes(graph.graph('model', [pixelInput()], outputs), backbone.opset);
}
