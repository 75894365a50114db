import type { GradientRule } from '../gradient-rule.ts';

/** Goes to the value that was taken. */
export const whereRule: GradientRule = {
  operator: 'Where',
  gradient({ inputs: [condition = '', a = '', b = ''], g, op, real, sumTo }) {
    const zero = real(0);
    return [null, sumTo(op('Where', condition, g, zero), a), sumTo(op('Where', condition, zero, g), b)];
  },
};
