import type { GradientRule } from '../gradient-rule.ts';

/** 1 / n for every one of n terms. */
export const meanRule: GradientRule = {
  operator: 'Mean',
  gradient: ({ inputs, g, op, real, sumTo }) =>
    inputs.map((input) => sumTo(op('Mul', g, real(1 / inputs.length)), input)),
};
