import { classLoss } from '../class-loss.ts';
import type { GradientRule } from '../gradient-rule.ts';

/** -1 at the true class, times each place's factor. */
export const negativeLogLikelihoodLossRule: GradientRule = {
  operator: 'NegativeLogLikelihoodLoss',
  gradient(rule) {
    const { hot, factor } = classLoss(rule);
    return [rule.op('Neg', rule.op('Mul', hot, factor)), null, null];
  },
};
