import { INT64 } from '../../onnx/graph-builder.ts';
import type { RuleNode } from './gradient-rule.ts';

/**
 * The gradient of the first input of an operator that only picks and moves its elements. The same operator is put onto an
 * image of the elements' numbers; each part of a result's gradient is added where its number says. `results` pairs
 * results with their gradients; all must come from `again`, which answers them for an input in the first one's place.
 */
export function movedBack(
  { graph, x, op, make, real, reshapeTo, inputs }: RuleNode,
  gradient: string,
  again: (image: string) => string,
): string {
  const shape = op('Shape', x);
  const size = op('Size', x);
  const numbers = op('Range', graph.integers([0], []), size, graph.integers([1], []));
  const image = op('Reshape', numbers, shape);
  const flat = graph.integers([-1]);
  const places = make('Cast', { to: INT64 }, op('Reshape', again(image), flat));
  const zeros = op('Expand', real(0), op('Reshape', size, graph.integers([1])));
  const added = make('ScatterElements', { axis: 0, reduction: 'add' }, zeros, places, op('Reshape', gradient, flat));
  return reshapeTo(added, inputs[0] ?? '');
}

/** The node once more with another first input; answers its first result. */
export function sameNode({ graph, node }: RuleNode, first: string): string {
  return graph.repeat(node, [first, ...node.input.slice(1)])[0] ?? '';
}
