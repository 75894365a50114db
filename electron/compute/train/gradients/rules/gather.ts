import type { GradientRule } from '../gradient-rule.ts';
import { movedBack, sameNode } from '../moved-back.ts';

/** Added where each element was picked, as often as it was picked. */
export const gatherRule: GradientRule = {
  operator: 'Gather',
  gradient: (rule) => [movedBack(rule, rule.g, (image) => sameNode(rule, image)), null],
};
