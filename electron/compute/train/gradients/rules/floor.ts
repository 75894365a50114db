import type { GradientRule } from '../gradient-rule.ts';

/** Steps down: flat wherever it has a derivative, so 0. */
export const floorRule: GradientRule = {
  operator: 'Floor',
  gradient: ({ x, zerosLike }) => [zerosLike(x)],
};
