import type { GradientRule } from '../gradient-rule.ts';

/** 1 where x is positive, else e^(x / alpha). */
export const celuRule: GradientRule = {
  operator: 'Celu',
  gradient({ x, g, op, real, float }) {
    const below = op('Exp', op('Div', op('Min', x, real(0)), real(float('alpha', 1))));
    return [op('Mul', g, below)];
  },
};
