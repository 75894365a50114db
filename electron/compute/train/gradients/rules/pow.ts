import { FLOAT } from '../../../onnx/graph-builder.ts';
import type { GradientRule } from '../gradient-rule.ts';

/** (a^b)' = b a^(b - 1) and a^b ln a; the second is 0 where a is not positive. The exponent may be of integers. */
export const powRule: GradientRule = {
  operator: 'Pow',
  gradient({ inputs: [a = '', b = ''], y, g, op, make, real, sumTo }) {
    const exponent = make('Cast', { to: FLOAT }, b);
    // a^0 is 1 at 0 too, and flat.
    const isFlat = op('Equal', exponent, real(0));
    const lower = op('Where', isFlat, real(1), op('Sub', exponent, real(1)));
    const toBase = op('Mul', exponent, op('Pow', a, lower));
    const isPositive = op('Greater', a, real(0));
    const logarithm = op('Log', op('Where', isPositive, a, real(1)));
    return [sumTo(op('Mul', g, toBase), a), sumTo(op('Mul', g, op('Mul', y, logarithm)), b)];
  },
};
