import type { NodeProto } from 'onnx-buf';

/** Names that a node's sub-graphs take from outside of them. */
export function outerNames(node: NodeProto): string[] {
  return node.attribute.flatMap(({ g }) => {
    if (!g) return [];
    const own = new Set([...g.input.map(({ name }) => name), ...g.initializer.map(({ name }) => name)]);
    const outer: string[] = [];
    for (const inner of g.node) {
      for (const name of [...inner.input, ...outerNames(inner)]) if (name !== '' && !own.has(name)) outer.push(name);
      for (const output of inner.output) own.add(output);
    }
    return [...outer, ...g.output.map(({ name }) => name).filter((name) => !own.has(name))];
  });
}
