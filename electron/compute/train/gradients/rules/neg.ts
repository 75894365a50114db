import type { GradientRule } from '../gradient-rule.ts';

/** (-x)' = -1. */
export const negRule: GradientRule = {
  operator: 'Neg',
  gradient: ({ g, op }) => [op('Neg', g)],
};
