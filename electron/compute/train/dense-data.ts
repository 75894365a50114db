import { Tensor } from 'onnxruntime-node';
import type { Task } from '../../../shared/contract/models.ts';
import { classAnswerNodes } from '../onnx/answer-nodes.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../onnx/graph-builder.ts';
import { biasName, forwardNodes, type NetworkShape, weightName } from './dense-network.ts';
import { type DesignEncoding, encodeFrame, encodingNodes } from './design/design-encoding.ts';
import type { LabelledRows } from './estimator.ts';

/** Mean and deviation of the answers of a regression, so that the network works on numbers of size one. */
export interface TargetScale {
  readonly mean: number;
  readonly deviation: number;
}

export const NO_SCALE: TargetScale = { mean: 0, deviation: 1 };

export function learnTargetScale(task: Task, targets: Float64Array): TargetScale {
  if (task !== 'regression') return NO_SCALE;
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  const deviation = Math.sqrt(targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length);
  return { mean: Math.fround(mean), deviation: Math.fround(deviation > 0 ? deviation : 1) };
}

/** Rows as tensors: X [N, D], Y [N, outputs] (one-hot for several classes), S [N, 1]. */
export interface DenseRows {
  readonly rows: number;
  readonly X: Tensor;
  readonly Y: Tensor;
  readonly S: Tensor;
  /** Scaled answers, for losses computed outside the graph. */
  readonly targets: Float64Array;
}

export function denseRows(
  data: LabelledRows,
  task: Task,
  encoding: DesignEncoding,
  outputs: number,
  scale: TargetScale,
): DenseRows {
  const rows = data.targets.length;
  const targets =
    task === 'regression' ? data.targets.map((value) => (value - scale.mean) / scale.deviation) : data.targets;
  const y = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    if (task === 'multiclass') y[row * outputs + (targets[row] ?? 0)] = 1;
    else y[row] = targets[row] ?? 0;
  }
  const s = data.weights ? Float32Array.from(data.weights) : new Float32Array(rows).fill(1);
  return {
    rows,
    targets,
    X: new Tensor('float32', encodeFrame(data.features, encoding), [rows, encoding.width]),
    Y: new Tensor('float32', y, [rows, outputs]),
    S: new Tensor('float32', s, [rows, 1]),
  };
}

/** The finished model: raw columns to label and probabilities, or to the prediction. */
export function denseModel(
  task: Task,
  classes: readonly string[] | null,
  encoding: DesignEncoding,
  scale: TargetScale,
  shape: NetworkShape,
  parameters: readonly Float32Array[],
): Uint8Array {
  const columns = encoding.inputs.map(({ column }) => column);
  const graph = new GraphBuilder('node_', columns);
  const named = new Map<string, string>();
  for (let layer = 0; layer + 1 < shape.sizes.length; layer++) {
    const [from, to] = [shape.sizes[layer] ?? 0, shape.sizes[layer + 1] ?? 0];
    named.set(weightName(layer), graph.floats(parameters[layer * 2] ?? [], [from, to]));
    named.set(biasName(layer), graph.floats(parameters[layer * 2 + 1] ?? [], [to]));
  }
  const scores = forwardNodes(graph, encodingNodes(graph, encoding), shape, (name) => named.get(name) ?? name);
  if (classes === null) {
    const scaled = graph.add('Mul', [scores, graph.float(scale.deviation)]);
    graph.add('Add', [scaled, graph.float(scale.mean)], {}, { output: 'prediction' });
  }
  const outputs =
    classes === null
      ? [makeValueInfo('prediction', FLOAT, ['N', 1])]
      : classAnswerNodes(graph, scores, classes, task === 'binary');
  const inputs = encoding.inputs.map(({ column, type }) =>
    makeValueInfo(column, type === 'float' ? FLOAT : STRING, ['N', 1]),
  );
  return modelBytes(graph.graph('model', inputs, outputs), encoding.opset);
}
