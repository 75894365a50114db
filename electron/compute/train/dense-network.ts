import type { Task } from '../../../shared/contract/models.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { labelCrossEntropy } from './losses/label-cross-entropy.ts';
import type { Loss } from './losses/loss.ts';
import { meanSquaredError } from './losses/mean-squared-error.ts';
import { sigmoidCrossEntropy } from './losses/sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy } from './losses/softmax-cross-entropy.ts';
import { standardNormal } from './seeded-random.ts';
import type { TrainedGraph } from './trained-graph.ts';

const LOSS_OF_TASK: Readonly<Record<Task, Loss>> = {
  binary: sigmoidCrossEntropy,
  multiclass: softmaxCrossEntropy,
  regression: meanSquaredError,
  multilabel: labelCrossEntropy,
};

export const lossOfTask = (task: Task): Loss => LOSS_OF_TASK[task];

/** A dense network's form: columns of the matrix, units of the hidden layers, numbers it answers. */
export interface NetworkShape {
  readonly sizes: readonly number[];
}

/** Names of weights and biases of layer l. */
export const weightName = (layer: number): string => `W${layer}`;
export const biasName = (layer: number): string => `b${layer}`;

export const parameterNames = ({ sizes }: NetworkShape): string[] =>
  sizes.slice(1).flatMap((_, layer) => [weightName(layer), biasName(layer)]);
export const parameterDims = ({ sizes }: NetworkShape): number[][] =>
  sizes.slice(1).flatMap((to, layer) => [[sizes[layer] ?? 0, to], [to]]);

/** He's normal start for rectified layers, Glorot's for the last; biases at zero. */
export function initialParameters(shape: NetworkShape, random: () => number): Float32Array[] {
  const last = shape.sizes.length - 2;
  return shape.sizes.slice(1).flatMap((to, layer) => {
    const from = shape.sizes[layer] ?? 1;
    const deviation = Math.sqrt((layer === last ? 1 : 2) / from);
    const weights = Float32Array.from({ length: from * to }, () => deviation * standardNormal(random));
    return [weights, new Float32Array(to)];
  });
}

/** Adds the layers; answers the raw scores, [B, outputs]. `nameOf` maps a parameter to its name in this graph. */
export function forwardNodes(
  graph: GraphBuilder,
  input: string,
  shape: NetworkShape,
  nameOf: (parameter: string) => string = (name) => name,
): string {
  let value = input;
  const layers = shape.sizes.length - 1;
  for (let layer = 0; layer < layers; layer++) {
    value = graph.add('Gemm', [value, nameOf(weightName(layer)), nameOf(biasName(layer))]);
    if (layer < layers - 1) value = graph.add('Relu', [value]);
  }
  return value;
}

/** The network as what is trained: one matrix in, weights decayed and biases not. */
export function denseGraph(shape: NetworkShape): TrainedGraph {
  const dims = parameterDims(shape);
  return {
    inputs: [{ dims: [shape.sizes[0] ?? 0] }],
    outputs: shape.sizes.at(-1) ?? 1,
    parameters: parameterNames(shape).map((name, index) => ({
      name,
      dims: dims[index] ?? [],
      isDecayed: name.startsWith('W'),
    })),
    forward: (graph, [input = ''], nameOf) => forwardNodes(graph, input, shape, nameOf),
  };
}

/**
 * Adds the summed, weighted loss of raw scores: ln(1 + e^z) - y z for two classes, minus the true class's log softmax for
 * several (y one-hot), half the squared error for numbers. `scores`, `targets` [B, outputs], `weights` [B, 1].
 */
export function lossNodes(graph: GraphBuilder, task: Task, scores: string, targets: string, weights: string): string {
  const each = LOSS_OF_TASK[task].each(graph, scores, targets, {});
  const sum = graph.add('ReduceSum', [graph.add('Mul', [each, weights])], { keepdims: 0 });
  return task === 'regression' ? graph.add('Mul', [sum, graph.float(0.5)]) : sum;
}
