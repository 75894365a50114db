import type { GradientRule } from '../gradient-rule.ts';

/** (x / (1 + |x|))' = 1 / (1 + |x|)^2. */
export const softsignRule: GradientRule = {
  operator: 'Softsign',
  gradient({ x, g, op, real }) {
    const below = op('Add', real(1), op('Abs', x));
    return [op('Div', g, op('Mul', below, below))];
  },
};
