import type { GradientRule } from '../gradient-rule.ts';

/** erf(x)' = 2 / sqrt(pi) e^(-x^2). */
export const erfRule: GradientRule = {
  operator: 'Erf',
  gradient: ({ x, g, op, real }) => [
    op('Mul', op('Mul', g, real(2 / Math.sqrt(Math.PI))), op('Exp', op('Neg', op('Mul', x, x)))),
  ],
};
