import type { GradientRule } from '../gradient-rule.ts';

/** Depth back to space. */
export const spaceToDepthRule: GradientRule = {
  operator: 'SpaceToDepth',
  gradient: ({ g, make, integer }) => [make('DepthToSpace', { blocksize: integer('blocksize', 1) }, g)],
};
