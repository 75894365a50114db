import type { GradientRule } from '../gradient-rule.ts';

/** cos' = -sin. */
export const cosRule: GradientRule = {
  operator: 'Cos',
  gradient: ({ x, g, op }) => [op('Neg', op('Mul', g, op('Sin', x)))],
};
