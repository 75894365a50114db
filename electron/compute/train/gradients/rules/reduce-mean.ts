import type { GradientRule } from '../gradient-rule.ts';
import { reduction } from '../reduction.ts';

/** 1 / n for every term. */
export const reduceMeanRule: GradientRule = {
  operator: 'ReduceMean',
  gradient(rule) {
    const { x, g, op } = rule;
    const { spread, count } = reduction(rule);
    return [op('Expand', spread(op('Div', g, count())), op('Shape', x)), null];
  },
};
