import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, type NodeProto, type ValueInfoProto } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { FLOAT, INT64, makeValueInfo, STRING } from '../../onnx/graph-builder.ts';
import { nodesBehind, partOfModel } from '../../onnx/split-graph.ts';
import { TreeScorer } from '../scoring/tree-scorer.ts';
import { type EnsembleAnswers, finishScores } from './finish-scores.ts';
import { type ForeignEnsemble, isEnsembleNode, readEnsemble } from './read-ensemble.ts';
import { walkRows } from './walk-rows.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

/** A model whose tree ensembles our engine scores; what stands before and behind them runs on ONNX Runtime. */
export interface TreeGraph {
  /** The ensembles of the graph, in the order of its nodes. */
  readonly ensembles: readonly ForeignEnsemble[];
  /** Answers of the graph for what it is fed: floats as float32, labels as the graph has them. */
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** An ensemble in its graph, and what scores it. */
interface Part {
  readonly node: NodeProto;
  readonly foreign: ForeignEnsemble;
  readonly scorer: TreeScorer | null;
}

/**
 * Opens any model with TreeEnsembleRegressor, TreeEnsembleClassifier or TreeEnsemble nodes, of whatever converter, wherever
 * they stand in the graph. Null where it has none, or where one reads what another says. Throws MODEL_INVALID on an
 * ensemble whose lists contradict each other.
 */
export async function openTreeGraph(
  bytes: Uint8Array,
  options: { readonly threads?: number } = {},
): Promise<TreeGraph | null> {
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph } = model;
  const nodes = graph?.node.filter(isEnsembleNode) ?? [];
  if (!graph || nodes.length === 0) return null;
  const sources = [...new Set(nodes.map((node) => node.input[0] ?? ''))];
  if (nodesBehind(graph, sources).some(isEnsembleNode)) return null;
  const { threads = 1 } = options;
  const parts = nodes.map((node): Part => {
    const foreign = readEnsemble(node, widthOf(graph, node.input[0] ?? ''));
    return { node, foreign, scorer: foreign.hasSilentLeaves ? null : TreeScorer.open(foreign.ensemble, threads) };
  });
  const given = parts.flatMap(answerInfos);
  const made = sources.filter((name) => graph.node.some((node) => node.output.includes(name)));
  const sessionOptions = { executionProviders: ['cpu'], logSeverityLevel: 3 as const, intraOpNumThreads: threads };
  const open = (part: Uint8Array): Promise<InferenceSession> => InferenceSession.create(part, sessionOptions);
  const before =
    made.length > 0
      ? await open(
          partOfModel(
            model,
            made.map((name) => makeValueInfo(name, FLOAT, null)),
          ),
        )
      : null;
  const answered = new Set(given.map(({ name }) => name));
  const rest = graph.output.filter(({ name }) => !answered.has(name));
  const behind = rest.length > 0 ? await open(partOfModel(model, rest, given)) : null;
  return {
    ensembles: parts.map(({ foreign }) => foreign),
    async run(feeds) {
      const values: Record<string, Tensor> = { ...feeds, ...(before ? await before.run(only(before, feeds)) : {}) };
      for (const part of parts) Object.assign(values, scorePart(part, values));
      const last = behind ? await behind.run(only(behind, values)) : {};
      return Object.fromEntries(
        graph.output.map(({ name }) => [name, last[name] ?? values[name]]).filter(isNamedTensor),
      );
    },
    async close() {
      await before?.release();
      await behind?.release();
      for (const { scorer } of parts) await scorer?.close();
    },
  };
}

const isNamedTensor = (entry: readonly (string | Tensor | undefined)[]): entry is [string, Tensor] =>
  entry[1] !== undefined;

const only = (session: InferenceSession, values: Feeds): Record<string, Tensor> =>
  Object.fromEntries(session.inputNames.map((name) => [name, values[name]]).filter(isNamedTensor));

/** Features of a row, where the graph says it. */
function widthOf(graph: GraphProto, name: string): number | undefined {
  const info = graph.input.find((input) => input.name === name);
  const type = info?.type?.value;
  const dims = type?.case === 'tensorType' ? type.value.shape?.dim : undefined;
  const width = dims?.at(-1)?.value;
  return width?.case === 'dimValue' ? Number(width.value) : undefined;
}

/** Outputs of an ensemble as inputs of what stands behind it. */
function answerInfos({ node, foreign }: Part): ValueInfoProto[] {
  const { classifier, ensemble } = foreign;
  const [first = '', second = ''] = node.output;
  const scores = makeValueInfo(classifier ? second : first, FLOAT, ['N', ensemble.classes]);
  if (!classifier) return [scores];
  return [makeValueInfo(first, classifier.labels.kind === 'text' ? STRING : INT64, ['N']), scores];
}

function scorePart({ node, foreign, scorer }: Part, values: Feeds): Record<string, Tensor> {
  const source = values[node.input[0] ?? ''];
  const { features, classes } = foreign.ensemble;
  const matrix = asMatrix(source, features);
  const answers = finishScores(foreign, scorer ? scorer.scoreMatrix(matrix) : walkRows(foreign, matrix));
  const rows = matrix.length / features;
  const scores = new Tensor('float32', answers.scores, [rows, classes]);
  const [first = '', second = ''] = node.output;
  return foreign.classifier ? { [first]: labelTensor(foreign, answers, rows), [second]: scores } : { [first]: scores };
}

/** Rows of as many floats as the ensemble has features; columns it never looks at are cut off. */
function asMatrix(source: Tensor | undefined, features: number): Float32Array {
  if (!source || typeof source.data === 'string' || Array.isArray(source.data))
    throw new RangeError('A tree ensemble is fed no numbers.');
  const width = source.dims.at(-1) ?? features;
  const data = source.data instanceof Float32Array ? source.data : Float32Array.from(source.data, Number);
  if (width === features) return data;
  const rows = data.length / width;
  const matrix = new Float32Array(rows * features).fill(Number.NaN);
  for (let row = 0; row < rows; row++)
    matrix.set(data.subarray(row * width, row * width + Math.min(width, features)), row * features);
  return matrix;
}

function labelTensor({ classifier }: ForeignEnsemble, { winners }: EnsembleAnswers, rows: number): Tensor {
  const indices = winners ?? new Int32Array(rows);
  const labels = classifier?.labels;
  if (labels?.kind === 'text')
    return new Tensor(
      'string',
      Array.from(indices, (k) => labels.values[k] ?? ''),
      [rows],
    );
  return new Tensor(
    'int64',
    BigInt64Array.from(indices, (k) => BigInt(labels?.values[k] ?? 0)),
    [rows],
  );
}
