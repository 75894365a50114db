import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import {
  biasName,
  forwardNodes,
  initialParameters,
  type NetworkShape,
  parameterDims,
  parameterNames,
  weightName,
} from '../dense-network.ts';
import type { StartedGraph } from '../started-graph.ts';

/** Mean of each feature over the training rows, and what it is divided by: its deviation, at least the usual one. */
export interface FeatureScale {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** Learns the scale of features [rows, width]. */
export function learnFeatureScale(features: Float32Array, width: number): FeatureScale {
  const rows = features.length / width;
  const sums = new Float64Array(width);
  for (let i = 0; i < features.length; i++) sums[i % width] = (sums[i % width] ?? 0) + (features[i] ?? 0);
  const mean = sums.map((sum) => sum / rows);
  const squares = new Float64Array(width);
  for (let i = 0; i < features.length; i++)
    squares[i % width] = (squares[i % width] ?? 0) + ((features[i] ?? 0) - (mean[i % width] ?? 0)) ** 2;
  // Features that hardly move would be noise made loud: none is scaled up beyond what all of them do on average.
  const usual = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / features.length);
  const deviation = squares.map((square) => Math.max(Math.sqrt(square / rows), usual) || 1);
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
}

/** Adds the scaling of features [B, width]. */
export function scaleNodes(graph: GraphBuilder, features: string, { mean, deviation }: FeatureScale): string {
  const centred = graph.add('Sub', [features, graph.floats(mean, [1, mean.length])]);
  return graph.add('Div', [centred, graph.floats(deviation, [1, deviation.length])]);
}

/** The layers after the features: none hidden is a linear head. Takes features [B, width]. */
export function denseHead(
  width: number,
  hidden: readonly number[],
  outputs: number,
  scale: FeatureScale,
  random: () => number,
): StartedGraph {
  const shape: NetworkShape = { sizes: [width, ...hidden, outputs] };
  const start = initialParameters(shape, random);
  const dims = parameterDims(shape);
  // The answer's layer starts at zero: every class as likely, whatever the features are.
  const last = shape.sizes.length - 2;
  const isAnswer = (name: string): boolean => name === weightName(last) || name === biasName(last);
  return {
    inputs: [{ dims: [width] }],
    outputs,
    parameters: parameterNames(shape).map((name, index) => ({
      name: `head.${name}`,
      dims: dims[index] ?? [],
      values: isAnswer(name) ? new Float32Array(start[index]?.length ?? 0) : (start[index] ?? new Float32Array()),
      isDecayed: name.startsWith('W'),
    })),
    forward: (graph, [features = ''], nameOf) =>
      forwardNodes(graph, scaleNodes(graph, features, scale), shape, (name) => nameOf(`head.${name}`)),
  };
}

/** The head on features that may have more than one dimension a row. */
export function flattenedHead(head: StartedGraph, dims: readonly number[]): StartedGraph {
  return {
    ...head,
    inputs: [{ dims }],
    forward: (graph, [features = ''], nameOf) =>
      head.forward(graph, [graph.add('Flatten', [features], { axis: 1 })], nameOf),
  };
}
