import type { Loss } from './loss.ts';

/** (1 - p)^gamma times the sigmoid cross-entropy, p the probability of the true answer (Lin et al. 2017). */
export const sigmoidFocal: Loss = {
  name: 'sigmoidFocal',
  ofRow: 'mean',
  each(graph, prediction, target, { gamma = 2 }) {
    const product = graph.add('Mul', [target, prediction]);
    const entropy = graph.add('Sub', [graph.add('Softplus', [prediction]), product]);
    const likely = graph.add('Exp', [graph.add('Neg', [entropy])]);
    const missing = graph.add('Sub', [graph.float(1), likely]);
    return graph.add('Mul', [graph.add('Pow', [missing, graph.float(gamma)]), entropy]);
  },
};
