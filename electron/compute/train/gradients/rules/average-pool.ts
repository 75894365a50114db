import type { GradientRule } from '../gradient-rule.ts';
import { fitted, padded, reachOf, sidesOf, windowsOf } from '../windows.ts';

/** Each window's gradient in equal shares to its elements: a transposed convolution with ones, channel by channel. */
export const averagePoolRule: GradientRule = {
  operator: 'AveragePool',
  gradient(rule) {
    const { graph, x, g, op, make, real, reshapeTo, integer, integers } = rule;
    const windows = windowsOf(rule);
    const { strides, dilations, axes, before, after } = windows;
    const size = integers('kernel_shape') ?? [];
    const cells = size.reduce((product, side) => product * side, 1);
    const ones = graph.floats(Array<number>(cells).fill(1), [1, 1, ...size]);
    const channelwise = (value: string): string =>
      op('Reshape', value, make('Concat', { axis: 0 }, graph.integers([-1, 1]), sidesOf(rule, value, axes)));
    const flat = channelwise(x);
    const [countsPads, mayLeaveEnd] = [integer('count_include_pad', 0) === 1, integer('ceil_mode', 0) === 1];
    let count = real(cells);
    if (!countsPads || mayLeaveEnd) {
      // Elements that count are ones; pads too where they count; what a last window covers beyond them never does.
      const inside = op('Add', op('Mul', flat, real(0)), real(1));
      let counted = padded(rule, inside, [before, after], Number(countsPads));
      if (mayLeaveEnd) {
        const beyond = op('Sub', reachOf(rule, windows), sidesOf(rule, counted, axes));
        const none = graph.integers(Array<number>(axes).fill(0));
        counted = padded(rule, counted, [none, op('Max', beyond, none)]);
      }
      count = make('Conv', { strides, dilations }, counted, ones);
    }
    const share = op('Div', channelwise(g), count);
    const whole = make('ConvTranspose', { strides, dilations }, share, ones);
    return [reshapeTo(fitted(rule, whole, flat, windows), x)];
  },
};
