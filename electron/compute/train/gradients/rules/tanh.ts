import type { GradientRule } from '../gradient-rule.ts';

/** t' = 1 - t^2. */
export const tanhRule: GradientRule = {
  operator: 'Tanh',
  gradient: ({ y, g, op, real }) => [op('Mul', g, op('Sub', real(1), op('Mul', y, y)))],
};
