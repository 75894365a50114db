import type { GradientRule } from '../gradient-rule.ts';
import { reduction } from '../reduction.ts';

/** 1 / sum = e^-y. */
export const reduceLogSumRule: GradientRule = {
  operator: 'ReduceLogSum',
  gradient(rule) {
    const { x, y, g, op } = rule;
    const { spread } = reduction(rule);
    return [op('Expand', op('Mul', spread(g), op('Exp', op('Neg', spread(y)))), op('Shape', x)), null];
  },
};
