import type { GradientRule } from '../gradient-rule.ts';

/** Steps to the nearest: flat wherever it has a derivative, so 0. */
export const roundRule: GradientRule = {
  operator: 'Round',
  gradient: ({ x, zerosLike }) => [zerosLike(x)],
};
