import type { GradientRule } from '../gradient-rule.ts';

/** (a b)' = b and a. */
export const mulRule: GradientRule = {
  operator: 'Mul',
  gradient: ({ inputs: [a = '', b = ''], g, op, sumTo }) => [sumTo(op('Mul', g, b), a), sumTo(op('Mul', g, a), b)],
};
