import type { GradientRule } from '../gradient-rule.ts';

/** 0 up to -3, 1 from 3 on, x / 3 + 1 / 2 between. */
export const hardSwishRule: GradientRule = {
  operator: 'HardSwish',
  gradient({ x, g, op, real }) {
    const between = op('Add', op('Div', x, real(3)), real(0.5));
    const upper = op('Where', op('GreaterOrEqual', x, real(3)), real(1), between);
    return [op('Mul', g, op('Where', op('LessOrEqual', x, real(-3)), real(0), upper))];
  },
};
