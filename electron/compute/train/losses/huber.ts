import type { Loss } from './loss.ts';

/** Half the squared error up to delta, delta (|e| - delta / 2) beyond (Huber 1964). */
export const huber: Loss = {
  name: 'huber',
  ofRow: 'mean',
  each(graph, prediction, target, { delta = 1 }) {
    const size = graph.add('Abs', [graph.add('Sub', [prediction, target])]);
    const square = graph.add('Clip', [size, graph.float(0), graph.float(delta)]);
    const inner = graph.add('Mul', [graph.add('Mul', [square, square]), graph.float(0.5)]);
    const outer = graph.add('Mul', [graph.add('Sub', [size, square]), graph.float(delta)]);
    return graph.add('Add', [inner, outer]);
  },
};
