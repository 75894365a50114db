import type { GradientRule } from '../gradient-rule.ts';

/** Phi(x) + x phi(x) (Hendrycks and Gimpel 2016), or the derivative of its form with the hyperbolic tangent. */
export const geluRule: GradientRule = {
  operator: 'Gelu',
  gradient({ x, g, op, real, text }) {
    const half = real(0.5);
    const square = op('Mul', x, x);
    if (text('approximate', 'none') === 'tanh') {
      const [scale, cubic] = [Math.sqrt(2 / Math.PI), 0.044715];
      const inner = op('Mul', x, op('Add', real(scale), op('Mul', square, real(scale * cubic))));
      const slope = op('Add', real(scale), op('Mul', square, real(3 * scale * cubic)));
      const t = op('Tanh', inner);
      const steep = op('Mul', op('Mul', x, slope), op('Sub', real(1), op('Mul', t, t)));
      return [op('Mul', g, op('Mul', half, op('Add', op('Add', real(1), t), steep)))];
    }
    const share = op('Mul', half, op('Add', real(1), op('Erf', op('Mul', x, real(Math.SQRT1_2)))));
    const density = op('Mul', op('Exp', op('Mul', square, real(-0.5))), real(1 / Math.sqrt(2 * Math.PI)));
    return [op('Mul', g, op('Add', share, op('Mul', x, density)))];
  },
};
