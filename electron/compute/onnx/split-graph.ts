import { create, toBinary } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type ValueInfoProto,
} from 'onnx-buf';

/** Names that a node reads, those of graphs inside it included. */
function namesRead(node: NodeProto): string[] {
  const inner = node.attribute.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...graphs]);
  return [
    ...node.input,
    ...inner.flatMap((graph) => [...graph.node.flatMap(namesRead), ...graph.output.map(({ name }) => name)]),
  ];
}

/** Nodes that `names` need, in order; the walk stops at names of `given`. */
export function nodesBehind(
  graph: GraphProto,
  names: Iterable<string>,
  given: ReadonlySet<string> = new Set(),
): NodeProto[] {
  const wanted = new Set([...names].filter((name) => !given.has(name)));
  const found = graph.node.toReversed().filter((node) => {
    if (!node.output.some((name) => wanted.has(name))) return false;
    for (const name of namesRead(node)) if (!given.has(name)) wanted.add(name);
    return true;
  });
  return found.toReversed();
}

/**
 * The part of a model that makes `outputs` when the values of `given` are fed: a model of its own with the same operator
 * sets. Inputs of the graph that the part needs stay inputs.
 */
export function partOfModel(
  model: ModelProto,
  outputs: readonly ValueInfoProto[],
  given: readonly ValueInfoProto[] = [],
): Uint8Array {
  const { graph } = model;
  if (!graph) throw new RangeError('The model has no graph.');
  const names = outputs.map(({ name }) => name);
  const node = nodesBehind(graph, names, new Set(given.map(({ name }) => name)));
  const read = new Set([...names, ...node.flatMap(namesRead)]);
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const part = create(GraphProtoSchema, {
    name: graph.name,
    node,
    initializer: graph.initializer.filter(({ name }) => read.has(name)),
    input: [
      ...graph.input.filter(({ name }) => read.has(name) && !constants.has(name)),
      ...given.filter(({ name }) => read.has(name)),
    ],
    output: [...outputs],
  });
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { ...model, graph: part }));
}
