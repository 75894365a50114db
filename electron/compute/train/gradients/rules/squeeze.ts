import type { GradientRule } from '../gradient-rule.ts';

/** The elements stay in order. */
export const squeezeRule: GradientRule = {
  operator: 'Squeeze',
  gradient: ({ x, g, reshapeTo }) => [reshapeTo(g, x), null],
};
