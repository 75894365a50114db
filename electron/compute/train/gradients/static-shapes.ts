import type { NodeProto } from 'onnx-buf';
import type { Dimension, GraphBuilder } from '../../onnx/graph-builder.ts';

type Shape = readonly Dimension[];

const SAME = new Set(
  'Relu LeakyRelu Elu Selu Celu Gelu Sigmoid HardSigmoid Tanh Softplus Softsign Softmax LogSoftmax Exp Log Sqrt Abs Neg Erf Clip Cast Identity Dropout Sign Reciprocal LayerNormalization BatchNormalization'.split(
    ' ',
  ),
);
const BROADCAST = new Set('Add Sub Mul Div Pow Min Max Sum Mean'.split(' '));

/**
 * Shapes that follow from given ones without running: elementwise operators, products of matrices, sums to a scalar. It is
 * no full inference: what it leaves out costs a few nodes more, not a wrong gradient.
 */
export function staticShapes(
  graph: GraphBuilder,
  given: ReadonlyMap<string, Shape>,
): (name: string) => Shape | undefined {
  const known = new Map<string, Shape>(given);
  for (const { name, dims } of graph.constants) known.set(name, dims.map(Number));
  for (const node of graph.nodes) {
    const output = node.output[0];
    if (output === undefined || known.has(output)) continue;
    const shape = shapeOfResult(node, (name) => known.get(name));
    if (shape) known.set(output, shape);
  }
  return (name) => known.get(name);
}

function shapeOfResult(node: NodeProto, shapeOf: (name: string) => Shape | undefined): Shape | undefined {
  const inputs = node.input.map(shapeOf);
  const [first, second] = inputs;
  if (SAME.has(node.opType)) return first;
  if (BROADCAST.has(node.opType)) return inputs.reduce((a, b) => (a && b ? broadcast(a, b) : undefined));
  const isOne = (name: string): boolean => node.attribute.some((one) => one.name === name && one.i === 1n);
  if (node.opType === 'Gemm' && first && second) {
    const [rows, columns] = [first[isOne('transA') ? 1 : 0], second[isOne('transB') ? 0 : 1]];
    return rows === undefined || columns === undefined ? undefined : [rows, columns];
  }
  if (node.opType === 'MatMul' && first && second) return shapeOfProduct(first, second);
  if (node.opType === 'Transpose' && first) {
    const perm = node.attribute.find(({ name }) => name === 'perm')?.ints.map(Number);
    return perm ? perm.map((axis) => first[axis] ?? 1) : first.toReversed();
  }
  const isSumOfAll = node.opType === 'ReduceSum' && node.input.length === 1;
  return isSumOfAll && node.attribute.some(({ name, i }) => name === 'keepdims' && i === 0n) ? [] : undefined;
}

function shapeOfProduct(a: Shape, b: Shape): Shape | undefined {
  const [rows, columns] = [a.at(-2), b.at(-1)];
  if (a.length < 2 || b.length < 2 || rows === undefined || columns === undefined) return undefined;
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  return batch ? [...batch, rows, columns] : undefined;
}

/** The shape of two values side by side; undefined where names leave it open. */
function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}
