import type { GradientRule } from '../gradient-rule.ts';

/** The elements stay in order. */
export const unsqueezeRule: GradientRule = {
  operator: 'Unsqueeze',
  gradient: ({ x, g, reshapeTo }) => [reshapeTo(g, x), null],
};
