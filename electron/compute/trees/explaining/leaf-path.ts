import type { Tree } from '../tree.ts';

/** A feature that the way to a leaf tests, once or several times. */
export interface PathFeature {
  readonly feature: number;
  /** The tests: twice the node, plus one where the way goes left. */
  readonly steps: readonly number[];
}

/** The way to a leaf, or to any node, by the features it tests in the order of their first tests. */
export type Path = readonly PathFeature[];

/** The way to a child. */
export function pathTo(path: Path, tree: Tree, node: number, isLeft: boolean): Path {
  const feature = tree.feature[node] ?? -1;
  const step = node * 2 + Number(isLeft);
  const isKnown = path.some((one) => one.feature === feature);
  if (!isKnown) return [...path, { feature, steps: [step] }];
  return path.map((one) => (one.feature === feature ? { feature, steps: [...one.steps, step] } : one));
}

export const isLeaf = (tree: Tree, node: number): boolean => (tree.feature[node] ?? -1) < 0;

/** A leaf and the way to it; where branches share a leaf it stands once for each way. */
export interface LeafPath {
  readonly leaf: number;
  readonly path: Path;
}

/** Leaves below a node that is reached by `path`, from left to right. */
export function leavesBelow(tree: Tree, node: number, path: Path): LeafPath[] {
  const found: LeafPath[] = [];
  const stack: { readonly node: number; readonly path: Path }[] = [{ node, path }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { node, path } = at;
    if (isLeaf(tree, node)) {
      found.push({ leaf: node, path });
      continue;
    }
    stack.push({ node: tree.right[node] ?? 0, path: pathTo(path, tree, node, false) });
    stack.push({ node: tree.left[node] ?? 0, path: pathTo(path, tree, node, true) });
  }
  return found;
}
