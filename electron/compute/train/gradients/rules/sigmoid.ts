import type { GradientRule } from '../gradient-rule.ts';

/** s' = s (1 - s). */
export const sigmoidRule: GradientRule = {
  operator: 'Sigmoid',
  gradient: ({ y, g, op, real }) => [op('Mul', g, op('Mul', y, op('Sub', real(1), y)))],
};
