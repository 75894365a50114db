import { FLOAT, GraphBuilder, INT64, makeValueInfo, modelBytes, STRING } from '../../onnx/graph-builder.ts';
import type { ColumnEncoding } from '../table.ts';
import { ensembleNodes, rawInputs } from '../to-onnx.ts';
import type { TreeEnsemble } from '../tree.ts';
import { averagePathLength } from './path-length.ts';

/** Labels of rows at most, and above, the threshold. */
export const ANOMALY_LABELS = ['normal', 'anomaly'] as const;

/**
 * An isolation forest as one graph from raw columns, `[N,1]` float or string each, to `prediction` [N,1], the anomaly score
 * in (0, 1), and `label` [N]: "anomaly" where the score is above the threshold, "normal" elsewhere.
 */
export function isolationToOnnx(
  ensemble: TreeEnsemble,
  encodings: readonly ColumnEncoding[],
  { sampleRows, threshold }: { readonly sampleRows: number; readonly threshold: number },
): Uint8Array {
  const graph = new GraphBuilder(
    'tree_',
    encodings.map(({ column }) => column),
  );
  const path = ensembleNodes(graph, encodings, ensemble);
  const exponent = graph.add('Mul', [path, graph.float(-Math.LN2 / averagePathLength(sampleRows))]);
  graph.add('Exp', [exponent], {}, { output: 'prediction' });
  const isAbove = graph.add('Greater', ['prediction', graph.float(threshold)]);
  const index = graph.add('Reshape', [graph.add('Cast', [isAbove], { to: INT64 }), graph.integers([-1])]);
  graph.add('Gather', [graph.strings(ANOMALY_LABELS), index], {}, { output: 'label' });
  const outputs = [makeValueInfo('prediction', FLOAT, ['N', 1]), makeValueInfo('label', STRING, ['N'])];
  return modelBytes(graph.graph('isolation forest', rawInputs(encodings), outputs));
}
