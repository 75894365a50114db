import type { GradientRule } from '../gradient-rule.ts';
import { reduction } from '../reduction.ts';

/** Goes to the largest; those that are equal share it. */
export const reduceMaxRule: GradientRule = {
  operator: 'ReduceMax',
  gradient(rule) {
    const { x, y, g, op, when } = rule;
    const { spread, sum } = reduction(rule);
    const isAnswer = when(op('Equal', x, spread(y)));
    return [op('Mul', op('Div', spread(g), sum(isAnswer)), isAnswer), null];
  },
};
