import type { GradientRule } from '../gradient-rule.ts';
import { standardised } from '../standardised.ts';

/** Standardised within each row and channel, then scaled by channel. */
export const instanceNormalizationRule: GradientRule = {
  operator: 'InstanceNormalization',
  gradient(rule) {
    const { graph, inputs, g, op, make, reshapeTo, float } = rule;
    const [x = '', scale = ''] = inputs;
    const threeAxes = graph.integers([0, 0, -1]);
    const gradient = op('Reshape', g, threeAxes);
    const { scaled, back } = standardised(rule, op('Reshape', x, threeAxes), [2], float('epsilon', 1e-5));
    const summed = (value: string): string => make('ReduceSum', { keepdims: 0 }, value, graph.integers([0, 2]));
    const toInput = back(op('Mul', gradient, op('Unsqueeze', scale, graph.integers([1]))));
    return [reshapeTo(toInput, x), summed(op('Mul', gradient, scaled)), summed(gradient)];
  },
};
