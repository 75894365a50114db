import type { GraphBuilder } from '../onnx/graph-builder.ts';

type Activation = (graph: GraphBuilder, x: string) => string;

const operator =
  (name: string, attributes: Parameters<GraphBuilder['add']>[2] = {}): Activation =>
  (graph, x) =>
    graph.add(name, [x], attributes);

/** x sigmoid(x). */
const swish: Activation = (graph, x) => graph.add('Mul', [x, graph.add('Sigmoid', [x])]);

/** x (1 + erf(x / sqrt 2)) / 2. */
const gelu: Activation = (graph, x) => {
  const error = graph.add('Erf', [graph.add('Mul', [x, graph.float(Math.SQRT1_2)])]);
  return graph.add('Mul', [graph.add('Mul', [x, graph.float(0.5)]), graph.add('Add', [error, graph.float(1)])]);
};

/** Activations by the names that Keras and TensorFlow.js give them. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  linear: (_graph, x) => x,
  relu: operator('Relu'),
  relu6: (graph, x) => graph.add('Clip', [x, graph.float(0), graph.float(6)]),
  sigmoid: operator('Sigmoid'),
  tanh: operator('Tanh'),
  elu: operator('Elu'),
  selu: operator('Selu'),
  softplus: operator('Softplus'),
  softsign: operator('Softsign'),
  exponential: operator('Exp'),
  hardSigmoid: operator('HardSigmoid', { alpha: { real: 0.2 }, beta: { real: 0.5 } }),
  softmax: operator('Softmax', { axis: -1 }),
  logSoftmax: operator('LogSoftmax', { axis: -1 }),
  swish,
  silu: swish,
  gelu,
  mish: (graph, x) => graph.add('Mul', [x, graph.add('Tanh', [graph.add('Softplus', [x])])]),
};

/** Adds the activation of that name; undefined for one that is not known. Keras writes hard_sigmoid, TensorFlow.js hardSigmoid. */
export function activationNodes(graph: GraphBuilder, name: string, x: string): string | undefined {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return ACTIVATIONS[camel]?.(graph, x);
}
