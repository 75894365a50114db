import type { GradientRule } from '../gradient-rule.ts';
import { movedBack, sameNode } from '../moved-back.ts';

/** The sum over the copies. */
export const tileRule: GradientRule = {
  operator: 'Tile',
  gradient: (rule) => [movedBack(rule, rule.g, (image) => sameNode(rule, image)), null],
};
