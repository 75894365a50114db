import type { GradientRule } from '../gradient-rule.ts';

/** (sqrt x)' = 1 / (2 sqrt x). */
export const sqrtRule: GradientRule = {
  operator: 'Sqrt',
  gradient: ({ y, g, op, real }) => [op('Div', op('Mul', g, real(0.5)), y)],
};
