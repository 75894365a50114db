import type { GradientRule } from '../gradient-rule.ts';

/** 1 where x is positive, else alpha. */
export const leakyReluRule: GradientRule = {
  operator: 'LeakyRelu',
  gradient: ({ x, g, op, real, float }) => [
    op('Where', op('Greater', x, real(0)), g, op('Mul', g, real(float('alpha', 0.01)))),
  ],
};
