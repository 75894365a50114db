import type { GradientRule } from '../gradient-rule.ts';

/** (ln x)' = 1 / x. */
export const logRule: GradientRule = {
  operator: 'Log',
  gradient: ({ x, g, op }) => [op('Div', g, x)],
};
