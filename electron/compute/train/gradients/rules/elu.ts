import type { GradientRule } from '../gradient-rule.ts';

/** 1 where x is positive, else alpha e^x = y + alpha. */
export const eluRule: GradientRule = {
  operator: 'Elu',
  gradient: ({ x, y, g, op, real, float }) => [
    op('Where', op('Greater', x, real(0)), g, op('Mul', g, op('Add', y, real(float('alpha', 1))))),
  ],
};
