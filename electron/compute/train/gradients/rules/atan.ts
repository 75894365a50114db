import type { GradientRule } from '../gradient-rule.ts';

/** atan(x)' = 1 / (1 + x^2). */
export const atanRule: GradientRule = {
  operator: 'Atan',
  gradient: ({ x, g, op, real }) => [op('Div', g, op('Add', real(1), op('Mul', x, x)))],
};
