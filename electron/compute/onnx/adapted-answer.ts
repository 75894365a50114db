import type { GraphProto, NodeProto, ValueInfoProto } from 'onnx-buf';
import { NodeAttributes } from '../trees/import/node-attributes.ts';
import { FLOAT, type GraphBuilder, makeValueInfo, STRING } from './graph-builder.ts';
import { FLOATS, type GraphTensor, tensorOf } from './graph-tensor.ts';
import { type ModelMeaning, wrong } from './model-meaning.ts';
import { labelOutputs } from './stated-labels.ts';

/** The answers of a model as they are scored here. */
export interface Answer {
  readonly outputs: ValueInfoProto[];
  readonly classes: string[] | null;
}

export interface PlainGraph {
  readonly graph: GraphProto;
  /** Class labels that a node of the model states. */
  readonly labels: readonly string[] | undefined;
}

/** Adds what makes `label` and `probabilities`, or `prediction`, of a graph's results; undefined where they are neither. */
export function answerOf(
  builder: GraphBuilder,
  { graph, labels: stated }: PlainGraph,
  meaning: ModelMeaning,
): Answer | undefined {
  const outputs = graph.output
    .flatMap((output) => tensorOf(output) ?? [])
    .filter(({ name }) => !/feature|embed|pool/i.test(name))
    .map((output) => withTargets(graph, output));
  const isShares = ({ elemType, dims }: GraphTensor): boolean =>
    FLOATS.has(elemType) && dims?.length === 2 && (dims[1] === -1 || (dims[1] ?? 0) > 1);
  const hasLabels = meaning.labels !== undefined || labelOutputs(graph).length > 0;
  // Numbers side by side that nothing calls classes are several answers of a regression.
  const isRegression = stated === undefined && !hasLabels && graph.node.some(({ opType }) => REGRESSORS.test(opType));
  // Where several results could be the answer, the one that says so by its name.
  const wide = isRegression ? [] : outputs.filter(isShares);
  const shares = wide.find(({ name }) => /prob|logit|score|class/i.test(name)) ?? wide[0];
  const classes = meaning.labels ?? stated ?? (shares?.dims?.[1] === 2 ? ['0', '1'] : undefined);
  const isScores = shares !== undefined && !makesShares(graph, shares.name);
  if (shares && classes) return classAnswer(builder, shares, { classes: [...classes], isScores });
  if (shares && (shares.dims?.[1] ?? 0) > 2) {
    const numbered = Array.from({ length: shares.dims?.[1] ?? 0 }, (_, index) => String(index));
    return classAnswer(builder, shares, { classes: numbered, isScores });
  }
  const columns = outputs.filter(isNumber);
  if (hasLabels && classes && classes.length > 1 && columns.length === classes.length) {
    const parts = columns.map((column) =>
      builder.add('Reshape', [asFloat(builder, column), builder.integers([-1, 1])]),
    );
    const joined = { name: builder.add('Concat', parts, { axis: 1 }), elemType: FLOAT, dims: [-1, classes.length] };
    return classAnswer(builder, joined, { classes: [...classes], isScores: false });
  }
  const [number] = columns;
  if (!number || meaning.labels !== undefined) return undefined;
  builder.add('Reshape', [asFloat(builder, number), builder.integers([-1, 1])], {}, { output: 'prediction' });
  return { classes: null, outputs: [makeValueInfo('prediction', FLOAT, ['N', 1])] };
}

/** Models of the standard that answer numbers. */
const REGRESSORS = /Regressor$|^TreeEnsemble$/;

/** A result of one number a row. */
const isNumber = ({ elemType, dims }: GraphTensor): boolean =>
  FLOATS.has(elemType) && (dims?.length === 1 || (dims?.length === 2 && dims[1] === 1));

/** A result of trees as wide as they make it: some converters write one column for several targets. */
function withTargets(graph: GraphProto, output: GraphTensor): GraphTensor {
  const maker = makerOf(graph, output.name);
  const targets = maker && REGRESSORS.test(maker.opType) ? new NodeAttributes(maker).integer('n_targets', 1) : 1;
  return targets > 1 ? { ...output, dims: [-1, targets] } : output;
}

/** A result in single precision: what is half or double of it becomes so. */
const asFloat = (builder: GraphBuilder, { name, elemType }: GraphTensor): string =>
  elemType === FLOAT ? name : builder.add('Cast', [name], { to: FLOAT });

/** Probabilities as they are, or the softmax of scores; the label is the most probable class. */
function classAnswer(
  builder: GraphBuilder,
  shares: GraphTensor,
  { classes, isScores }: { readonly classes: string[]; readonly isScores: boolean },
): Answer {
  const width = shares.dims?.[1] ?? -1;
  if (width > 0 && width !== classes.length)
    throw wrong(
      `The model answers ${width} classes; ${classes.length} labels are named.`,
      `Name ${width} labels, in the order of its answer.`,
    );
  const probabilities = 'probabilities';
  const given = asFloat(builder, shares);
  if (isScores) builder.add('Softmax', [given], { axis: 1 }, { output: probabilities });
  else builder.add('Identity', [given], {}, { output: probabilities });
  const winner = builder.add('ArgMax', [probabilities], { axis: 1, keepdims: 0 });
  builder.add('Gather', [builder.strings(classes), winner], {}, { output: 'label' });
  return {
    classes,
    outputs: [makeValueInfo('label', STRING, ['N']), makeValueInfo('probabilities', FLOAT, ['N', classes.length])],
  };
}

/** The node that makes a result, behind those that leave its numbers as they are. */
function makerOf(graph: GraphProto, name: string): NodeProto | undefined {
  const maker = graph.node.find(({ output }) => output.includes(name));
  return maker && ['Identity', 'Cast', 'Reshape', 'Squeeze', 'Flatten'].includes(maker.opType)
    ? makerOf(graph, maker.input[0] ?? '')
    : maker;
}

/** Whether a result is made as shares, not scores: its name says so, a sigmoid or a softmax made it, or a classifier of the standard. */
function makesShares(graph: GraphProto, name: string): boolean {
  const maker = makerOf(graph, name);
  if (/prob/i.test(name)) return true;
  if (!maker) return false;
  return (
    ['Softmax', 'Sigmoid', 'Normalizer', 'LpNormalization', 'Div', 'Concat'].includes(maker.opType) ||
    /Classifier$/.test(maker.opType) ||
    maker.output.some((output) => /prob/i.test(output))
  );
}
