import type { GradientRule } from '../gradient-rule.ts';

/** Passes where the result is positive. */
export const reluRule: GradientRule = {
  operator: 'Relu',
  gradient: ({ y, g, op, when, real }) => [op('Mul', g, when(op('Greater', y, real(0))))],
};
