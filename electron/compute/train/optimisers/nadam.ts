import { knownShare } from './adam.ts';
import { decayedValue, mixed, type Optimiser, penalised } from './optimiser.ts';

const LEAST_MOMENTUM = 0.96;

/**
 * Adam with Nesterov's look ahead and a momentum that rises to beta1 (Dozat 2016, as PyTorch writes it): beta1 (1 - 0.96^(t d) / 2)
 * at step t. The product of all momenta so far is remembered beside the moments.
 */
export const nadam: Optimiser = {
  name: 'nadam',
  state: () => ['mean', 'square', 'momenta'],
  step(input, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentumDecay = 0.004, l2 = 0, weightDecay = 0 }) {
    const { graph, step, learningRate, once } = input;
    const [before = '', squareBefore = '', momentaBefore = ''] = input.state;
    const gradient = penalised(input, l2);
    const one = graph.float(1);
    const momentumAt = (when: string): string => {
      const fallen = graph.add('Pow', [
        graph.float(LEAST_MOMENTUM),
        graph.add('Mul', [when, graph.float(momentumDecay)]),
      ]);
      return graph.add('Mul', [
        graph.float(beta1),
        graph.add('Sub', [one, graph.add('Mul', [fallen, graph.float(0.5)])]),
      ]);
    };
    const now = once('momentum', () => momentumAt(step));
    const next = once('next momentum', () => momentumAt(graph.add('Add', [step, one])));
    const isFirst = graph.add('Equal', [step, one]);
    const momenta = graph.add('Mul', [graph.add('Where', [isFirst, one, momentaBefore]), now]);
    const mean = mixed(graph, before, gradient, beta1);
    const square = mixed(graph, squareBefore, graph.add('Mul', [gradient, gradient]), beta2);
    const known = once('known', () => knownShare(input, beta2));
    const deviation = graph.add('Add', [graph.add('Sqrt', [graph.add('Div', [square, known])]), graph.float(epsilon)]);
    const ofGradient = graph.add('Div', [graph.add('Sub', [one, now]), graph.add('Sub', [one, momenta])]);
    const ofMean = graph.add('Div', [next, graph.add('Sub', [one, graph.add('Mul', [momenta, next])])]);
    const direction = graph.add('Add', [graph.add('Mul', [ofGradient, gradient]), graph.add('Mul', [ofMean, mean])]);
    const move = graph.add('Mul', [learningRate, graph.add('Div', [direction, deviation])]);
    return { value: graph.add('Sub', [decayedValue(input, weightDecay), move]), state: [mean, square, momenta] };
  },
};
