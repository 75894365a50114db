import type { GradientRule } from '../gradient-rule.ts';

/** ln(1 + e^x)' = sigmoid(x). */
export const softplusRule: GradientRule = {
  operator: 'Softplus',
  gradient: ({ x, g, op }) => [op('Mul', g, op('Sigmoid', x))],
};
