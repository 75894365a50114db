import type { Task } from '../../../shared/contract/models.ts';
import { classAnswerNodes } from '../onnx/answer-nodes.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../onnx/graph-builder.ts';
import type { TargetScale } from './dense-data.ts';
import { type DesignEncoding, encodingNodes } from './design/design-encoding.ts';
import type { LinearWeights } from './linear-weights.ts';

/** The logarithm of a mean beyond which e^z is no float. */
const LARGEST_LOG = 80;

/** The finished model: raw columns to label and probabilities, or to the prediction. */
export function linearModel(
  { weights, intercepts }: Pick<LinearWeights, 'weights' | 'intercepts'>,
  {
    task,
    classes,
    encoding,
    scale,
    isLog,
  }: {
    readonly task: Task;
    readonly classes: readonly string[] | null;
    readonly encoding: DesignEncoding;
    readonly scale: TargetScale;
    /** The scores are logarithms of the answers. */
    readonly isLog: boolean;
  },
): Uint8Array {
  const graph = new GraphBuilder(
    'node_',
    encoding.inputs.map(({ column }) => column),
  );
  const outputs = weights.length;
  const matrix = new Float32Array(encoding.width * outputs);
  for (const [k, list] of weights.entries())
    for (const [j, weight] of list.entries()) matrix[j * outputs + k] = weight * scale.deviation;
  const bias = Float32Array.from(intercepts, (value) => value * scale.deviation + scale.mean);
  const linear = [graph.floats(matrix, [encoding.width, outputs]), graph.floats(bias)];
  const encoded = encodingNodes(graph, encoding);
  let answers = [makeValueInfo('prediction', FLOAT, ['N', 1])];
  if (classes !== null)
    answers = classAnswerNodes(graph, graph.add('Gemm', [encoded, ...linear]), classes, task === 'binary');
  else if (isLog) {
    const bounded = graph.add('Clip', [
      graph.add('Gemm', [encoded, ...linear]),
      graph.float(-LARGEST_LOG),
      graph.float(LARGEST_LOG),
    ]);
    graph.add('Exp', [bounded], {}, { output: 'prediction' });
  } else graph.add('Gemm', [encoded, ...linear], {}, { output: 'prediction' });
  const inputs = encoding.inputs.map(({ column, type }) =>
    makeValueInfo(column, type === 'float' ? FLOAT : STRING, ['N', 1]),
  );
  return modelBytes(graph.graph('model', inputs, answers), encoding.opset);
}
