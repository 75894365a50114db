import type { GradientRule } from '../gradient-rule.ts';
import { movedBack, sameNode } from '../moved-back.ts';

/** Added where each element was picked. */
export const gatherElementsRule: GradientRule = {
  operator: 'GatherElements',
  gradient: (rule) => [movedBack(rule, rule.g, (image) => sameNode(rule, image)), null],
};
