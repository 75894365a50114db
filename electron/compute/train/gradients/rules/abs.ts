import type { GradientRule } from '../gradient-rule.ts';

/** |x|' is the sign of x; 0 at 0. */
export const absRule: GradientRule = {
  operator: 'Abs',
  gradient: ({ x, g, op }) => [op('Mul', g, op('Sign', x))],
};
