import { moved, type Optimiser, penalised } from './optimiser.ts';

/** Stochastic gradient descent, with momentum and Nesterov's look ahead where asked (Sutskever et al. 2013, as PyTorch writes it). */
export const sgd: Optimiser = {
  name: 'sgd',
  state: ({ momentum = 0 }) => (momentum === 0 ? [] : ['velocity']),
  step(input, { momentum = 0, dampening = 0, nesterov = false, l2 = 0 }) {
    const { graph, step } = input;
    const gradient = penalised(input, l2);
    const [before] = input.state;
    if (momentum === 0 || before === undefined) return { value: moved(input, gradient), state: [] };
    // The first step takes the gradient whole, whatever the dampening.
    const isFirst = graph.add('Equal', [step, graph.float(1)]);
    const share = graph.add('Where', [isFirst, graph.float(1), graph.float(1 - dampening)]);
    const velocity = graph.add('Add', [
      graph.add('Mul', [before, graph.float(momentum)]),
      graph.add('Mul', [gradient, share]),
    ]);
    const ahead = graph.add('Add', [gradient, graph.add('Mul', [velocity, graph.float(momentum)])]);
    return { value: moved(input, nesterov ? ahead : velocity), state: [velocity] };
  },
};
