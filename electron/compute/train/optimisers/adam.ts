import { DOUBLE, FLOAT } from '../../onnx/graph-builder.ts';
import { mixed, moved, type Optimiser, penalised } from './optimiser.ts';

/** Adam (Kingma and Ba 2015); with `weightDecay` its decoupled form AdamW (Loshchilov and Hutter 2019). */
export const adam: Optimiser = {
  name: 'adam',
  state: () => ['mean', 'square'],
  step(input, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, l2 = 0, weightDecay = 0 }) {
    const { graph, step, value } = input;
    const [before = '', squareBefore = ''] = input.state;
    const gradient = penalised(input, l2);
    const mean = mixed(graph, before, gradient, beta1);
    const square = mixed(graph, squareBefore, graph.add('Mul', [gradient, gradient]), beta2);
    const unbiased = (moment: string, beta: number): string => {
      // In double precision: 1 - 0.999 in single has four digits.
      const weight = input.once(`1 - ${beta}^t`, () => {
        const power = graph.add('Pow', [graph.double(beta), graph.add('Cast', [step], { to: DOUBLE })]);
        return graph.add('Cast', [graph.add('Sub', [graph.double(1), power])], { to: FLOAT });
      });
      return graph.add('Div', [moment, weight]);
    };
    const deviation = graph.add('Add', [graph.add('Sqrt', [unbiased(square, beta2)]), graph.float(epsilon)]);
    let direction = graph.add('Div', [unbiased(mean, beta1), deviation]);
    if (weightDecay > 0) direction = graph.add('Add', [direction, graph.add('Mul', [value, graph.float(weightDecay)])]);
    return { value: moved(input, direction), state: [mean, square] };
  },
};
