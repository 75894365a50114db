import type { GradientRule } from '../gradient-rule.ts';

/** x tanh(s) with s = ln(1 + e^x): tanh(s) + x (1 - tanh(s)^2) sigmoid(x). */
export const mishRule: GradientRule = {
  operator: 'Mish',
  gradient({ x, g, op, real }) {
    const t = op('Tanh', op('Softplus', x));
    const rest = op('Mul', op('Mul', x, op('Sigmoid', x)), op('Sub', real(1), op('Mul', t, t)));
    return [op('Mul', g, op('Add', t, rest))];
  },
};
