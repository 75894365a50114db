import type { GradientRule } from '../gradient-rule.ts';
import { reduction } from '../reduction.ts';

/** The sign of each term. */
export const reduceL1Rule: GradientRule = {
  operator: 'ReduceL1',
  gradient(rule) {
    const { x, g, op } = rule;
    const { spread } = reduction(rule);
    return [op('Mul', spread(g), op('Sign', x)), null];
  },
};
