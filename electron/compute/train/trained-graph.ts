import { type ElementType, FLOAT, type GraphBuilder } from '../onnx/graph-builder.ts';

/** A tensor that training moves. */
export interface TrainedParameter {
  readonly name: string;
  readonly dims: readonly number[];
  /** Whether weight decay pulls it to zero: weights as a rule, biases and scales not. */
  readonly isDecayed: boolean;
}

/** What one row of an input looks like. */
export interface TrainedInput {
  readonly dims: readonly number[];
  /** Single precision unless told: codes of an embedding are whole numbers. */
  readonly type?: ElementType;
}

/** A network of any form: nodes from a batch and named parameters to raw scores. */
export interface TrainedGraph {
  readonly inputs: readonly TrainedInput[];
  /** Numbers answered a row. */
  readonly outputs: number;
  readonly parameters: readonly TrainedParameter[];
  /**
   * Adds the forward pass: `inputs` name batches [B, ...], `nameOf` says what a parameter is called in this graph. Answers
   * the raw scores, [B, outputs].
   */
  forward(graph: GraphBuilder, inputs: readonly string[], nameOf: (parameter: string) => string): string;
}

/** Adds a network with its parameters as constants. */
export function parameterisedNodes(
  graph: GraphBuilder,
  network: TrainedGraph,
  parameters: readonly Float32Array[],
  inputs: readonly string[],
): string {
  const names = new Map(
    network.parameters.map(({ name, dims }, index) => [name, graph.floats(parameters[index] ?? [], dims)]),
  );
  return network.forward(graph, inputs, (name) => names.get(name) ?? name);
}

export const inputName = (index: number): string => `X${index}`;
export const inputType = ({ type = FLOAT }: TrainedInput): ElementType => type;

export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, side) => product * side, 1);

/** Numbers in all parameters together: the length of the one tensor that holds them, one after the other. */
export const parameterCount = ({ parameters }: TrainedGraph): number =>
  parameters.reduce((sum, { dims }) => sum + sizeOf(dims), 0);

/** Views of the parameters in the one tensor, in order. */
export function partParameters({ parameters }: TrainedGraph, joined: Float32Array): Float32Array[] {
  let at = 0;
  return parameters.map(({ dims }) => {
    const from = at;
    at += sizeOf(dims);
    return joined.subarray(from, at);
  });
}

/** Adds nodes that part the one tensor into the parameters in their shapes; answers each one's name by the parameter's. */
export function partNodes(
  graph: GraphBuilder,
  { parameters }: TrainedGraph,
  joined: string,
): ReadonlyMap<string, string> {
  const sizes = graph.integers(parameters.map(({ dims }) => sizeOf(dims)));
  const parts = graph.addAll('Split', [joined, sizes], parameters.length, { axis: 0 });
  return new Map(
    parameters.map(({ name, dims }, index) => {
      const part = parts[index] ?? '';
      return [name, dims.length === 1 ? part : graph.add('Reshape', [part, graph.integers(dims)])];
    }),
  );
}

/** Adds nodes that put tensors one after the other into one. */
export function joinNodes(graph: GraphBuilder, parts: readonly string[], dims: readonly (readonly number[])[]): string {
  const flat = parts.map((part, index) =>
    dims[index]?.length === 1 ? part : graph.add('Reshape', [part, graph.integers([-1])]),
  );
  return flat.length === 1 ? (flat[0] ?? '') : graph.add('Concat', flat, { axis: 0 });
}
