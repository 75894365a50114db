import type { GradientRule } from '../gradient-rule.ts';

/** Passes within the bounds, the bounds excluded; the bounds themselves get none. */
export const clipRule: GradientRule = {
  operator: 'Clip',
  gradient({ inputs: [x = '', low = '', high = ''], g, op, when }) {
    let gradient = g;
    if (low !== '') gradient = op('Mul', gradient, when(op('Greater', x, low)));
    if (high !== '') gradient = op('Mul', gradient, when(op('Less', x, high)));
    return [gradient, null, null];
  },
};
