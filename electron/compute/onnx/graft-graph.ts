import { clone } from '@bufbuild/protobuf';
import { type GraphProto, GraphProtoSchema, type NodeProto, NodeProtoSchema, TensorProtoSchema } from 'onnx-buf';
import type { GraphBuilder } from './graph-builder.ts';
import { outerNames } from './outer-names.ts';

/** Nodes on which any of the values depends, in their order; nothing before `given` values is among them. */
export function nodesBetween(graph: GraphProto, given: Iterable<string>, wanted: readonly string[]): NodeProto[] {
  const known = new Set(given);
  const needed = new Set(wanted.filter((name) => !known.has(name)));
  const kept = graph.node.toReversed().filter((node) => {
    if (!node.output.some((output) => needed.has(output))) return false;
    for (const input of [...node.input, ...outerNames(node)]) if (!known.has(input)) needed.add(input);
    return true;
  });
  return kept.reverse();
}

/**
 * Adds the part of an imported graph that leads from `given` values (its name to the name here) to the wanted ones; answers
 * their names here. Its own names are changed, so that they meet nothing; its constants come along.
 */
export function graft(
  builder: GraphBuilder,
  graph: GraphProto,
  given: ReadonlyMap<string, string>,
  wanted: readonly string[],
): string[] {
  const nameOf = new Map<string, string>([...given, ['', '']]);
  const nodes = nodesBetween(graph, given.keys(), wanted);
  const used = new Set(nodes.flatMap((node) => [...node.input, ...outerNames(node)]).concat(wanted));
  for (const constant of graph.initializer) {
    if (nameOf.has(constant.name) || !used.has(constant.name)) continue;
    const copy = clone(TensorProtoSchema, constant);
    copy.name = builder.fresh('weight_');
    nameOf.set(constant.name, copy.name);
    builder.constants.push(copy);
  }
  for (const node of nodes) {
    const copy = clone(NodeProtoSchema, node);
    for (const output of node.output) if (output !== '') nameOf.set(output, builder.fresh());
    renameNode(copy, nameOf);
    copy.name = `${copy.opType}_${copy.output[0] ?? ''}`;
    builder.nodes.push(copy);
  }
  return wanted.map((name) => nameOf.get(name) ?? name);
}

/** Changes a node's names, and in its sub-graphs those that come from outside; names of their own stay. */
function renameNode(node: NodeProto, nameOf: ReadonlyMap<string, string>): void {
  node.input = node.input.map((name) => nameOf.get(name) ?? name);
  node.output = node.output.map((name) => nameOf.get(name) ?? name);
  for (const attribute of node.attribute) if (attribute.g) attribute.g = renamedInside(attribute.g, nameOf);
}

function renamedInside(graph: GraphProto, nameOf: ReadonlyMap<string, string>): GraphProto {
  const copy = clone(GraphProtoSchema, graph);
  const own = new Set([
    ...copy.input.map(({ name }) => name),
    ...copy.initializer.map(({ name }) => name),
    ...copy.node.flatMap(({ output }) => output),
  ]);
  const outer = new Map([...nameOf].filter(([name]) => !own.has(name)));
  for (const node of copy.node) renameNode(node, outer);
  for (const output of copy.output) output.name = outer.get(output.name) ?? output.name;
  return copy;
}
