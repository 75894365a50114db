import type { GradientRule } from '../gradient-rule.ts';

/** Along the axis: g - e^y times the sum of g. */
export const logSoftmaxRule: GradientRule = {
  operator: 'LogSoftmax',
  gradient({ graph, y, g, op, make, integer }) {
    const sum = make('ReduceSum', { keepdims: 1 }, g, graph.integers([integer('axis', -1)]));
    return [op('Sub', g, op('Mul', op('Exp', y), sum))];
  },
};
