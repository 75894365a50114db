import type { Dimension, GraphBuilder } from '../../onnx/graph-builder.ts';

interface Where {
  readonly graph: GraphBuilder;
  shapeOf(name: string): readonly Dimension[] | undefined;
}

/**
 * Sums a gradient in the shape of `output` to the shape of `value`, which was broadcast to it. Where both shapes are known,
 * one node or none; otherwise the axes are found when the graph runs. The rows of a matrix are summed by a product with
 * ones: ONNX Runtime does that several times as fast as ReduceSum over the first axis.
 */
export function sumTo({ graph, shapeOf }: Where, gradient: string, output: string, value: string): string {
  const [from, to] = [shapeOf(output), shapeOf(value)];
  if (from && to) {
    const added = from.length - to.length;
    const leading = Array.from({ length: added }, (_, axis) => axis);
    const stretched = to.flatMap((size, axis) => (size === 1 && from[axis + added] !== 1 ? [axis + added] : []));
    const [rows, columns] = from;
    const isBias = from.length === 2 && typeof rows === 'number' && rows > 1 && to.at(-1) === columns;
    if (isBias && stretched.length + added === 1) {
      const ones = graph.floats(new Float32Array(rows).fill(1), [1, rows]);
      const sum = graph.add('MatMul', [ones, gradient]);
      return added === 0 ? sum : graph.add('Reshape', [sum, graph.integers([-1])]);
    }
    if (stretched.length === 0) {
      if (added === 0) return gradient;
      return graph.add('ReduceSum', [gradient, graph.integers(leading)], { keepdims: 0 });
    }
    const summed = graph.add('ReduceSum', [gradient, graph.integers([...leading, ...stretched])], { keepdims: 1 });
    return added === 0 ? summed : graph.add('Squeeze', [summed, graph.integers(leading)]);
  }
  const outer = graph.add('Shape', [gradient]);
  const inner = graph.add('Shape', [value]);
  const added = graph.add('Sub', [graph.add('Shape', [outer]), graph.add('Shape', [inner])]);
  const padded = graph.add('Concat', [graph.add('Expand', [graph.integers([1]), added]), inner], { axis: 0 });
  const one = graph.integers([1]);
  const isStretched = graph.add('And', [
    graph.add('Equal', [padded, one]),
    graph.add('Not', [graph.add('Equal', [outer, one])]),
  ]);
  const axes = graph.add('Reshape', [graph.add('NonZero', [isStretched]), graph.integers([-1])]);
  const summed = graph.add('ReduceSum', [gradient, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  return graph.add('Reshape', [summed, inner]);
}
