import type { GradientRule } from '../gradient-rule.ts';

/** Goes to each channel's largest element; those that are equal share it. */
export const globalMaxPoolRule: GradientRule = {
  operator: 'GlobalMaxPool',
  gradient({ graph, x, y, g, op, make, when, reshapeTo }) {
    const isLargest = when(op('Equal', x, y));
    const flat = op('Reshape', isLargest, graph.integers([0, 0, -1]));
    const count = make('ReduceSum', { keepdims: 1 }, flat, graph.integers([2]));
    return [op('Mul', op('Div', g, reshapeTo(count, y)), isLargest)];
  },
};
