import type { GradientRule } from '../gradient-rule.ts';

/** cosh' = sinh. */
export const coshRule: GradientRule = {
  operator: 'Cosh',
  gradient: ({ x, g, op }) => [op('Mul', g, op('Sinh', x))],
};
