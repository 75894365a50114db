import { moved, type Optimiser, penalised } from './optimiser.ts';

/** Adagrad (Duchi, Hazan and Singer 2011): the gradient over the root of the sum of its squares. */
export const adagrad: Optimiser = {
  name: 'adagrad',
  state: () => ['sum'],
  step(input, { epsilon = 1e-10, l2 = 0 }) {
    const { graph, state } = input;
    const gradient = penalised(input, l2);
    const sum = graph.add('Add', [state[0] ?? '', graph.add('Mul', [gradient, gradient])]);
    const size = graph.add('Add', [graph.add('Sqrt', [sum]), graph.float(epsilon)]);
    return { value: moved(input, graph.add('Div', [gradient, size])), state: [sum] };
  },
};
