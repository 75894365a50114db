import type { GradientRule } from '../gradient-rule.ts';

/** (a + b)' = 1 for both. */
export const addRule: GradientRule = {
  operator: 'Add',
  gradient: ({ inputs, g, sumTo }) => inputs.map((input) => sumTo(g, input)),
};
