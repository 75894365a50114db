import type { GradientRule } from '../gradient-rule.ts';
import { reduction } from '../reduction.ts';

/** 1 for every term. */
export const reduceSumRule: GradientRule = {
  operator: 'ReduceSum',
  gradient(rule) {
    const { x, g, op } = rule;
    const { spread } = reduction(rule);
    return [op('Expand', spread(g), op('Shape', x)), null];
  },
};
