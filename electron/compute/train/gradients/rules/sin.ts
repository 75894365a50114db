import type { GradientRule } from '../gradient-rule.ts';

/** sin' = cos. */
export const sinRule: GradientRule = {
  operator: 'Sin',
  gradient: ({ x, g, op }) => [op('Mul', g, op('Cos', x))],
};
