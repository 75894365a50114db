import { floatAtMost, floatUnder } from '../../electron/compute/trees/import/float-bounds.ts';
import type { Tree, TreeEnsemble } from '../../electron/compute/trees/tree.ts';

/** A node as LightGBM's `dump_model` or XGBoost's `get_dump` writes it, or a tree as parallel lists, as scikit-learn keeps it. */
interface DumpedNode {
  readonly split_feature?: number;
  readonly threshold?: number;
  readonly internal_count?: number;
  readonly left_child?: DumpedNode;
  readonly right_child?: DumpedNode;
  readonly leaf_value?: number;
  readonly leaf_count?: number;
  readonly nodeid?: number;
  readonly split?: string;
  readonly split_condition?: number;
  readonly yes?: number;
  readonly missing?: number;
  readonly cover?: number;
  readonly children?: readonly DumpedNode[];
  readonly leaf?: number;
}
interface DumpedLists {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly cover: readonly number[];
  readonly value: readonly number[];
}
export interface Dump {
  readonly tree_info?: readonly { readonly tree_structure: DumpedNode }[];
  readonly num_tree_per_iteration?: number;
  readonly trees?: readonly (DumpedNode | DumpedLists)[];
}

interface Draft {
  readonly feature: number;
  readonly threshold: number;
  readonly isMissingLeft: boolean;
  readonly value: number;
  readonly rows: number;
  left: number;
  right: number;
}

/** The ensemble of a dump, with the rows (or weights of rows) that its library counted at each node. */
export function ensembleOfDump(dump: Dump, features: number, base: Float64Array): TreeEnsemble {
  const trees = (dump.tree_info ?? []).map(({ tree_structure }) => nested(tree_structure));
  for (const tree of dump.trees ?? []) trees.push('feature' in tree ? listed(tree) : nested(tree));
  return { features, classes: base.length, base, trees };
}

function nested(root: DumpedNode): Tree {
  const drafts: Draft[] = [];
  const add = (node: DumpedNode): number => {
    const id = drafts.length;
    const rows = node.cover ?? node.internal_count ?? node.leaf_count ?? 0;
    if (node.leaf !== undefined || node.leaf_value !== undefined) {
      const value = node.leaf ?? node.leaf_value ?? 0;
      drafts.push({ feature: -1, threshold: 0, isMissingLeft: false, value, rows, left: 0, right: 0 });
      return id;
    }
    // LightGBM sends values up to the threshold left, XGBoost those below it, which is a float.
    const threshold =
      node.split_condition === undefined
        ? floatAtMost(node.threshold ?? 0)
        : floatUnder(Math.fround(node.split_condition));
    const feature = node.split_feature ?? Number(node.split?.slice(1));
    const draft = { feature, threshold, isMissingLeft: node.missing === node.yes, value: 0, rows, left: 0, right: 0 };
    drafts.push(draft);
    const [yes, no] = node.children?.toSorted((a) => (a.nodeid === node.yes ? -1 : 1)) ?? [];
    draft.left = add(node.left_child ?? yes ?? {});
    draft.right = add(node.right_child ?? no ?? {});
    return id;
  };
  add(root);
  return packed(drafts);
}

const listed = ({ left, right, feature, threshold, cover, value }: DumpedLists): Tree =>
  packed(
    feature.map((_, id) => ({
      feature: (left[id] ?? -1) < 0 ? -1 : (feature[id] ?? -1),
      threshold: floatAtMost(threshold[id] ?? 0),
      isMissingLeft: false,
      value: value[id] ?? 0,
      rows: cover[id] ?? 0,
      left: Math.max(0, left[id] ?? 0),
      right: Math.max(0, right[id] ?? 0),
    })),
  );

const packed = (drafts: readonly Draft[]): Tree => ({
  feature: Int32Array.from(drafts, ({ feature }) => feature),
  threshold: Float32Array.from(drafts, ({ threshold }) => threshold),
  categories: drafts.map(() => null),
  missingLeft: Uint8Array.from(drafts, ({ isMissingLeft }) => Number(isMissingLeft)),
  left: Int32Array.from(drafts, ({ left }) => left),
  right: Int32Array.from(drafts, ({ right }) => right),
  value: Float32Array.from(drafts, ({ value }) => value),
  rows: Float64Array.from(drafts, ({ rows }) => rows),
  gain: new Float32Array(drafts.length),
});
