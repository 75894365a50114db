import { LEAST_SHARE, logOfShare } from '../calibration/calibration.ts';
import { softmax } from '../calibration/softmax.ts';
import { ridge } from '../linear/least-squares.ts';
import { logistic } from '../linear/logistic.ts';
import { multinomial } from '../linear/multinomial.ts';
import { classAnswerNodes } from '../onnx/answer-nodes.ts';
import { FLOAT, makeValueInfo } from '../onnx/graph-builder.ts';
import { joinModels } from '../onnx/joined-models.ts';
import type { Scores } from '../onnx/scorer.ts';

/** A linear model of other models' answers: one row of weights a score, inputs model after model. */
export interface Stack {
  readonly weights: readonly Float64Array[];
  readonly intercepts: Float64Array;
}

/**
 * Learns how to weigh models from their answers to rows none of them was trained on (out-of-fold predictions): logistic
 * regression on logits for two classes, multinomial regression on logarithms of shares for more, ridge regression on
 * predictions for numbers (Wolpert 1992; Breiman 1996). The penalty of one is small beside any number of rows that matters.
 */
export function learnStack(
  answers: readonly Scores[],
  { targets, weights }: { readonly targets: Float64Array; readonly weights: Float64Array | null },
): Stack {
  const rows = targets.length;
  const columns = answers.map(stackColumns);
  const width = columns.reduce((sum, { width: own }) => sum + own, 0);
  const values = new Float64Array(rows * width);
  let at = 0;
  for (const { width: own, cell } of columns) {
    for (let row = 0; row < rows; row++) for (let j = 0; j < own; j++) values[row * width + at + j] = cell(row, j);
    at += own;
  }
  const data = { x: { rows, columns: width, values }, y: targets, weight: weights };
  const [first] = answers;
  if (first?.kind === 'classes' && first.classes > 2) {
    const { coefficients, intercept } = multinomial(data, { classes: first.classes });
    return { weights: coefficients, intercepts: intercept };
  }
  const { coefficients, intercept } =
    first?.kind === 'classes' ? logistic(data) : ridge(data, { alpha: ridgeAlpha(targets) });
  return { weights: [coefficients], intercepts: Float64Array.of(intercept) };
}

/** A penalty of one on answers of deviation one. */
function ridgeAlpha(targets: Float64Array): number {
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  return targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length;
}

/** What a stack answers where its models answer this. */
export function stackAnswers({ weights, intercepts }: Stack, answers: readonly Scores[]): Scores {
  const columns = answers.map(stackColumns);
  const [first] = answers;
  const rows =
    first === undefined
      ? 0
      : first.kind === 'numbers'
        ? first.predictions.length
        : first.probabilities.length / first.classes;
  const scoreOf = (row: number, output: number): number => {
    let [sum, at] = [intercepts[output] ?? 0, 0];
    for (const { width, cell } of columns)
      for (let j = 0; j < width; j++, at++) sum += (weights[output]?.[at] ?? 0) * cell(row, j);
    return sum;
  };
  if (first?.kind !== 'classes')
    return { kind: 'numbers', predictions: Float32Array.from({ length: rows }, (_, row) => scoreOf(row, 0)) };
  const { classes } = first;
  const probabilities = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++)
    probabilities.set(
      weights.length === 1
        ? softmax([0, scoreOf(row, 0)])
        : softmax(Array.from({ length: classes }, (_, k) => scoreOf(row, k))),
      row * classes,
    );
  return { kind: 'classes', classes, probabilities, labels: [] };
}

/** What a stack sees of one model's answers: one number for two classes or a number, one a class otherwise. */
function stackColumns(scores: Scores): { readonly width: number; cell(row: number, j: number): number } {
  if (scores.kind === 'numbers') return { width: 1, cell: (row) => scores.predictions[row] ?? 0 };
  const { classes, probabilities } = scores;
  const log = (row: number, k: number): number => logOfShare(probabilities[row * classes + k] ?? 0);
  return classes === 2 ? { width: 1, cell: (row) => log(row, 1) - log(row, 0) } : { width: classes, cell: log };
}

/** The models and what weighs them as one model; `classes` is null for numbers. */
export function stackedModel(
  models: readonly Uint8Array[],
  { stack, classes }: { readonly stack: Stack; readonly classes: readonly string[] | null },
): Uint8Array {
  const { graph, answers, bytes } = joinModels(models);
  const parts = answers.map((answer) => {
    const name = answer.get(classes === null ? 'prediction' : 'probabilities');
    if (name === undefined) throw new RangeError('A model of the stack has no answer of the task.');
    if (classes === null) return name;
    const logs = graph.add('Log', [graph.add('Max', [name, graph.float(LEAST_SHARE)])]);
    if (classes.length > 2) return logs;
    const of = (k: number): string => graph.add('Gather', [logs, graph.integers([k])], { axis: 1 });
    return graph.add('Sub', [of(1), of(0)]);
  });
  const joined = parts.length === 1 ? (parts[0] ?? '') : graph.add('Concat', parts, { axis: 1 });
  const outputs = stack.weights.length;
  const inputs = stack.weights[0]?.length ?? 0;
  const matrix = Float32Array.from(
    { length: inputs * outputs },
    (_, i) => stack.weights[i % outputs]?.[Math.floor(i / outputs)] ?? 0,
  );
  const operands = [joined, graph.floats(matrix, [inputs, outputs]), graph.floats(stack.intercepts)];
  if (classes !== null)
    return bytes('stack', classAnswerNodes(graph, graph.add('Gemm', operands), classes, outputs === 1));
  graph.add('Gemm', operands, {}, { output: 'prediction' });
  return bytes('stack', [makeValueInfo('prediction', FLOAT, ['N', 1])]);
}
