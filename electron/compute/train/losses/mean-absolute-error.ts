import type { Loss } from './loss.ts';

/** The absolute error. */
export const meanAbsoluteError: Loss = {
  name: 'meanAbsoluteError',
  ofRow: 'mean',
  each(graph, prediction, target) {
    return graph.add('Abs', [graph.add('Sub', [prediction, target])]);
  },
};
