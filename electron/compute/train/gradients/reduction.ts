import { FLOAT } from '../../onnx/graph-builder.ts';
import type { RuleNode } from './gradient-rule.ts';

/** What rules of reductions share; axes come as an attribute (opset 17) or as the second input (18 on). */
export function reduction(rule: RuleNode) {
  const { graph, node, op, make, integer, integers } = rule;
  const given = integers('axes');
  const axes = node.input[1] ? node.input[1] : given && given.length > 0 ? graph.integers(given) : undefined;
  const keepsAxes = integer('keepdims', 1) === 1;
  const isNothing = axes === undefined && integer('noop_with_empty_axes', 0) === 1;
  return {
    /** A value in the result's shape, made to broadcast against the input. */
    spread: (value: string): string =>
      keepsAxes || axes === undefined || isNothing ? value : op('Unsqueeze', value, axes),
    /** The sum over the same axes, kept as axes of one. */
    sum: (value: string): string => {
      if (isNothing) return value;
      const sum = { keepdims: 1, noop_with_empty_axes: integer('noop_with_empty_axes', 0) };
      return make('ReduceSum', sum, value, ...(axes === undefined ? [] : [axes]));
    },
    /** Terms of each sum, as a real number. */
    count: (): string => termsOf(rule),
  };
}

/** How many elements of the input each of the result stands for, as a real number; no number where there are none. */
export function termsOf({ x, y, op, make }: RuleNode): string {
  const size = (value: string): string => make('Cast', { to: FLOAT }, op('Size', value));
  return op('Div', size(x), size(y));
}
