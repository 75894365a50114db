import type { GradientRule } from '../gradient-rule.ts';
import { channelSum, fitted, weightGradient, windowsOf } from '../windows.ts';

/** To the input by a transposed convolution with the same weights, to the weights by a convolution with the gradient. */
export const convRule: GradientRule = {
  operator: 'Conv',
  gradient(rule) {
    const { inputs, g, make, integer } = rule;
    const [x = '', weights = ''] = inputs;
    const windows = windowsOf(rule, weights);
    const { strides, dilations } = windows;
    const whole = make('ConvTranspose', { strides, dilations, group: integer('group', 1) }, g, weights);
    return [fitted(rule, whole, x, windows), weightGradient(rule, x, g, weights, windows), channelSum(rule, g)];
  },
};
