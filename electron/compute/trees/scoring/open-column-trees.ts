import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, type NodeProto } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Frame, FrameColumn } from '../../frame/frame.ts';
import { FLOAT, makeValueInfo, STRING } from '../../onnx/graph-builder.ts';
import { nodesBehind, partOfModel } from '../../onnx/split-graph.ts';
import { finishScores } from '../import/finish-scores.ts';
import { NodeAttributes } from '../import/node-attributes.ts';
import { isEnsembleNode, readEnsemble } from '../import/read-ensemble.ts';
import { type FeatureColumn, TreeScorer } from './tree-scorer.ts';

/** What a graph from raw columns answers, from our engine. */
export interface ColumnTrees {
  /**
   * The `probabilities` [rows * classes], or the `prediction` [rows], of every row. Null where a column is of another kind
   * than the graph's.
   */
  score(frame: Frame): Promise<Float32Array | null>;
  /** Class labels in the order of the probabilities; null for a number. */
  readonly labels: readonly string[] | null;
  close(): Promise<void>;
}

/** A feature of the trees: a column of floats, or one of words with a number for each. */
interface Source {
  readonly column: string;
  readonly codes: { readonly of: ReadonlyMap<string, number>; readonly other: number } | null;
}

/**
 * Opens a graph from raw columns in which a tree ensemble reads nothing but columns, or the numbers of their words, and all
 * answers come from it: the form in which our boosted trees and forests leave, and in which those of other libraries are
 * kept. What stands behind the trees runs on ONNX Runtime. Null for any other graph.
 */
export async function openColumnTrees(bytes: Uint8Array, threads: number): Promise<ColumnTrees | null> {
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph } = model;
  const ensembles = graph?.node.filter(isEnsembleNode) ?? [];
  const [node] = ensembles;
  if (!graph || !node || ensembles.length > 1) return null;
  const sources = sourcesOf(graph, node.input[0] ?? '');
  const labels = labelsOf(graph);
  const answer = labels === null ? 'prediction' : 'probabilities';
  const info = graph.output.find(({ name }) => name === answer);
  const sums = (node.opType === 'TreeEnsembleClassifier' ? node.output[1] : node.output[0]) ?? '';
  const columns = new Set(graph.input.map(({ name }) => name));
  const behind = nodesBehind(graph, [answer], new Set([sums]));
  if (!sources || !info || behind.some((one) => isEnsembleNode(one) || one.input.some((name) => columns.has(name))))
    return null;
  const foreign = readEnsemble(node, sources.length);
  const scorer = foreign.hasSilentLeaves ? null : TreeScorer.open(foreign.ensemble, threads);
  if (!scorer) return null;
  const { classes } = foreign.ensemble;
  const part = partOfModel(model, [info], [makeValueInfo(sums, FLOAT, ['N', classes])]);
  const options = { executionProviders: ['cpu'], logSeverityLevel: 3 as const, intraOpNumThreads: threads };
  const session = sums === answer ? null : await InferenceSession.create(part, options);
  return {
    labels,
    async score(frame) {
      const features = featuresOf(frame, sources);
      if (features === null) return null;
      const { scores } = finishScores(foreign, scorer.score(features, frame.rows));
      if (!session) return scores;
      const answers = await session.run({ [sums]: new Tensor('float32', scores, [frame.rows, classes]) });
      const data = answers[answer]?.data;
      return data instanceof Float32Array ? data : null;
    },
    async close() {
      await session?.release();
      await scorer.close();
    },
  };
}

/** Columns behind the trees' rows: a Concat of inputs and of words looked up by a LabelEncoder. Null where it is not so. */
function sourcesOf(graph: GraphProto, rows: string): Source[] | null {
  const types = new Map(
    graph.input.map(({ name, type }) => [name, type?.value.case === 'tensorType' ? type.value.value.elemType : 0]),
  );
  const madeBy = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  let concat = madeBy.get(rows);
  while (concat?.opType === 'Identity') concat = madeBy.get(concat.input[0] ?? '');
  if (concat?.opType !== 'Concat' || new NodeAttributes(concat).integer('axis', 0) !== 1) return null;
  const sources = concat.input.map((name): Source | null => {
    if (types.get(name) === FLOAT) return { column: name, codes: null };
    const encoder = madeBy.get(name);
    const [column = ''] = encoder?.input ?? [];
    if (encoder?.opType !== 'LabelEncoder' || types.get(column) !== STRING) return null;
    const codes = codesOf(encoder);
    return codes && { column, codes };
  });
  return sources.every((source) => source !== null) ? sources : null;
}

function codesOf(encoder: NodeProto): Source['codes'] {
  const attributes = new NodeAttributes(encoder);
  const [keys, values] = [attributes.strings('keys_strings'), attributes.numbers('values_floats')];
  if (keys.length === 0 || keys.length !== values.length) return null;
  return {
    of: new Map(keys.map((key, at) => [key, values[at] ?? Number.NaN])),
    other: attributes.float('default_float', -0),
  };
}

/** Labels of a graph whose `label` is the word of the largest probability; null where it has no such label. */
function labelsOf(graph: GraphProto): string[] | null {
  const madeBy = (name: string | undefined): NodeProto | undefined =>
    graph.node.find((node) => name !== undefined && node.output.includes(name));
  const gather = madeBy('label');
  const winner = madeBy(gather?.input[1]);
  const words = graph.initializer.find(({ name }) => name === gather?.input[0]);
  if (gather?.opType !== 'Gather' || winner?.opType !== 'ArgMax' || winner.input[0] !== 'probabilities' || !words)
    return null;
  return words.stringData.map((word) => new TextDecoder().decode(word));
}

function featuresOf(frame: Frame, sources: readonly Source[]): FeatureColumn[] | null {
  const features = sources.map(({ column, codes }) => {
    const values = frame.columns.get(column);
    if (!values) return null;
    if (codes === null) return values.kind === 'number' ? values.values : null;
    return values.kind === 'text' ? coded(values, codes) : null;
  });
  return features.every((feature) => feature !== null) ? features : null;
}

/** A number a row for a column of words: each word is looked up once. Missing is empty text. */
function coded(
  { dictionary, codes }: Extract<FrameColumn, { kind: 'text' }>,
  { of, other }: NonNullable<Source['codes']>,
): Float32Array {
  const numbers = Float32Array.from(dictionary, (word) => of.get(word) ?? other);
  const missing = of.get('') ?? other;
  const values = new Float32Array(codes.length);
  for (let row = 0; row < values.length; row++) {
    const code = codes[row] ?? -1;
    values[row] = code < 0 ? missing : (numbers[code] ?? missing);
  }
  return values;
}
