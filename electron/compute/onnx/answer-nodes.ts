import type { ValueInfoProto } from 'onnx-buf';
import { FLOAT, type GraphBuilder, INT64, makeValueInfo, STRING } from './graph-builder.ts';

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
  return labelNodes(graph, classes);
}

/**
 * The same from shares of classes instead of raw scores: the share of the second of two, or one share a class, brought to
 * between 0 and 1 and to a sum of 1.
 */
export function classShareNodes(
  graph: GraphBuilder,
  shares: string,
  classes: readonly string[],
  isOneShare: boolean,
): ValueInfoProto[] {
  const bounded = graph.add('Clip', [shares, graph.float(isOneShare ? 0 : 1e-7), graph.float(1)]);
  if (isOneShare) {
    const first = graph.add('Sub', [graph.float(1), bounded]);
    graph.add('Concat', [first, bounded], { axis: 1 }, { output: 'probabilities' });
  } else {
    const sum = graph.add('ReduceSum', [bounded, graph.integers([1])], { keepdims: 1 });
    graph.add('Div', [bounded, sum], {}, { output: 'probabilities' });
  }
  return labelNodes(graph, classes);
}

/** Names of a label's two answers, of a graph and of a scored file. */
export const labelAnswers = (label: string): { readonly label: string; readonly probability: string } => ({
  label: `label_${label}`,
  probability: `probability_${label}`,
});

/**
 * Adds what a model of several labels ends with: `probabilities` [N, L], the sigmoid of each raw score, and for each label
 * by its name `probability_NAME` [N, 1] and `label_NAME` [N, 1], 1 from one half on. Answers the graph's outputs.
 */
export function labelAnswerNodes(graph: GraphBuilder, rawScores: string, labels: readonly string[]): ValueInfoProto[] {
  graph.add('Sigmoid', [rawScores], {}, { output: 'probabilities' });
  const each = labels.flatMap((name, k) => {
    const answers = labelAnswers(name);
    const place = graph.integers([k]);
    graph.add('Gather', ['probabilities', place], { axis: 1 }, { output: answers.probability });
    const isCalled = graph.add('GreaterOrEqual', [answers.probability, graph.float(0.5)]);
    graph.add('Cast', [isCalled], { to: INT64 }, { output: answers.label });
    return [makeValueInfo(answers.label, INT64, ['N', 1]), makeValueInfo(answers.probability, FLOAT, ['N', 1])];
  });
  return [makeValueInfo('probabilities', FLOAT, ['N', labels.length]), ...each];
}

/** Adds `label` [N], the class with the largest of `probabilities` [N, C]; answers both as outputs of the graph. */
export function labelNodes(graph: GraphBuilder, classes: readonly string[]): ValueInfoProto[] {
  const winner = graph.add('ArgMax', ['probabilities'], { axis: 1, keepdims: 0 });
  graph.add('Gather', [graph.strings(classes), winner], {}, { output: 'label' });
  return [makeValueInfo('label', STRING, ['N']), makeValueInfo('probabilities', FLOAT, ['N', classes.length])];
}
