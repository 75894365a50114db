import { AppError } from '../../../../shared/errors.ts';
import { graft, nodesBetween } from '../../onnx/graft-graph.ts';
import { tensorFloats } from '../../onnx/tensor-values.ts';
import type { StartedGraph, StartedParameter } from '../started-graph.ts';
import { type CutModel, weightedLayers } from './cut-model.ts';

/** Which weights of a model are trained on: those of the last layers, less the frozen ones. */
export interface TuneChoice {
  /** Layers with weights, counted from the features back; 0 for none. */
  readonly layers: number;
  /** Names of weights or nodes that stay as they are; `*` stands for any letters. */
  readonly freeze: readonly string[];
}

/** The choice as parameters give it: patterns parted by commas; freezing alone means that all other layers are trained. */
export function tuneChoice({
  tuneLayers,
  freeze,
}: {
  readonly tuneLayers: number;
  readonly freeze: string;
}): TuneChoice {
  const patterns = freeze
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return { layers: tuneLayers === 0 && patterns.length > 0 ? Number.MAX_SAFE_INTEGER : tuneLayers, freeze: patterns };
}

const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\*', '.*')}$`).test(name);

/** Names of the chosen weights. Throws INVALID_ARGUMENT for a pattern that matches nothing. */
export function tunedWeights(backbone: CutModel, { layers, freeze }: TuneChoice): string[] {
  const all = weightedLayers(backbone);
  for (const pattern of freeze) {
    const isKnown = all.some(({ node, weights }) => [node.name, ...weights].some((name) => matches(pattern, name)));
    if (!isKnown)
      throw new AppError('INVALID_ARGUMENT', {
        message: `No weight or node of the model is called "${pattern}".`,
        remedy: `The last ones: ${all
          .slice(-5)
          .map(({ node, weights }) => `${node.name} (${weights.join(', ')})`)
          .join('; ')}.`,
      });
  }
  const isFrozen = (name: string): boolean => freeze.some((pattern) => matches(pattern, name));
  return [
    ...new Set(
      all
        .slice(layers === 0 ? all.length : -layers)
        .flatMap(({ node, weights }) => (isFrozen(node.name) ? [] : weights.filter((name) => !isFrozen(name)))),
    ),
  ];
}

/**
 * Values that lead into the trained part and change with what the model takes, but with no trained weight: they are computed once for
 * every row and kept.
 */
export function frontierOf({ graph, inputs, features }: CutModel, weights: readonly string[]): string[] {
  const nodes = nodesBetween(graph, inputs, [features]);
  const ofInput = new Set(inputs);
  const trained = new Set(weights);
  const frontier = new Set<string>();
  for (const node of nodes) {
    const isTrained = node.input.some((name) => trained.has(name));
    const isOfInput = node.input.some((name) => ofInput.has(name));
    for (const output of node.output) {
      if (isTrained) trained.add(output);
      if (isOfInput || isTrained) ofInput.add(output);
    }
    if (!isTrained) continue;
    for (const name of node.input) if (ofInput.has(name) && !trained.has(name)) frontier.add(name);
  }
  return [...frontier];
}

/** The trained part of a backbone with a head on its features: from the frontier's values to raw scores. */
export function tunedNetwork(
  backbone: CutModel,
  weights: readonly string[],
  frontier: readonly { readonly name: string; readonly dims: readonly number[] }[],
  head: StartedGraph,
): StartedGraph {
  const constants = new Map(backbone.graph.initializer.map((tensor) => [tensor.name, tensor]));
  const parameters = weights.map((name): StartedParameter => {
    const tensor = constants.get(name);
    const values = tensor && tensorFloats(tensor);
    if (!tensor || !values)
      throw new AppError('MODEL_INVALID', {
        message: `The weight "${name}" is no tensor of 32-bit floats, which alone are trained.`,
        remedy: 'Freeze it, or use a model with 32-bit weights.',
      });
    const dims = tensor.dims.map(Number);
    return { name: `tuned.${name}`, dims, values, isDecayed: dims.length > 1 };
  });
  return {
    inputs: frontier.map(({ dims }) => ({ dims })),
    outputs: head.outputs,
    parameters: [...parameters, ...head.parameters],
    forward(graph, inputs, nameOf) {
      const given = new Map([
        ...frontier.map(({ name }, index) => [name, inputs[index] ?? ''] as const),
        ...weights.map((name) => [name, nameOf(`tuned.${name}`)] as const),
      ]);
      const [features = ''] = graft(graph, backbone.graph, given, [backbone.features]);
      return head.forward(graph, [graph.add('Flatten', [features], { axis: 1 })], nameOf);
    },
  };
}
