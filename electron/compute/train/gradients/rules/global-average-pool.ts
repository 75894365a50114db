import type { GradientRule } from '../gradient-rule.ts';
import { termsOf } from '../reduction.ts';

/** 1 / n for each of a channel's n elements. */
export const globalAveragePoolRule: GradientRule = {
  operator: 'GlobalAveragePool',
  gradient(rule) {
    const { x, g, op } = rule;
    return [op('Expand', op('Div', g, termsOf(rule)), op('Shape', x))];
  },
};
