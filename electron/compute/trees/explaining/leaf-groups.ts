import type { Tree } from '../tree.ts';
import { isLeaf, type LeafPath, leavesBelow, type Path, pathTo } from './leaf-path.ts';

/** A part of a tree whose leaves are attributed by one table: a node, the way to it, and what lies below. */
export interface LeafGroup {
  readonly path: Path;
  /** Inner nodes of the part. */
  readonly nodes: readonly number[];
  readonly leaves: readonly LeafPath[];
  /** Features that any of its leaves is behind. */
  readonly features: readonly number[];
}

/** How a tree is attributed: parts by tables, single leaves behind too many features by integration. */
export interface TreeGroups {
  readonly groups: readonly LeafGroup[];
  readonly deep: readonly LeafPath[];
}

/**
 * The largest parts whose answers depend on at most `mostBits` bits: one a feature of the way to the part's root, one a node
 * inside. A leaf behind more features than that is left to integration.
 */
export function groupLeaves(tree: Tree, mostBits: number): TreeGroups {
  const innerBelow = countInner(tree);
  const groups: LeafGroup[] = [];
  const deep: LeafPath[] = [];
  const stack: { readonly node: number; readonly path: Path }[] = [{ node: 0, path: [] }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { node, path } = at;
    if (path.length + (innerBelow[node] ?? 0) <= mostBits) {
      const leaves = leavesBelow(tree, node, path);
      const features = [...new Set(leaves.flatMap((leaf) => leaf.path.map(({ feature }) => feature)))];
      if (features.length > 0) groups.push({ path, nodes: innerNodes(tree, node), leaves, features });
    } else if (isLeaf(tree, node)) deep.push({ leaf: node, path });
    else {
      stack.push({ node: tree.right[node] ?? 0, path: pathTo(path, tree, node, false) });
      stack.push({ node: tree.left[node] ?? 0, path: pathTo(path, tree, node, true) });
    }
  }
  return { groups, deep };
}

/** Inner nodes at or below each node, counted once for each way. */
function countInner(tree: Tree): Float64Array {
  const counts = new Float64Array(tree.feature.length).fill(-1);
  const stack = [0];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if ((counts[node] ?? 0) >= 0) continue;
    if (isLeaf(tree, node)) {
      counts[node] = 0;
      continue;
    }
    const [left, right] = [tree.left[node] ?? 0, tree.right[node] ?? 0];
    const [leftCount, rightCount] = [counts[left] ?? 0, counts[right] ?? 0];
    if (leftCount >= 0 && rightCount >= 0) counts[node] = 1 + leftCount + rightCount;
    else stack.push(node, left, right);
  }
  return counts;
}

function innerNodes(tree: Tree, root: number): number[] {
  const found = new Set<number>();
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (isLeaf(tree, node) || found.has(node)) continue;
    found.add(node);
    stack.push(tree.right[node] ?? 0, tree.left[node] ?? 0);
  }
  return [...found];
}
