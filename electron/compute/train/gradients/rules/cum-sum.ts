import type { GradientRule } from '../gradient-rule.ts';

/** The sum from the other end. */
export const cumSumRule: GradientRule = {
  operator: 'CumSum',
  gradient({ inputs: [, axis = ''], g, make, integer }) {
    return [make('CumSum', { exclusive: integer('exclusive', 0), reverse: 1 - integer('reverse', 0) }, g, axis), null];
  },
};
