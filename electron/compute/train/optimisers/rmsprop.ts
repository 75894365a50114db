import { mixed, moved, type Optimiser, penalised } from './optimiser.ts';

/** RMSprop (Hinton 2012): the gradient over its recent size, less its recent mean where centred, with momentum where asked. */
export const rmsprop: Optimiser = {
  name: 'rmsprop',
  state: ({ centred = false, momentum = 0 }) => [
    'square',
    ...(centred ? ['mean'] : []),
    ...(momentum === 0 ? [] : ['velocity']),
  ],
  step(input, { decay = 0.99, epsilon = 1e-8, centred = false, momentum = 0, l2 = 0 }) {
    const { graph, state } = input;
    const gradient = penalised(input, l2);
    const square = mixed(graph, state[0] ?? '', graph.add('Mul', [gradient, gradient]), decay);
    const next = [square];
    let variance = square;
    if (centred) {
      const mean = mixed(graph, state[1] ?? '', gradient, decay);
      next.push(mean);
      variance = graph.add('Sub', [square, graph.add('Mul', [mean, mean])]);
    }
    const size = graph.add('Add', [graph.add('Sqrt', [variance]), graph.float(epsilon)]);
    const direction = graph.add('Div', [gradient, size]);
    if (momentum === 0) return { value: moved(input, direction), state: next };
    const before = state[next.length] ?? '';
    const velocity = graph.add('Add', [graph.add('Mul', [before, graph.float(momentum)]), direction]);
    return { value: moved(input, velocity), state: [...next, velocity] };
  },
};
