import { Tensor } from 'onnxruntime-node';
import type { Task } from '../../../shared/contract/models.ts';
import { classAnswerNodes, labelAnswerNodes } from '../onnx/answer-nodes.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../onnx/graph-builder.ts';
import { type DesignEncoding, encodeFrame, encodingNodes } from './design/design-encoding.ts';
import { encodeWords, wordCodeNodes } from './design/word-codes.ts';
import type { LabelledRows } from './estimator.ts';
import { labelAt } from './label-sets.ts';
import { parameterisedNodes, type TrainedGraph } from './trained-graph.ts';

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

/** Rows as tensors: X [N, D], Y [N, outputs] (one-hot for several classes; -1 for a label that is not known), S [N, 1]. */
export interface DenseRows {
  readonly rows: number;
  readonly X: Tensor;
  /** Codes of embedded words [N, columns]; null for none. */
  readonly C: Tensor | null;
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
    else if (task === 'multilabel') {
      for (let k = 0; k < outputs; k++) {
        const label = labelAt(targets[row] ?? Number.NaN, k);
        y[row * outputs + k] = Number.isNaN(label) ? -1 : label;
      }
    } else y[row] = targets[row] ?? 0;
  }
  const s = data.weights ? Float32Array.from(data.weights) : new Float32Array(rows).fill(1);
  return {
    rows,
    targets,
    C:
      encoding.embedded.length === 0
        ? null
        : new Tensor('int32', encodeWords(data.features, encoding.embedded), [rows, encoding.embedded.length]),
    X: new Tensor('float32', encodeFrame(data.features, encoding), [rows, encoding.width]),
    Y: new Tensor('float32', y, [rows, outputs]),
    S: new Tensor('float32', s, [rows, 1]),
  };
}

/** What the finished model is made of. */
export interface RawColumnModel {
  readonly task: Task;
  readonly classes: readonly string[] | null;
  readonly encoding: DesignEncoding;
  readonly scale: TargetScale;
  /** The network answers the logarithm of a rate. */
  readonly isLogOfRate?: boolean;
  readonly network: TrainedGraph;
  readonly parameters: readonly Float32Array[];
}

/** Answers of a network in their own units as the output `prediction`. */
export function scaledAnswerNodes(graph: GraphBuilder, scores: string, { mean, deviation }: TargetScale) {
  graph.add(
    'Add',
    [graph.add('Mul', [scores, graph.float(deviation)]), graph.float(mean)],
    {},
    { output: 'prediction' },
  );
  return [makeValueInfo('prediction', FLOAT, ['N', 1])];
}

/** The finished model: raw columns to label and probabilities, or to the prediction. */
export function rawColumnModel(model: RawColumnModel): Uint8Array {
  const { task, classes, encoding, scale, network, parameters } = model;
  const graph = new GraphBuilder(
    'node_',
    encoding.inputs.map(({ column }) => column),
  );
  const given = [
    ...(encoding.width > 0 ? [encodingNodes(graph, encoding)] : []),
    ...(encoding.embedded.length > 0 ? [wordCodeNodes(graph, encoding.embedded)] : []),
  ];
  const scores = parameterisedNodes(graph, network, parameters, given);
  const outputs =
    classes === null
      ? scaledAnswerNodes(graph, model.isLogOfRate ? graph.add('Exp', [scores]) : scores, scale)
      : task === 'multilabel'
        ? labelAnswerNodes(graph, scores, classes)
        : classAnswerNodes(graph, scores, classes, task === 'binary');
  const inputs = encoding.inputs.map(({ column, type }) =>
    makeValueInfo(column, type === 'float' ? FLOAT : STRING, ['N', 1]),
  );
  return modelBytes(graph.graph('model', inputs, outputs), encoding.opset);
}
