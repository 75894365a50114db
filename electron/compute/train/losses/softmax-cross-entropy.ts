import type { Loss } from './loss.ts';

/** Minus the target times the log softmax; targets are shares of classes, one-hot as a rule, smoothed where asked (Szegedy et al. 2016). */
export const softmaxCrossEntropy: Loss = {
  name: 'softmaxCrossEntropy',
  ofRow: 'sum',
  each(graph, prediction, target, { labelSmoothing = 0 }) {
    const logs = graph.add('LogSoftmax', [prediction], { axis: -1 });
    if (labelSmoothing === 0) return graph.add('Neg', [graph.add('Mul', [target, logs])]);
    const count = graph.add('Cast', [graph.add('Gather', [graph.add('Shape', [target]), graph.integers([1])])], {
      to: 1,
    });
    const smoothed = graph.add('Add', [
      graph.add('Mul', [target, graph.float(1 - labelSmoothing)]),
      graph.add('Div', [graph.float(labelSmoothing), count]),
    ]);
    return graph.add('Neg', [graph.add('Mul', [smoothed, logs])]);
  },
};
