import type { GradientRule } from '../gradient-rule.ts';

/** (e^x)' = e^x. */
export const expRule: GradientRule = {
  operator: 'Exp',
  gradient: ({ y, g, op }) => [op('Mul', g, y)],
};
