import type { GradientRule } from '../gradient-rule.ts';
import { reduction } from '../reduction.ts';

/** e^(x - y). */
export const reduceLogSumExpRule: GradientRule = {
  operator: 'ReduceLogSumExp',
  gradient(rule) {
    const { x, y, g, op } = rule;
    const { spread } = reduction(rule);
    return [op('Mul', spread(g), op('Exp', op('Sub', x, spread(y)))), null];
  },
};
