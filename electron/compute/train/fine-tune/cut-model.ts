import type { GraphProto, ModelProto, NodeProto, ValueInfoProto } from 'onnx-buf';
import { AppError } from '../../../../shared/errors.ts';
import { nodesBetween } from '../../onnx/graft-graph.ts';
import { opsetOf, raiseOpset } from '../../onnx/raise-opset.ts';

/** A model, cut where its features are. */
export interface CutModel {
  readonly graph: GraphProto;
  readonly opset: number;
  /** Names of what it takes. */
  readonly inputs: readonly string[];
  /** Name of the features in the graph. */
  readonly features: string;
}

/** A model as it is cut later: of an operator set that training knows, its weights where they are looked for. */
export function uncutGraph(
  model: ModelProto,
  leastOpset: number,
  name: string,
): Pick<CutModel, 'graph' | 'opset'> & {
  /** Those that are no weights with a default. */
  readonly given: readonly ValueInfoProto[];
} {
  if (!model.graph) throw new AppError('MODEL_INVALID', { message: `${name} holds no graph.` });
  const from = opsetOf(model) ?? 0;
  const opset = Math.max(from, leastOpset);
  const graph = liftConstants(raiseOpset(model.graph, from, opset));
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  return { graph, opset, given: graph.input.filter((input) => !constants.has(input.name)) };
}

/** Some tools write weights as nodes: constants of a graph become its initializers, where a training looks for them. */
function liftConstants(graph: GraphProto): GraphProto {
  const lifted = graph.node.flatMap(({ opType, output: [name = ''], attribute }) => {
    const tensor = opType === 'Constant' ? attribute.find((one) => one.name === 'value')?.t : undefined;
    return tensor === undefined ? [] : [{ ...tensor, name }];
  });
  const names = new Set(lifted.map(({ name }) => name));
  return {
    ...graph,
    node: graph.node.filter(({ opType, output }) => opType !== 'Constant' || !names.has(output[0] ?? '')),
    initializer: [...graph.initializer, ...lifted],
  };
}

const WEIGHTED = new Set(['Conv', 'Gemm', 'MatMul', 'ConvTranspose']);

/**
 * The result that is learnt from: the one that is asked for, else an output called features, else what the last layer with
 * weights before the answer is given. Throws INVALID_ARGUMENT for an unknown name, MODEL_INVALID where none is found.
 */
export function featuresOf(graph: GraphProto, asked: string | undefined, name: string): string {
  const results = new Set(graph.node.flatMap(({ output }) => output));
  if (asked !== undefined) {
    if (results.has(asked)) return asked;
    throw new AppError('INVALID_ARGUMENT', {
      message: `${name} has no result "${asked}".`,
      remedy: `Its outputs: ${graph.output.map((output) => output.name).join(', ')}. Leave it out to find the last features.`,
    });
  }
  const named = graph.output.find((output) => /^(features?|embeddings?|pooled)$/i.test(output.name));
  if (named) return named.name;
  const answer = graph.output.find((output) => /prob|logit|score/i.test(output.name)) ?? graph.output[0];
  const last = nodesBetween(graph, [], answer ? [answer.name] : [])
    .toReversed()
    .find((node) => WEIGHTED.has(node.opType));
  const before = last?.input[0];
  if (last && before !== undefined && last.opType !== 'Conv' && results.has(before)) return before;
  throw new AppError('MODEL_INVALID', {
    message: `${name}: no layer with weights is found before its answer, whose input could be learnt from.`,
    remedy: 'Name the result to learn from, or choose a neural network.',
    kept: 'No model was made.',
  });
}

/** Layers with weights on the way to the features, the first one first: their node and the names of their weights. */
export function weightedLayers({ graph, inputs, features }: CutModel): { node: NodeProto; weights: string[] }[] {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return nodesBetween(graph, inputs, [features]).flatMap((node) => {
    const isLayer = WEIGHTED.has(node.opType) || node.opType === 'BatchNormalization';
    // Mean and variance of a batch normalisation stay what they are.
    const learnt = node.opType === 'BatchNormalization' ? node.input.slice(1, 3) : node.input;
    const weights = learnt.filter((name) => constants.has(name));
    return isLayer && weights.length > 0 ? [{ node, weights }] : [];
  });
}
