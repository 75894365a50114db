import type { Loss } from './loss.ts';

/** ln(1 + e^z) - y z of every label, summed over a row's; a label that is not known (y = -1) counts nothing. */
export const labelCrossEntropy: Loss = {
  name: 'labelCrossEntropy',
  ofRow: 'sum',
  each(graph, prediction, target) {
    const known = graph.add('Clip', [graph.add('Add', [target, graph.float(1)]), graph.float(0), graph.float(1)]);
    const product = graph.add('Mul', [target, prediction]);
    return graph.add('Mul', [known, graph.add('Sub', [graph.add('Softplus', [prediction]), product])]);
  },
};
