import type { NodeProto } from 'onnx-buf';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';

/** What a rule may use: the graph it adds to, the node it differentiates, and the gradient of the node's result. */
export interface RuleInput {
  readonly graph: GraphBuilder;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly gradient: string;
  readonly node: NodeProto;
  /** Rank of a value, where it was told; broadcasting sums over the axes that were added. */
  rank(name: string): number;
}

/** Nodes for the gradient of each input; null for one that needs none. */
export type GradientRule = (input: RuleInput) => readonly (string | null)[];

/** Sums a gradient over the leading axes that broadcasting added: [B, N] to [N], or to a scalar. */
function unbroadcast({ graph, gradient, output, rank }: RuleInput, value: string, of = gradient): string {
  const added = rank(output) - rank(value);
  if (added <= 0) return of;
  return graph.add('ReduceSum', [of, graph.integers(Array.from({ length: added }, (_, axis) => axis))], {
    keepdims: 0,
  });
}

const isTransposed = ({ node }: RuleInput, name: string): boolean =>
  node.attribute.find((attribute) => attribute.name === name)?.i === 1n;

/** The derivative of each operator, as nodes. One rule, one entry. Elementwise inputs have equal shapes or lack leading axes. */
export const GRADIENT_RULES: Readonly<Record<string, GradientRule>> = {
  /** y = a b, matrices. */
  MatMul: ({ graph, inputs: [a = '', b = ''], gradient }) => [
    graph.add('Gemm', [gradient, b], { transB: 1 }),
    graph.add('Gemm', [a, gradient], { transA: 1 }),
  ],
  /** y = a b + c; a and b may be transposed. */
  Gemm: (rule) => {
    const { graph, inputs, gradient } = rule;
    const [a = '', b = '', c] = inputs;
    const [flipA, flipB] = [isTransposed(rule, 'transA'), isTransposed(rule, 'transB')];
    const toA = flipA
      ? graph.add('Gemm', [b, gradient], { transA: flipB ? 1 : 0, transB: 1 })
      : graph.add('Gemm', [gradient, b], { transB: flipB ? 0 : 1 });
    const toB = flipB
      ? graph.add('Gemm', [gradient, a], { transA: 1, transB: flipA ? 1 : 0 })
      : graph.add('Gemm', [a, gradient], { transA: flipA ? 0 : 1 });
    return c === undefined ? [toA, toB] : [toA, toB, unbroadcast(rule, c)];
  },
  Add: (rule) => rule.inputs.map((value) => unbroadcast(rule, value)),
  Sub: (rule) => {
    const [a = '', b = ''] = rule.inputs;
    return [unbroadcast(rule, a), unbroadcast(rule, b, rule.graph.add('Neg', [rule.gradient]))];
  },
  Mul: (rule) => {
    const { graph, gradient } = rule;
    const [a = '', b = ''] = rule.inputs;
    return [
      unbroadcast(rule, a, graph.add('Mul', [gradient, b])),
      unbroadcast(rule, b, graph.add('Mul', [gradient, a])),
    ];
  },
  Neg: ({ graph, gradient }) => [graph.add('Neg', [gradient])],
  Identity: ({ gradient }) => [gradient],
  /** The gradient passes where the result is positive. */
  Relu: ({ graph, output, gradient }) => [
    graph.add('Mul', [gradient, graph.add('Cast', [graph.add('Greater', [output, graph.float(0)])], { to: 1 })]),
  ],
  /** s' = s (1 - s). */
  Sigmoid: ({ graph, output, gradient }) => [
    graph.add('Mul', [gradient, graph.add('Mul', [output, graph.add('Sub', [graph.float(1), output])])]),
  ],
  /** t' = 1 - t^2. */
  Tanh: ({ graph, output, gradient }) => [
    graph.add('Mul', [gradient, graph.add('Sub', [graph.float(1), graph.add('Mul', [output, output])])]),
  ],
  /** ln(1 + e^x)' = sigmoid(x). */
  Softplus: ({ graph, inputs: [x = ''], gradient }) => [graph.add('Mul', [gradient, graph.add('Sigmoid', [x])])],
  Exp: ({ graph, output, gradient }) => [graph.add('Mul', [gradient, output])],
  Log: ({ graph, inputs: [x = ''], gradient }) => [graph.add('Div', [gradient, x])],
  /** Along the last axis: g - softmax * sum g. */
  LogSoftmax: ({ graph, output, gradient }) => {
    const sum = graph.add('ReduceSum', [gradient, graph.integers([-1])], { keepdims: 1 });
    return [graph.add('Sub', [gradient, graph.add('Mul', [graph.add('Exp', [output]), sum])])];
  },
  /** Sum over all axes to a scalar: every element gets the gradient. */
  ReduceSum: ({ graph, inputs: [x = ''], gradient }) => [
    graph.add('Expand', [gradient, graph.add('Shape', [x])]),
    null,
  ],
};
