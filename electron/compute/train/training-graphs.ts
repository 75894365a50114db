import type { Task } from '../../../shared/contract/models.ts';
import { type Dimension, FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../onnx/graph-builder.ts';
import { forwardNodes, lossNodes, type NetworkShape, parameterDims, parameterNames } from './dense-network.ts';
import { differentiate } from './gradients/differentiate.ts';

/** Shapes of a batch and of the parameters, known before anything runs. */
const knownShapes = (shape: NetworkShape, [x, y, weights]: readonly [string, string, string]) =>
  new Map<string, readonly Dimension[]>([
    [x, ['rows', shape.sizes[0] ?? 0]],
    [y, ['rows', shape.sizes.at(-1) ?? 1]],
    [weights, ['rows', 1]],
    ...parameterNames(shape).map((name, index) => [name, parameterDims(shape)[index] ?? []] as const),
  ]);

/** Summed loss over all rows and its gradient: inputs X, Y, S and the parameters; outputs the loss, then gradients in order. */
export function lossAndGradientModel(
  task: Task,
  shape: NetworkShape,
): { readonly bytes: Uint8Array; readonly outputs: readonly string[] } {
  const graph = new GraphBuilder('whole_');
  const loss = lossNodes(graph, task, forwardNodes(graph, 'X', shape), 'Y', 'S');
  const names = parameterNames(shape);
  const gradients = differentiate(graph, loss, names, knownShapes(shape, ['X', 'Y', 'S']));
  const dims = parameterDims(shape);
  const answers = shape.sizes.at(-1) ?? 1;
  return {
    bytes: modelBytes(
      graph.graph(
        'loss-and-gradient',
        [
          makeValueInfo('X', FLOAT, ['N', shape.sizes[0] ?? 0]),
          makeValueInfo('Y', FLOAT, ['N', answers]),
          makeValueInfo('S', FLOAT, ['N', 1]),
          ...parameterInfo(shape),
        ],
        [
          makeValueInfo(loss, FLOAT, []),
          ...gradients.map((name, index) => makeValueInfo(name, FLOAT, dims[index] ?? [])),
        ],
      ),
    ),
    outputs: [loss, ...gradients],
  };
}

const parameterInfo = (shape: NetworkShape) =>
  parameterNames(shape).map((name, index) => makeValueInfo(name, FLOAT, parameterDims(shape)[index] ?? []));
