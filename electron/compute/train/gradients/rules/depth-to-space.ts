import type { GradientRule } from '../gradient-rule.ts';

/** Space back to depth. */
export const depthToSpaceRule: GradientRule = {
  operator: 'DepthToSpace',
  gradient({ g, x, make, integer, text, refuse, op }) {
    if (text('mode', 'DCR') !== 'DCR') return refuse('of mode CRD');
    return [op('Reshape', make('SpaceToDepth', { blocksize: integer('blocksize', 1) }, g), op('Shape', x))];
  },
};
