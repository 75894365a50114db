import type { Loss } from './loss.ts';

/** The squared error. */
export const meanSquaredError: Loss = {
  name: 'meanSquaredError',
  ofRow: 'mean',
  each(graph, prediction, target) {
    const error = graph.add('Sub', [prediction, target]);
    return graph.add('Mul', [error, error]);
  },
};
