import type { ValueInfoProto } from 'onnx-buf';
import { FLOAT, type GraphBuilder, makeValueInfo, STRING } from './graph-builder.ts';

/**
 * Adds what every classifier ends with: `probabilities` [N, C] from raw scores (the sigmoid of one score for two classes,
 * the softmax of one a class otherwise) and `label` [N], the most probable class's text. Answers the graph's outputs.
 */
export function classAnswerNodes(
  graph: GraphBuilder,
  rawScores: string,
  classes: readonly string[],
  isOneScore: boolean,
): ValueInfoProto[] {
  if (isOneScore) {
    const positive = graph.add('Sigmoid', [rawScores]);
    graph.add(
      'Concat',
      [graph.add('Sub', [graph.float(1), positive]), positive],
      { axis: 1 },
      { output: 'probabilities' },
    );
  } else graph.add('Softmax', [rawScores], { axis: -1 }, { output: 'probabilities' });
  const winner = graph.add('ArgMax', ['probabilities'], { axis: 1, keepdims: 0 });
  graph.add('Gather', [graph.strings(classes), winner], {}, { output: 'label' });
  return [makeValueInfo('label', STRING, ['N']), makeValueInfo('probabilities', FLOAT, ['N', classes.length])];
}
