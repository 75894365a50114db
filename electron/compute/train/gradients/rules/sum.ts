import type { GradientRule } from '../gradient-rule.ts';

/** 1 for every term. */
export const sumRule: GradientRule = {
  operator: 'Sum',
  gradient: ({ inputs, g, sumTo }) => inputs.map((input) => sumTo(g, input)),
};
