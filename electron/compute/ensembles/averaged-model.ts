import { labelNodes } from '../onnx/answer-nodes.ts';
import { FLOAT, makeValueInfo } from '../onnx/graph-builder.ts';
import { joinModels } from '../onnx/joined-models.ts';

/**
 * The mean of several models of one task as one model: of the class shares (the label is the most probable class of the
 * mean), or of predictions. `classes` is null for numbers.
 */
export function averagedModel(models: readonly Uint8Array[], classes: readonly string[] | null): Uint8Array {
  const { graph, answers, bytes } = joinModels(models);
  const name = classes === null ? 'prediction' : 'probabilities';
  const parts = answers.map((answer) => {
    const part = answer.get(name);
    if (part === undefined) throw new RangeError(`A model of the mean has no ${name}.`);
    return part;
  });
  const sum = parts.reduce((total, part) => (total === '' ? part : graph.add('Add', [total, part])), '');
  graph.add('Div', [sum, graph.float(parts.length)], {}, { output: name });
  return bytes('mean', classes === null ? [makeValueInfo('prediction', FLOAT, ['N', 1])] : labelNodes(graph, classes));
}
