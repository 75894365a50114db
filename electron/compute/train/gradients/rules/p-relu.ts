import type { GradientRule } from '../gradient-rule.ts';

/** 1 where x is positive, else the slope, whose own gradient is x there. */
export const pReluRule: GradientRule = {
  operator: 'PRelu',
  gradient({ inputs: [x = '', slope = ''], g, op, real, sumTo }) {
    const isPositive = op('Greater', x, real(0));
    const toSlope = op('Where', isPositive, real(0), op('Mul', g, x));
    return [op('Where', isPositive, g, op('Mul', g, slope)), sumTo(toSlope, slope)];
  },
};
