import type { GradientRule } from '../gradient-rule.ts';

/** sinh' = cosh. */
export const sinhRule: GradientRule = {
  operator: 'Sinh',
  gradient: ({ x, g, op }) => [op('Mul', g, op('Cosh', x))],
};
