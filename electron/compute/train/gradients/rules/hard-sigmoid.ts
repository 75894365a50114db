import type { GradientRule } from '../gradient-rule.ts';

/** alpha where the result is strictly between 0 and 1. */
export const hardSigmoidRule: GradientRule = {
  operator: 'HardSigmoid',
  gradient({ y, g, op, when, real, float }) {
    const isInside = op('And', op('Greater', y, real(0)), op('Less', y, real(1)));
    return [op('Mul', op('Mul', g, real(float('alpha', 0.2))), when(isInside))];
  },
};
