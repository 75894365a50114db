import { AppError } from '../../../../shared/errors.ts';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import { GRADIENT_RULES } from './gradient-rules.ts';

/**
 * Reverse-mode differentiation: adds nodes for the gradient of a scalar with respect to the named values, and answers
 * their names in order. `ranks` tells the rank of values that take part in broadcasting (2 where nothing is told). A node
 * on the way whose operator has no rule is an error that names node and operator, before anything runs. A value that
 * the scalar does not depend on is an error too.
 */
export function differentiate(
  graph: GraphBuilder,
  scalar: string,
  values: readonly string[],
  ranks: ReadonlyMap<string, number>,
): string[] {
  const needed = new Set(values);
  const forward = [...graph.nodes];
  const onTheWay = forward.filter((node) => {
    const depends = node.input.some((input) => needed.has(input));
    if (depends) for (const output of node.output) needed.add(output);
    return depends;
  });
  for (const node of onTheWay) {
    if (GRADIENT_RULES[node.opType]) continue;
    throw new AppError('MODEL_INVALID', {
      message: `Node "${node.name}": the operator ${node.opType} has no gradient.`,
      remedy: `Operators with one: ${Object.keys(GRADIENT_RULES).join(', ')}.`,
    });
  }
  const gradients = new Map<string, string>([[scalar, graph.float(1)]]);
  const rank = (name: string): number => ranks.get(name) ?? 2;
  for (const node of onTheWay.toReversed()) {
    const output = node.output[0] ?? '';
    const gradient = gradients.get(output);
    const rule = GRADIENT_RULES[node.opType];
    if (gradient === undefined || !rule) continue;
    const parts = rule({ graph, inputs: node.input, output, gradient, node, rank });
    for (const [index, part] of parts.entries()) {
      const input = node.input[index] ?? '';
      if (part === null || !needed.has(input)) continue;
      const before = gradients.get(input);
      gradients.set(input, before === undefined ? part : graph.add('Add', [before, part]));
    }
  }
  return values.map((value) => {
    const gradient = gradients.get(value);
    if (gradient === undefined)
      throw new AppError('MODEL_INVALID', { message: `The loss does not depend on "${value}".` });
    return gradient;
  });
}
