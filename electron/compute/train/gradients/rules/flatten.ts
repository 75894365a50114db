import type { GradientRule } from '../gradient-rule.ts';

/** The elements stay in order. */
export const flattenRule: GradientRule = {
  operator: 'Flatten',
  gradient: ({ x, g, reshapeTo }) => [reshapeTo(g, x)],
};
