import type { GradientRule } from '../gradient-rule.ts';

/** (a - b)' = 1 and -1. */
export const subRule: GradientRule = {
  operator: 'Sub',
  gradient: ({ inputs: [a = '', b = ''], g, op, sumTo }) => [sumTo(g, a), sumTo(op('Neg', g), b)],
};
