import type { GradientRule } from '../gradient-rule.ts';
import { reduction } from '../reduction.ts';

/** 2 x. */
export const reduceSumSquareRule: GradientRule = {
  operator: 'ReduceSumSquare',
  gradient(rule) {
    const { x, g, op, real } = rule;
    const { spread } = reduction(rule);
    return [op('Mul', op('Mul', spread(g), real(2)), x), null];
  },
};
