import type { GradientRule } from '../gradient-rule.ts';

/** The elements stay in order. */
export const reshapeRule: GradientRule = {
  operator: 'Reshape',
  gradient: ({ x, g, reshapeTo }) => [reshapeTo(g, x), null],
};
