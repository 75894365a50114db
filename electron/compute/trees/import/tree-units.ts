import type { GraphProto, ModelProto, NodeProto } from 'onnx-buf';
import { nodesBehind } from '../../onnx/split-graph.ts';
import { type ColumnSource, columnSources, isPassing } from '../scoring/column-sources.ts';
import { joinedSum } from './joined-sum.ts';
import { type ForeignEnsemble, isEnsembleNode, readEnsemble } from './read-ensemble.ts';

/** Trees of a graph that are scored together. */
export interface TreeUnit {
  readonly foreign: ForeignEnsemble;
  /** The rows that they read: a result or an input of the graph. */
  readonly source: string;
  /** Columns behind the features of those rows; null where they are computed. */
  readonly sources: readonly ColumnSource[] | null;
  /** Names of the results that they are: scores, and a classifier's label. */
  readonly scores: string;
  readonly label: string | null;
}

/**
 * Trees of a model, of whatever converter, wherever they stand in its graph: those of each TreeEnsembleRegressor,
 * TreeEnsembleClassifier and TreeEnsemble node, in the order of the nodes; or, where many nodes are summed up, those of all of
 * them together. Null where some read what others answer. Throws MODEL_INVALID on an ensemble whose lists contradict each other.
 */
export async function treeUnits(model: ModelProto): Promise<TreeUnit[] | null> {
  const { graph } = model;
  const nodes = graph?.node.filter(isEnsembleNode) ?? [];
  if (!graph || nodes.length === 0) return [];
  const sources = new Set(nodes.map((node) => node.input[0] ?? ''));
  if (nodesBehind(graph, sources).some(isEnsembleNode)) return null;
  const joined = nodes.length > 1 ? await joinedSum(model, nodes) : null;
  if (joined === null) return nodes.map((node) => unitOf(graph, node));
  const columns = columnSources(graph, joined.source);
  return [{ ...joined, foreign: withWidth(joined.foreign, columns?.length), sources: columns, label: null }];
}

function unitOf(graph: GraphProto, node: NodeProto): TreeUnit {
  const source = node.input[0] ?? '';
  const sources = columnSources(graph, source);
  const foreign = readEnsemble(node, sources?.length ?? widthOf(graph, source));
  const [first = '', second = ''] = node.output;
  return foreign.classifier
    ? { foreign, source, sources, scores: second, label: first }
    : { foreign, source, sources, scores: first, label: null };
}

const withWidth = (foreign: ForeignEnsemble, width = 0): ForeignEnsemble => ({
  ...foreign,
  ensemble: { ...foreign.ensemble, features: Math.max(width, foreign.ensemble.features) },
});

/** Features of a row, where the graph says it. */
function widthOf(graph: GraphProto, name: string): number | undefined {
  const maker = graph.node.find(({ output }) => output.includes(name));
  if (maker && isPassing(maker)) return widthOf(graph, maker.input[0] ?? '');
  const info = graph.input.find((input) => input.name === name);
  const type = info?.type?.value;
  const dims = type?.case === 'tensorType' ? type.value.shape?.dim : undefined;
  const width = dims?.at(-1)?.value;
  return width?.case === 'dimValue' ? Number(width.value) : undefined;
}
