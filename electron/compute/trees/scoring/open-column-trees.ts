import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, type NodeProto } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Frame } from '../../frame/frame.ts';
import { FLOAT, makeValueInfo } from '../../onnx/graph-builder.ts';
import { nodesBehind, partOfModel } from '../../onnx/split-graph.ts';
import { finishScores } from '../import/finish-scores.ts';
import { isEnsembleNode, readEnsemble } from '../import/read-ensemble.ts';
import { columnSources, featuresOf } from './column-sources.ts';
import { TreeScorer } from './tree-scorer.ts';

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
  const sources = columnSources(graph, node.input[0] ?? '');
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
