import type { GradientRule } from '../gradient-rule.ts';

/** Steps to -1, 0 or 1: flat wherever it has a derivative, so 0. */
export const signRule: GradientRule = {
  operator: 'Sign',
  gradient: ({ x, zerosLike }) => [zerosLike(x)],
};
