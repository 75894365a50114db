import type { GraphBuilder } from '../../onnx/graph-builder.ts';

/** Gradients shortened together so that their joint Euclidean length is no more than `most`. */
export function clippedByNorm(graph: GraphBuilder, gradients: readonly string[], most: number): string[] {
  const squares = gradients.map((gradient) => graph.add('ReduceSumSquare', [gradient], { keepdims: 0 }));
  const length = graph.add('Sqrt', [squares.length === 1 ? (squares[0] ?? '') : graph.add('Sum', squares)]);
  const factor = graph.add('Min', [
    graph.float(1),
    graph.add('Div', [graph.float(most), graph.add('Add', [length, graph.float(1e-6)])]),
  ]);
  return gradients.map((gradient) => graph.add('Mul', [gradient, factor]));
}

/** Every element of the gradients kept within -most and most. */
export function clippedByValue(graph: GraphBuilder, gradients: readonly string[], most: number): string[] {
  return gradients.map((gradient) => graph.add('Clip', [gradient, graph.float(-most), graph.float(most)]));
}
