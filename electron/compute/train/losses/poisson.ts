import type { Loss } from './loss.ts';

/** e^z - y z for the logarithm z of a rate; what hangs on y alone is left out. */
export const poisson: Loss = {
  name: 'poisson',
  ofRow: 'mean',
  each(graph, prediction, target) {
    return graph.add('Sub', [graph.add('Exp', [prediction]), graph.add('Mul', [target, prediction])]);
  },
};
