import type { GradientRule } from '../gradient-rule.ts';

/** The same triangle. */
export const triluRule: GradientRule = {
  operator: 'Trilu',
  gradient({ inputs: [, k], g, make, integer }) {
    return [make('Trilu', { upper: integer('upper', 1) }, g, ...(k === undefined ? [] : [k])), null];
  },
};
