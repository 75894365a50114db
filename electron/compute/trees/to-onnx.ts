import type { ValueInfoProto } from 'onnx-buf';
import { classAnswerNodes, classShareNodes } from '../onnx/answer-nodes.ts';
import { type AttributeValue, FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../onnx/graph-builder.ts';
import { type ColumnEncoding, OTHER_CODE } from './table.ts';
import { classOfTree, type TreeEnsemble } from './tree.ts';

/**
 * The ensemble as one graph from raw columns, `[N,1]` float or string each, to `label` [N] and `probabilities` [N,C], or to
 * `prediction` [N,1]. The trees' sums are raw scores, shares of classes, or logarithms of what to predict.
 */
export function ensembleToOnnx(
  ensemble: TreeEnsemble,
  encodings: readonly ColumnEncoding[],
  classes: readonly string[] | null,
  answers: 'scores' | 'shares' | 'logs' = 'scores',
): Uint8Array {
  const graph = new GraphBuilder(
    'tree_',
    encodings.map(({ column }) => column),
  );
  const scores = ensembleNodes(graph, encodings, ensemble);
  if (classes === null) graph.add(answers === 'logs' ? 'Exp' : 'Identity', [scores], {}, { output: 'prediction' });
  const outputs =
    classes === null
      ? [makeValueInfo('prediction', FLOAT, ['N', 1])]
      : (answers === 'shares' ? classShareNodes : classAnswerNodes)(graph, scores, classes, ensemble.classes === 1);
  return modelBytes(graph.graph('trees', rawInputs(encodings), outputs));
}

/** Inputs of a graph from raw columns. */
export const rawInputs = (encodings: readonly ColumnEncoding[]): ValueInfoProto[] =>
  encodings.map(({ column, kind }) => makeValueInfo(column, kind === 'number' ? FLOAT : STRING, ['N', 1]));

/** Adds the nodes that make rows of features [N, F] from raw columns: a number as it is, a word as its code, NaN for missing. */
function encodedRows(graph: GraphBuilder, encodings: readonly ColumnEncoding[]): string {
  const features = encodings.map((encoding) =>
    encoding.kind === 'number'
      ? encoding.column
      : graph.add(
          'LabelEncoder',
          [encoding.column],
          {
            keys_strings: [...encoding.words, ''],
            values_floats: Float32Array.from([...encoding.words.map((_, at) => at), Number.NaN]),
            default_float: { real: OTHER_CODE },
          },
          { domain: 'ai.onnx.ml' },
        ),
  );
  return graph.add('Concat', features, { axis: 1 });
}

/** Of more columns only those that the trees test are joined: ONNX Runtime takes a minute to open a graph that joins 50,000. */
const WIDE = 1000;

/**
 * Adds the ensemble over raw columns; answers its sums [N, classes]. Thresholds are the floats the trees were grown
 * with, so every row falls into the same leaf. A categorical split becomes a chain of equality tests that share their
 * branches, as converters of other libraries write it.
 */
export function ensembleNodes(
  graph: GraphBuilder,
  encodings: readonly ColumnEncoding[],
  ensemble: TreeEnsemble,
): string {
  const tested = new Set(ensemble.trees.flatMap(({ feature }) => [...feature]));
  const read = [...encodings.entries()].filter(([at]) => encodings.length <= WIDE || tested.has(at));
  // A Concat needs an input, whether the trees test it or not.
  const joined = read.length > 0 ? read : [...encodings.entries()].slice(0, 1);
  const placeOf = new Map(joined.map(([at], place) => [at, place]));
  const rows = encodedRows(
    graph,
    joined.map(([, encoding]) => encoding),
  );
  const attributes = treeAttributes(ensemble, (feature) => placeOf.get(feature) ?? 0);
  return graph.add('TreeEnsembleRegressor', [rows], attributes, { domain: 'ai.onnx.ml' });
}

/** The node lists of ai.onnx.ml's TreeEnsembleRegressor (version 3), trees in order; `placeOf` a feature in its rows. */
function treeAttributes(ensemble: TreeEnsemble, placeOf: (feature: number) => number): Record<string, AttributeValue> {
  const { trees, classes, base } = ensemble;
  const lists = {
    treeids: [] as number[],
    nodeids: [] as number[],
    featureids: [] as number[],
    modes: [] as string[],
    values: [] as number[],
    truenodeids: [] as number[],
    falsenodeids: [] as number[],
    missing: [] as number[],
    rows: [] as number[],
  };
  const targets = { treeids: [] as number[], nodeids: [] as number[], ids: [] as number[], weights: [] as number[] };
  const push = (
    tree: number,
    id: number,
    feature: number,
    mode: string,
    value: number,
    yes: number,
    no: number,
    missing: number,
    rows: number,
  ) => {
    lists.treeids.push(tree);
    lists.nodeids.push(id);
    lists.featureids.push(placeOf(feature));
    lists.modes.push(mode);
    lists.values.push(value);
    lists.truenodeids.push(yes);
    lists.falsenodeids.push(no);
    lists.missing.push(missing);
    lists.rows.push(rows);
  };
  for (const [treeId, tree] of trees.entries()) {
    // Extra nodes of category chains are numbered after the tree's own.
    let extra = tree.feature.length;
    for (let id = 0; id < tree.feature.length; id++) {
      const feature = tree.feature[id] ?? -1;
      const rows = tree.rows[id] ?? 0;
      if (feature < 0) {
        push(treeId, id, 0, 'LEAF', 0, 0, 0, 0, rows);
        targets.treeids.push(treeId);
        targets.nodeids.push(id);
        targets.ids.push(classOfTree(ensemble, treeId));
        targets.weights.push(tree.value[id] ?? 0);
        continue;
      }
      const [left, right] = [tree.left[id] ?? 0, tree.right[id] ?? 0];
      const categories = tree.categories[id];
      if (!categories) {
        push(treeId, id, feature, 'BRANCH_LEQ', tree.threshold[id] ?? 0, left, right, tree.missingLeft[id] ?? 0, rows);
        continue;
      }
      const codes = [...categories.keys()].filter((code) => categories[code] === 1);
      // A set without members still needs a node: a code that no word has.
      if (codes.length === 0) codes.push(-1);
      const missingLeft = tree.missingLeft[id] ?? 0;
      let at = id;
      for (const [index, code] of codes.entries()) {
        const next = index + 1 < codes.length ? extra++ : right;
        // Only the first node of a chain has a count: it stands for the set.
        push(treeId, at, feature, 'BRANCH_EQ', code, left, next, missingLeft, index === 0 ? rows : 0);
        at = next;
      }
    }
  }
  // ONNX Runtime opens no ensemble without nodes; one that learnt nothing answers its base.
  if (trees.length === 0) {
    push(0, 0, 0, 'LEAF', 0, 0, 0, 0, 0);
    targets.treeids.push(0);
    targets.nodeids.push(0);
    targets.ids.push(0);
    targets.weights.push(0);
  }
  return {
    n_targets: classes,
    aggregate_function: 'SUM',
    post_transform: 'NONE',
    base_values: Float32Array.from(base),
    nodes_treeids: lists.treeids,
    nodes_nodeids: lists.nodeids,
    nodes_featureids: lists.featureids,
    nodes_modes: lists.modes,
    nodes_values: Float32Array.from(lists.values),
    nodes_truenodeids: lists.truenodeids,
    nodes_falsenodeids: lists.falsenodeids,
    nodes_missing_value_tracks_true: lists.missing,
    // Training rows of each node: what attributions need, and other engines take for how often it is met.
    nodes_hitrates: Float32Array.from(lists.rows),
    target_treeids: targets.treeids,
    target_nodeids: targets.nodeids,
    target_ids: targets.ids,
    target_weights: Float32Array.from(targets.weights),
  };
}
