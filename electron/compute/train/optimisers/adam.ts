import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import { decayedValue, type Optimiser, type OptimiserParams, type OptimiserStep, penalised } from './optimiser.ts';

/**
 * Adam (Kingma and Ba 2015); with `weightDecay` its decoupled form AdamW (Loshchilov and Hutter 2019). The moments are kept
 * divided by 1 - beta, and everything that is one number a step is worked out once: ten passes over the parameters are left.
 */
export const adam: Optimiser = {
  name: 'adam',
  state: () => ['mean', 'square'],
  step: (input, params) => adamStep(input, params),
};

/** Adam that divides by the largest square seen so far (Reddi, Kale and Kumar 2018). */
export const amsgrad: Optimiser = {
  name: 'amsgrad',
  state: () => ['mean', 'square', 'largest'],
  step: (input, params) => adamStep(input, params, (square) => input.graph.add('Max', [input.state[2] ?? '', square])),
};

/** `largestOf` answers the square to divide by and remember, where it is another than the mean of squares. */
function adamStep(
  input: OptimiserStep,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, l2 = 0, weightDecay = 0 }: OptimiserParams,
  largestOf?: (square: string) => string,
): ReturnType<Optimiser['step']> {
  const { graph, learningRate } = input;
  const [before = '', squareBefore = ''] = input.state;
  const gradient = penalised(input, l2);
  const mean = faded(graph, before, beta1, gradient);
  const square = faded(graph, squareBefore, beta2, graph.add('Mul', [gradient, gradient]));
  const largest = largestOf?.(square);
  const root = input.once('root', () =>
    graph.add('Sqrt', [graph.add('Div', [graph.float(1 - beta2), knownShare(input, beta2)])]),
  );
  const rate = input.once('rate', () =>
    graph.add('Div', [
      graph.add('Mul', [learningRate, graph.float(1 - beta1)]),
      graph.add('Mul', [knownShare(input, beta1), root]),
    ]),
  );
  const least = input.once('least', () => graph.add('Div', [graph.float(epsilon), root]));
  const deviation = graph.add('Add', [graph.add('Sqrt', [largest ?? square]), least]);
  const move = graph.add('Div', [graph.add('Mul', [mean, rate]), deviation]);
  return {
    value: graph.add('Sub', [decayedValue(input, weightDecay), move]),
    state: largest === undefined ? [mean, square] : [mean, square, largest],
  };
}

/** What is left of the old, and the new on top. */
const faded = (graph: GraphBuilder, old: string, share: number, fresh: string): string =>
  graph.add('Add', [graph.add('Mul', [old, graph.float(share)]), fresh]);

/**
 * 1 - beta^t, by which moments that started at zero fall short. With x = -t ln(beta) it is 2 tanh(x/2) / (1 + tanh(x/2)):
 * the plain difference would have four digits where beta^t is near 1.
 */
export function knownShare({ graph, step }: OptimiserStep, beta: number): string {
  const half = graph.add('Tanh', [graph.add('Mul', [step, graph.float(-Math.log(beta) / 2)])]);
  return graph.add('Div', [graph.add('Add', [half, half]), graph.add('Add', [half, graph.float(1)])]);
}
