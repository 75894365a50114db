import type { NodeProto } from 'onnx-buf';
import type { TensorFlow, TfTensor } from './tensorflow.ts';

/** What an operator sees of its node. */
export interface OperatorInput {
  readonly tf: TensorFlow;
  readonly node: NodeProto;
  /** The value of an input; the input must be there. */
  at(index: number): TfTensor;
  has(index: number): boolean;
  /** Whole numbers of an input that is a constant: axes, sizes, a shape. */
  whole(index: number): number[];
  integer(name: string, standard: number): number;
  real(name: string, standard: number): number;
}

type Operator = (input: OperatorInput) => TfTensor | TfTensor[];

const one =
  (name: 'relu' | 'sigmoid' | 'tanh' | 'exp' | 'log' | 'sqrt' | 'abs' | 'neg' | 'cos' | 'floor'): Operator =>
  ({ tf, at }) =>
    tf[name](at(0));
const two =
  (name: 'sub' | 'div' | 'pow' | 'equal' | 'less' | 'lessEqual' | 'greater'): Operator =>
  ({ tf, at }) =>
    tf[name](at(0), at(1));
const several =
  (name: 'add' | 'mul' | 'maximum' | 'minimum'): Operator =>
  ({ tf, at, node }) =>
    node.input.slice(1).reduce((sum, _, index) => tf[name](sum, at(index + 1)), at(0));

const reduced =
  (name: 'sum' | 'mean', prepare: (input: OperatorInput) => TfTensor = ({ at }) => at(0)): Operator =>
  (input) => {
    const axes = input.has(1) ? input.whole(1) : undefined;
    return input.tf[name](prepare(input), axes, input.integer('keepdims', 1) === 1);
  };

/** ln(1 + e^x) without overflow, and its slope. */
const softplus: Operator = ({ tf, at }) =>
  tf.customGrad((x, save) => {
    save([x]);
    const rest = tf.log(tf.add(tf.tensor([1], [], 'float32'), tf.exp(tf.neg(tf.abs(x)))));
    return {
      value: tf.add(tf.relu(x), rest),
      gradFunc: (upstream, [kept = x]) => tf.mul(upstream, tf.sigmoid(kept)),
    };
  })(at(0));

/** Rows of a table by their numbers; as a product with one-hot rows, whose gradient every backend knows. */
const gathered: Operator = ({ tf, at, integer }) => {
  const [table, indices] = [at(0), at(1)];
  const [rows = 1, columns] = table.shape;
  const isTable = integer('axis', 0) === 0 && columns !== undefined && table.dtype === 'float32';
  if (!isTable || indices.shape.length !== 1 || table.shape.length !== 2)
    return tf.gather(table, indices, integer('axis', 0));
  return tf.matMul(tf.cast(tf.oneHot(indices, rows), 'float32'), table);
};

/** ONNX operators as TensorFlow.js computes them: what networks for tables, losses, optimisers and schedules are made of. */
export const TENSOR_OPERATORS: Readonly<Record<string, Operator>> = {
  Relu: one('relu'),
  Sigmoid: one('sigmoid'),
  Tanh: one('tanh'),
  Exp: one('exp'),
  Log: one('log'),
  Sqrt: one('sqrt'),
  Abs: one('abs'),
  Neg: one('neg'),
  Cos: one('cos'),
  Floor: one('floor'),
  Softplus: softplus,
  Add: several('add'),
  Sum: several('add'),
  Mul: several('mul'),
  Max: several('maximum'),
  Min: several('minimum'),
  Sub: two('sub'),
  Div: two('div'),
  Pow: two('pow'),
  Equal: two('equal'),
  Less: two('less'),
  LessOrEqual: two('lessEqual'),
  Greater: two('greater'),
  Identity: ({ at }) => at(0),
  Where: ({ tf, at }) => tf.where(at(0), at(1), at(2)),
  Clip: ({ tf, at, has }) => {
    const low = has(1) ? tf.maximum(at(0), at(1)) : at(0);
    return has(2) ? tf.minimum(low, at(2)) : low;
  },
  Softmax: ({ tf, at, integer }) => tf.softmax(at(0), integer('axis', -1)),
  LogSoftmax: ({ tf, at, integer }) => tf.logSoftmax(at(0), integer('axis', -1)),
  MatMul: ({ tf, at }) => tf.matMul(at(0), at(1)),
  Gemm({ tf, at, has, integer, real }) {
    let product = tf.matMul(at(0), at(1), integer('transA', 0) === 1, integer('transB', 0) === 1);
    const [alpha, beta] = [real('alpha', 1), real('beta', 1)];
    if (alpha !== 1) product = tf.mul(product, tf.tensor([alpha], [], 'float32'));
    if (!has(2)) return product;
    return tf.add(product, beta === 1 ? at(2) : tf.mul(at(2), tf.tensor([beta], [], 'float32')));
  },
  ReduceSum: reduced('sum'),
  ReduceMean: reduced('mean'),
  ReduceSumSquare: reduced('sum', ({ tf, at }) => tf.mul(at(0), at(0))),
  Reshape: ({ tf, at, whole }) => tf.reshape(at(0), whole(1)),
  Squeeze: ({ tf, at, has, whole }) => tf.squeeze(at(0), has(1) ? whole(1) : undefined),
  Unsqueeze: ({ tf, at, whole }) => whole(1).reduce((value, axis) => tf.expandDims(value, axis), at(0)),
  Gather: gathered,
  Concat: ({ tf, at, node, integer }) =>
    tf.concat(
      node.input.map((_, index) => at(index)),
      integer('axis', 0),
    ),
  Split: ({ tf, at, whole, integer }) => tf.split(at(0), whole(1), integer('axis', 0)),
  Cast: ({ tf, at, integer }) => tf.cast(at(0), integer('to', 1) === 1 ? 'float32' : 'int32'),
};
