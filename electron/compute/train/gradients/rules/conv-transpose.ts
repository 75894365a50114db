import type { GradientRule } from '../gradient-rule.ts';
import { channelSum, weightGradient, windowsOf } from '../windows.ts';

/** To the input by a convolution with the same weights; to the weights as of that convolution, gradient and input exchanged. */
export const convTransposeRule: GradientRule = {
  operator: 'ConvTranspose',
  gradient(rule) {
    const { graph, inputs, g, op, make, integer, integers, refuse } = rule;
    const [x = '', weights = ''] = inputs;
    const windows = windowsOf(rule, weights);
    const { strides, dilations, pads, axes } = windows;
    if (pads === undefined || integers('output_shape')) return refuse('whose pads hang on the size of its result');
    const spatial = graph.integers(Array.from({ length: axes }, (_, axis) => axis + 2));
    const zero = graph.integers(Array<number>(axes).fill(0));
    const whole = make('Conv', { strides, dilations, pads, group: integer('group', 1) }, g, weights);
    // Padding of the result may leave room for a window more than the input had.
    const toInput = op('Slice', whole, zero, op('Gather', op('Shape', x), spatial), spatial);
    return [toInput, weightGradient(rule, g, x, weights, windows), channelSum(rule, g)];
  },
};
