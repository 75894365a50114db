import type { GradientRule } from '../gradient-rule.ts';
import { movedBack, sameNode } from '../moved-back.ts';

/** Back to where the elements were picked, whatever the steps. */
export const sliceRule: GradientRule = {
  operator: 'Slice',
  gradient: (rule) => [movedBack(rule, rule.g, (image) => sameNode(rule, image)), null, null, null, null],
};
