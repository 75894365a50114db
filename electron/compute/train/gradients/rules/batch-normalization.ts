import type { GradientRule } from '../gradient-rule.ts';
import { standardised } from '../standardised.ts';

/** With given mean and variance a scale a channel; in training mode the batch's own ones, which follow the input too. */
export const batchNormalizationRule: GradientRule = {
  operator: 'BatchNormalization',
  gradient(rule) {
    const { graph, inputs, g, op, make, real, reshapeTo, integer, float } = rule;
    const [x = '', scale = '', , mean = '', variance = ''] = inputs;
    const epsilon = float('epsilon', 1e-5);
    const threeAxes = graph.integers([0, 0, -1]);
    const [values, gradient] = [op('Reshape', x, threeAxes), op('Reshape', g, threeAxes)];
    const perChannel = (value: string): string => op('Unsqueeze', value, graph.integers([1]));
    const summed = (value: string): string => make('ReduceSum', { keepdims: 0 }, value, graph.integers([0, 2]));
    if (integer('training_mode', 0) === 1) {
      const { scaled, back } = standardised(rule, values, [0, 2], epsilon);
      const toInput = back(op('Mul', gradient, perChannel(scale)));
      return [reshapeTo(toInput, x), summed(op('Mul', gradient, scaled)), summed(gradient), null, null];
    }
    const inverse = op('Reciprocal', op('Sqrt', op('Add', variance, real(epsilon))));
    const scaled = op('Mul', op('Sub', values, perChannel(mean)), perChannel(inverse));
    const toInput = op('Mul', gradient, perChannel(op('Mul', scale, inverse)));
    return [reshapeTo(toInput, x), summed(op('Mul', gradient, scaled)), summed(gradient), null, null];
  },
};
