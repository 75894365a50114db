import type { Loss } from './loss.ts';

/** ln cosh e = |e| + ln(1 + e^(-2 |e|)) - ln 2. */
export const logCosh: Loss = {
  name: 'logCosh',
  ofRow: 'mean',
  each(graph, prediction, target) {
    const size = graph.add('Abs', [graph.add('Sub', [prediction, target])]);
    const rest = graph.add('Softplus', [graph.add('Mul', [size, graph.float(-2)])]);
    return graph.add('Sub', [graph.add('Add', [size, rest]), graph.float(Math.LN2)]);
  },
};
