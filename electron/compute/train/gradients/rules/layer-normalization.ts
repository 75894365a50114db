import type { GradientRule } from '../gradient-rule.ts';
import { standardised } from '../standardised.ts';

/** Standardised over the last axes of each row, then scaled (Ba, Kiros and Hinton 2016). */
export const layerNormalizationRule: GradientRule = {
  operator: 'LayerNormalization',
  gradient(rule) {
    const { graph, inputs, g, op, make, reshapeTo, integer, float } = rule;
    const [x = '', scale = '', bias = ''] = inputs;
    const axis = integer('axis', -1);
    const [values, gradient] = [make('Flatten', { axis }, x), make('Flatten', { axis }, g)];
    const { scaled, back } = standardised(rule, values, [1], float('epsilon', 1e-5));
    const toInput = back(op('Mul', gradient, op('Reshape', scale, graph.integers([1, -1]))));
    const summed = (value: string, like: string): string =>
      reshapeTo(make('ReduceSum', { keepdims: 0 }, value, graph.integers([0])), like);
    return [
      reshapeTo(toInput, x),
      summed(op('Mul', gradient, scaled), scale),
      bias === '' ? null : summed(gradient, bias),
    ];
  },
};
