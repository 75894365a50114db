import type { GradientRule } from '../gradient-rule.ts';

/** Steps up: flat wherever it has a derivative, so 0. */
export const ceilRule: GradientRule = {
  operator: 'Ceil',
  gradient: ({ x, zerosLike }) => [zerosLike(x)],
};
