import { INT64 } from '../../onnx/graph-builder.ts';
import type { RuleNode } from './gradient-rule.ts';

/**
 * What both losses over class numbers share: the classes one-hot along axis 1, and each place's factor (upstream gradient,
 * class weight, share of the mean; 0 for ignored labels) with an axis of one for the classes.
 */
export function classLoss({ graph, node, inputs, g, op, make, real, text }: RuleNode): { hot: string; factor: string } {
  const [scores = '', labels = '', weights = ''] = inputs;
  const numbers = make('Cast', { to: INT64 }, labels);
  const ignored = node.attribute.find(({ name }) => name === 'ignore_index')?.i;
  const isIgnored = ignored === undefined ? null : op('Equal', numbers, graph.integers([Number(ignored)], []));
  const safe = isIgnored === null ? numbers : op('Where', isIgnored, graph.integers([0], []), numbers);
  const classes = op('Gather', op('Shape', scores), graph.integers([1]));
  const hot = make('OneHot', { axis: 1 }, safe, classes, graph.floats([0, 1]));
  let weight = weights === '' ? op('Expand', real(1), op('Shape', numbers)) : op('Gather', weights, safe);
  if (isIgnored !== null) weight = op('Where', isIgnored, real(0), weight);
  const mean = text('reduction', 'mean') === 'mean';
  const upstream = mean ? op('Div', g, make('ReduceSum', { keepdims: 0 }, weight)) : g;
  return { hot, factor: op('Unsqueeze', op('Mul', upstream, weight), graph.integers([1])) };
}
