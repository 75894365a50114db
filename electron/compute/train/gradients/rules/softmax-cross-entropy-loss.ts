import { classLoss } from '../class-loss.ts';
import type { GradientRule } from '../gradient-rule.ts';

/** (softmax - true class) times each place's factor. */
export const softmaxCrossEntropyLossRule: GradientRule = {
  operator: 'SoftmaxCrossEntropyLoss',
  gradient(rule) {
    const { x, op, make } = rule;
    const { hot, factor } = classLoss(rule);
    return [op('Mul', op('Sub', make('Softmax', { axis: 1 }, x), hot), factor), null, null];
  },
};
