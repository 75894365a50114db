import type { GradientRule } from '../gradient-rule.ts';

/** (a / b)' = 1 / b and -(a / b) / b. */
export const divRule: GradientRule = {
  operator: 'Div',
  gradient: ({ inputs: [a = '', b = ''], y, g, op, sumTo }) => [
    sumTo(op('Div', g, b), a),
    sumTo(op('Neg', op('Div', op('Mul', g, y), b)), b),
  ],
};
