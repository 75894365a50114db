import type { GradientRule } from '../gradient-rule.ts';

/** The inverse permutation; without one the axes are reversed both ways. */
export const transposeRule: GradientRule = {
  operator: 'Transpose',
  gradient({ g, op, make, integers }) {
    const perm = integers('perm');
    if (!perm) return [op('Transpose', g)];
    return [make('Transpose', { perm: perm.map((_, axis) => perm.indexOf(axis)) }, g)];
  },
};
