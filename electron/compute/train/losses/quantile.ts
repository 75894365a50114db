import type { Loss } from './loss.ts';

/** The pinball loss: q d where the answer d above the prediction is positive, (q - 1) d else (Koenker and Bassett 1978). */
export const quantile: Loss = {
  name: 'quantile',
  ofRow: 'mean',
  each(graph, prediction, target, { quantile = 0.5 }) {
    const above = graph.add('Sub', [target, prediction]);
    return graph.add('Max', [
      graph.add('Mul', [above, graph.float(quantile)]),
      graph.add('Mul', [above, graph.float(quantile - 1)]),
    ]);
  },
};
