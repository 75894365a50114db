import type { GradientRule } from '../gradient-rule.ts';
import { fitted, windowsOf } from '../windows.ts';

/** Each window's gradient in equal shares to its elements: a transposed convolution with ones, channel by channel. */
export const averagePoolRule: GradientRule = {
  operator: 'AveragePool',
  gradient(rule) {
    const { graph, x, g, op, make, real, reshapeTo, integer, integers, refuse } = rule;
    if (integer('ceil_mode', 0) === 1) return refuse('with ceil_mode');
    const windows = windowsOf(rule);
    const { strides, dilations, pads, axes } = windows;
    const size = integers('kernel_shape') ?? [];
    const cells = size.reduce((product, side) => product * side, 1);
    const ones = graph.floats(Array<number>(cells).fill(1), [1, 1, ...size]);
    const channelwise = (value: string): string => {
      const spatial = op('Slice', op('Shape', value), graph.integers([2]), graph.integers([2 + axes]));
      return op('Reshape', value, make('Concat', { axis: 0 }, graph.integers([-1, 1]), spatial));
    };
    const flat = channelwise(x);
    let share = op('Div', channelwise(g), real(cells));
    if (integer('count_include_pad', 0) === 0) {
      const inside = op('Add', op('Mul', flat, real(0)), real(1));
      share = op('Div', channelwise(g), make('Conv', { strides, dilations, pads }, inside, ones));
    }
    const whole = make('ConvTranspose', { strides, dilations }, share, ones);
    return [reshapeTo(fitted(rule, whole, flat, windows), x)];
  },
};
