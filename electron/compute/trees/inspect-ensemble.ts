import type { InspectedNode, InspectedTree, TreesInspection } from '../../../shared/contract/model-inspection.ts';
import { type ColumnEncoding, OTHER_CODE } from './table.ts';
import { classOfTree, type Tree, type TreeEnsemble } from './tree.ts';

/** Nodes that are kept to be looked at: some ten megabytes. Whole trees, the first ones. */
const MOST_NODES = 100_000;

export interface InspectedEnsemble {
  readonly inspection: TreesInspection;
  readonly trees: readonly InspectedTree[];
}

interface EnsembleNames {
  readonly encodings: readonly ColumnEncoding[];
  /** Class labels; null for a number. */
  readonly classes: readonly string[] | null;
  readonly answers: TreesInspection['answers'];
}

/**
 * What an ensemble learnt, for people: its columns with tests, gains and rows, and its trees with words instead of codes. An
 * ensemble without gains (all zero) says that they are not known.
 */
export function inspectEnsemble(
  ensemble: TreeEnsemble,
  { encodings, classes, answers }: EnsembleNames,
): InspectedEnsemble {
  const { trees } = ensemble;
  const hasGain = trees.some((tree) => tree.gain.some((gain) => gain > 0));
  const hasRows = trees.some((tree) => (tree.rows[0] ?? 0) > 0);
  const columns = encodings.map(({ column }) => ({ column, tests: 0, gain: 0, rows: 0 }));
  let [leaves, deepest] = [0, 0];
  for (const tree of trees) {
    deepest = Math.max(deepest, depthOf(tree));
    for (let id = 0; id < tree.feature.length; id++) {
      const column = columns[tree.feature[id] ?? -1];
      if (column === undefined) {
        leaves += 1;
        continue;
      }
      column.tests += 1;
      column.gain += tree.gain[id] ?? 0;
      column.rows += tree.rows[id] ?? 0;
    }
  }
  const listed = countListed(trees);
  const label = (tree: number): string | null =>
    classes === null ? null : ((ensemble.classes === 1 ? classes[1] : classes[classOfTree(ensemble, tree)]) ?? null);
  return {
    inspection: {
      kind: 'trees',
      answers,
      trees: trees.length,
      listed,
      leaves,
      deepest,
      columns: columns
        .map((one) => ({ ...one, gain: hasGain ? one.gain : null, rows: hasRows ? one.rows : null }))
        .sort((a, b) => (b.gain ?? 0) - (a.gain ?? 0) || b.tests - a.tests),
    },
    trees: trees.slice(0, listed).map((tree, index) => ({
      tree: index,
      label: label(index),
      nodes: Array.from(tree.feature, (_, id) => inspectNode(tree, id, encodings, { hasGain, hasRows })),
    })),
  };
}

function countListed(trees: readonly Tree[]): number {
  let nodes = 0;
  const past = trees.findIndex((tree) => {
    nodes += tree.feature.length;
    return nodes > MOST_NODES;
  });
  return past < 0 ? trees.length : past;
}

function depthOf(tree: Tree): number {
  const depths = new Int32Array(tree.feature.length);
  let deepest = 0;
  const stack = [0];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if ((tree.feature[id] ?? -1) < 0) continue;
    for (const next of [tree.left[id] ?? 0, tree.right[id] ?? 0]) {
      depths[next] = (depths[id] ?? 0) + 1;
      deepest = Math.max(deepest, depths[next] ?? 0);
      stack.push(next);
    }
  }
  return deepest;
}

function inspectNode(
  tree: Tree,
  id: number,
  encodings: readonly ColumnEncoding[],
  { hasGain, hasRows }: { readonly hasGain: boolean; readonly hasRows: boolean },
): InspectedNode {
  const encoding = encodings[tree.feature[id] ?? -1];
  const rows = hasRows ? (tree.rows[id] ?? 0) : null;
  if (encoding === undefined) {
    return {
      column: null,
      threshold: null,
      words: null,
      hasOthers: false,
      isMissingYes: false,
      yes: 0,
      no: 0,
      value: tree.value[id] ?? 0,
      rows,
      gain: null,
    };
  }
  const categories = tree.categories[id] ?? null;
  // Other libraries ask whether a number is one of several: codes of words that only they know.
  const isOfWords = encoding.kind === 'category';
  const words = isOfWords ? encoding.words : Array.from(categories ?? [], (_, code) => String(code));
  return {
    column: encoding.column,
    threshold: categories ? null : (tree.threshold[id] ?? 0),
    words: categories ? words.filter((_, code) => categories[code] === 1) : null,
    hasOthers: isOfWords && categories?.[OTHER_CODE] === 1,
    isMissingYes: tree.missingLeft[id] === 1,
    yes: tree.left[id] ?? 0,
    no: tree.right[id] ?? 0,
    value: null,
    rows,
    gain: hasGain ? (tree.gain[id] ?? 0) : null,
  };
}
