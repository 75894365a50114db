import type { RuleNode } from './gradient-rule.ts';

/** What rules of reductions share; axes come as an attribute (opset 17) or as the second input (18 on). */
export function reduction({ graph, node, x, y, op, make, integer, integers }: RuleNode) {
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
      return make('ReduceSum', { keepdims: 1 }, value, ...(axes === undefined ? [] : [axes]));
    },
    /** Terms of each sum, as a real number. */
    count: (): string => make('Cast', { to: 1 }, op('Div', op('Size', x), op('Size', y))),
  };
}
