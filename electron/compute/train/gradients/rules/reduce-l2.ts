import type { GradientRule } from '../gradient-rule.ts';
import { reduction } from '../reduction.ts';

/** x / y; 0 where the norm is 0. */
export const reduceL2Rule: GradientRule = {
  operator: 'ReduceL2',
  gradient(rule) {
    const { x, y, g, op, real } = rule;
    const { spread } = reduction(rule);
    const norm = op('Where', op('Equal', spread(y), real(0)), real(1), spread(y));
    return [op('Mul', op('Div', spread(g), norm), x), null];
  },
};
