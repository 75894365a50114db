import type { GradientRule } from '../gradient-rule.ts';

/** Along the axis: y (g - sum of g y). */
export const softmaxRule: GradientRule = {
  operator: 'Softmax',
  gradient({ graph, y, g, op, make, integer }) {
    const weighted = op('Mul', g, y);
    const sum = make('ReduceSum', { keepdims: 1 }, weighted, graph.integers([integer('axis', -1)]));
    return [op('Sub', weighted, op('Mul', y, sum))];
  },
};
