import {
  BRANCH_MODES,
  type BranchMode,
  type ForeignNode,
  type ForeignTree,
  invalidEnsemble,
  type TargetWeight,
  treeFrom,
} from './foreign-tree.ts';
import type { NodeAttributes } from './node-attributes.ts';

/**
 * Trees of a TreeEnsembleRegressor (`target`) or TreeEnsembleClassifier (`class`), ai.onnx.ml 1 to 3: nodes are named by
 * tree and number, the first of a tree without a parent is its root. Trees keep the order in which they come.
 */
export function readNumberedTrees(attributes: NodeAttributes, prefix: 'target' | 'class'): ForeignTree[] {
  const treeIds = attributes.integers('nodes_treeids');
  const nodeIds = attributes.integers('nodes_nodeids');
  const modes = attributes.strings('nodes_modes');
  const features = attributes.integers('nodes_featureids');
  const bounds = attributes.numbers('nodes_values');
  const yes = attributes.integers('nodes_truenodeids');
  const no = attributes.integers('nodes_falsenodeids');
  const missing = attributes.integers('nodes_missing_value_tracks_true');
  const hits = attributes.numbers('nodes_hitrates');
  requireLengths(treeIds.length, { nodeIds, modes, features, bounds, yes, no });
  const key = (tree: number, node: number): string => `${tree}:${node}`;
  const indexOf = new Map<string, number>();
  for (const [index, tree] of treeIds.entries()) indexOf.set(key(tree, nodeIds[index] ?? 0), index);
  const weights = readWeights(attributes, prefix, (tree, node) => indexOf.get(key(tree, node)));
  const hasParent = new Uint8Array(treeIds.length);
  const nodes = treeIds.map((tree, index): ForeignNode => {
    const mode = modes[index] ?? '';
    if (mode === 'LEAF') return { kind: 'leaf', weights: weights.get(index) ?? [], rows: hits[index] ?? 0 };
    const branch = (id: number | undefined): number => {
      const found = indexOf.get(key(tree, id ?? -1));
      if (found === undefined) throw invalidEnsemble(`tree ${tree} has no node ${id}.`);
      hasParent[found] = 1;
      return found;
    };
    return {
      kind: 'branch',
      mode: branchMode(mode.replace('BRANCH_', '')),
      feature: requireFeature(features[index]),
      bound: bounds[index] ?? 0,
      members: [],
      isMissingYes: missing[index] === 1,
      yes: branch(yes[index]),
      no: branch(no[index]),
      rows: hits[index] ?? 0,
    };
  });
  const rootOf = new Map<number, number>();
  for (const [index, tree] of treeIds.entries())
    if (hasParent[index] === 0 && !rootOf.has(tree)) rootOf.set(tree, index);
  for (const tree of new Set(treeIds)) if (!rootOf.has(tree)) throw invalidEnsemble(`tree ${tree} has no root.`);
  return [...rootOf.values()].map((root) => treeFrom(nodes, root));
}

function readWeights(
  attributes: NodeAttributes,
  prefix: 'target' | 'class',
  indexOf: (tree: number, node: number) => number | undefined,
): Map<number, TargetWeight[]> {
  const treeIds = attributes.integers(`${prefix}_treeids`);
  const nodeIds = attributes.integers(`${prefix}_nodeids`);
  const targets = attributes.integers(`${prefix}_ids`);
  const values = attributes.numbers(`${prefix}_weights`);
  requireLengths(treeIds.length, { nodeIds, targets, values });
  const weights = new Map<number, TargetWeight[]>();
  for (const [index, tree] of treeIds.entries()) {
    const node = indexOf(tree, nodeIds[index] ?? -1);
    if (node === undefined) throw invalidEnsemble(`tree ${tree} has no leaf ${nodeIds[index]}.`);
    const weight = { target: targets[index] ?? 0, weight: values[index] ?? 0 };
    const list = weights.get(node);
    if (list) list.push(weight);
    else weights.set(node, [weight]);
  }
  return weights;
}

/** Trees of a TreeEnsemble, ai.onnx.ml 5: branches and leaves in two lists, `tree_roots` names the roots. */
export function readRootedTrees(attributes: NodeAttributes): ForeignTree[] {
  const roots = attributes.integers('tree_roots');
  const modes = attributes.numbers('nodes_modes');
  const features = attributes.integers('nodes_featureids');
  const bounds = attributes.numbers('nodes_splits');
  const [yes, no] = [attributes.integers('nodes_truenodeids'), attributes.integers('nodes_falsenodeids')];
  const [yesLeaf, noLeaf] = [attributes.integers('nodes_trueleafs'), attributes.integers('nodes_falseleafs')];
  const missing = attributes.integers('nodes_missing_value_tracks_true');
  const targets = attributes.integers('leaf_targetids');
  const weights = attributes.numbers('leaf_weights');
  requireLengths(features.length, { modes, bounds, yes, no, yesLeaf, noLeaf });
  requireLengths(targets.length, { weights });
  const memberLists = splitAtNaN(attributes.numbers('membership_values'));
  let nextList = 0;
  const leafAt = features.length;
  const branch = (isLeaf: number | undefined, id: number | undefined): number => {
    const at = id ?? -1;
    if (at < 0 || at >= (isLeaf === 1 ? targets.length : features.length))
      throw invalidEnsemble(`there is no ${isLeaf === 1 ? 'leaf' : 'node'} ${at}.`);
    return isLeaf === 1 ? leafAt + at : at;
  };
  const branches = features.map((feature, index): ForeignNode => {
    const mode = branchMode(BRANCH_MODES[modes[index] ?? -1] ?? String(modes[index]));
    return {
      kind: 'branch',
      mode,
      feature: requireFeature(feature),
      bound: bounds[index] ?? 0,
      members: mode === 'MEMBER' ? (memberLists[nextList++] ?? []) : [],
      isMissingYes: missing[index] === 1,
      yes: branch(yesLeaf[index], yes[index]),
      no: branch(noLeaf[index], no[index]),
      // A TreeEnsemble has no place for counts.
      rows: 0,
    };
  });
  const leaves = targets.map(
    (target, index): ForeignNode => ({ kind: 'leaf', weights: [{ target, weight: weights[index] ?? 0 }], rows: 0 }),
  );
  const nodes = [...branches, ...leaves];
  return roots.map((root) => treeFrom(nodes, root));
}

function splitAtNaN(values: readonly number[]): number[][] {
  const lists: number[][] = [[]];
  for (const value of values) {
    if (Number.isNaN(value)) lists.push([]);
    else lists.at(-1)?.push(value);
  }
  return lists;
}

function branchMode(name: string): BranchMode {
  const mode = BRANCH_MODES.find((known) => known === name);
  if (mode === undefined) throw invalidEnsemble(`there is no branch mode "${name}".`);
  return mode;
}

function requireFeature(feature: number | undefined): number {
  if (feature === undefined || feature < 0 || feature > 1e6) throw invalidEnsemble(`a node tests feature ${feature}.`);
  return feature;
}

function requireLengths(length: number, lists: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [name, list] of Object.entries(lists))
    if (list.length !== length)
      throw invalidEnsemble(`its lists differ in length: ${name} has ${list.length}, not ${length}.`);
}
