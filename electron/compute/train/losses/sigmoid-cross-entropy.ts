import type { Loss } from './loss.ts';

/** ln(1 + e^z) - y z for a raw score z and y of 0 or 1 (several outputs: several labels). With a weight p of positives: (1 - y) z + (1 + (p - 1) y) ln(1 + e^-z). */
export const sigmoidCrossEntropy: Loss = {
  name: 'sigmoidCrossEntropy',
  ofRow: 'mean',
  each(graph, prediction, target, { positiveWeight = 1 }) {
    const product = graph.add('Mul', [target, prediction]);
    if (positiveWeight === 1) return graph.add('Sub', [graph.add('Softplus', [prediction]), product]);
    const factor = graph.add('Add', [graph.float(1), graph.add('Mul', [target, graph.float(positiveWeight - 1)])]);
    const surprise = graph.add('Softplus', [graph.add('Neg', [prediction])]);
    return graph.add('Add', [graph.add('Sub', [prediction, product]), graph.add('Mul', [factor, surprise])]);
  },
};
