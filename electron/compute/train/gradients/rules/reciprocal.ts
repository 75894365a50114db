import type { GradientRule } from '../gradient-rule.ts';

/** (1 / x)' = -1 / x^2. */
export const reciprocalRule: GradientRule = {
  operator: 'Reciprocal',
  gradient: ({ y, g, op }) => [op('Neg', op('Mul', g, op('Mul', y, y)))],
};
