import type { GradientRule } from '../gradient-rule.ts';

/** gamma where x is positive, else gamma alpha e^x = y + gamma alpha (Klambauer et al. 2017). */
export const seluRule: GradientRule = {
  operator: 'Selu',
  gradient({ x, y, g, op, real, float }) {
    const alpha = float('alpha', 1.6732632423543772);
    const gamma = float('gamma', 1.0507009873554805);
    return [op('Mul', g, op('Where', op('Greater', x, real(0)), real(gamma), op('Add', y, real(alpha * gamma))))];
  },
};
