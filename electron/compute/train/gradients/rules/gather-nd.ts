import type { GradientRule } from '../gradient-rule.ts';
import { movedBack, sameNode } from '../moved-back.ts';

/** Added where each element was picked. */
export const gatherNDRule: GradientRule = {
  operator: 'GatherND',
  gradient: (rule) => [movedBack(rule, rule.g, (image) => sameNode(rule, image)), null],
};
