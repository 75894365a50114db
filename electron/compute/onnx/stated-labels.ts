import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf';
import { INT32, INT64, STRING } from './graph-builder.ts';
import { tensorIntegers } from './tensor-values.ts';

const decoder = new TextDecoder();
/** Kinds of a result that names the class of a row. */
const LABEL_KINDS = new Set<number | undefined>([STRING, INT64, INT32]);
/** Operators that leave labels as they are. */
const PASSING = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Flatten']);

/** Names of a graph's results that say a class: words or whole numbers. */
export const labelOutputs = (graph: GraphProto): string[] =>
  graph.output.flatMap(({ name, type }) =>
    LABEL_KINDS.has(type?.value.case === 'tensorType' ? type.value.value.elemType : undefined) ? [name] : [],
  );

/**
 * Class labels that a graph states, in the order of its probabilities: those that a ZipMap has, or that its label is chosen from,
 * or else those of its first classifier, for classifiers inside of another (of a bag, of one against the rest) count theirs.
 */
export function statedLabels(graph: GraphProto): string[] | undefined {
  const zip = graph.node.find(({ opType }) => opType === 'ZipMap');
  const [chosen] = labelOutputs(graph).flatMap((name) => {
    const labels = labelsBehind(graph, name);
    return labels ? [labels] : [];
  });
  const classifier = graph.node.find(({ opType }) => /Classifier$/.test(opType));
  return (zip && labelsOf(zip)) ?? chosen ?? (classifier && labelsOf(classifier));
}

/** What a label is chosen from: a classifier's own labels, or a list of which it takes an element. */
function labelsBehind(graph: GraphProto, name: string): string[] | undefined {
  const maker = graph.node.find(({ output }) => output.includes(name));
  const [from = ''] = maker?.input ?? [];
  if (maker === undefined) return undefined;
  if (PASSING.has(maker.opType)) return labelsBehind(graph, from);
  if (maker.opType !== 'ArrayFeatureExtractor' && maker.opType !== 'Gather') return labelsOf(maker);
  const list = graph.initializer.find((one) => one.name === from);
  return list && wordsOf(list);
}

function labelsOf(node: NodeProto): string[] | undefined {
  const texts = node.attribute.find(({ name }) =>
    /^(classlabels_strings|classes_strings|string_vocabulary)$/.test(name),
  )?.strings;
  if (texts && texts.length > 0) return texts.map((text) => decoder.decode(text));
  const numbers = node.attribute.find(({ name }) => /^classlabels_(ints|int64s)$/.test(name))?.ints;
  return numbers && numbers.length > 0 ? numbers.map(String) : undefined;
}

const wordsOf = (list: TensorProto): string[] | undefined =>
  list.dataType === STRING ? list.stringData.map((word) => decoder.decode(word)) : tensorIntegers(list)?.map(String);
