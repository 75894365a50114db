import type { GradientRule } from '../gradient-rule.ts';

/** y = x. */
export const identityRule: GradientRule = {
  operator: 'Identity',
  gradient: ({ g }) => [g],
};
