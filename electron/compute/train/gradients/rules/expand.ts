import type { GradientRule } from '../gradient-rule.ts';

/** The sum over the copies. */
export const expandRule: GradientRule = {
  operator: 'Expand',
  gradient: ({ x, g, sumTo }) => [sumTo(g, x), null],
};
