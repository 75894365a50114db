import type { GradientRule } from '../gradient-rule.ts';

/** Passes above alpha. */
export const thresholdedReluRule: GradientRule = {
  operator: 'ThresholdedRelu',
  gradient: ({ x, g, op, when, real, float }) => [op('Mul', g, when(op('Greater', x, real(float('alpha', 1)))))],
};
