import type { Tree } from '../tree.ts';
import type { LeafPath } from './leaf-path.ts';

/**
 * What a leaf that answers 1 is worth when only some features of its path are known: the product over features of whether the
 * row goes the leaf's way (known), or of `free` (not known). Several such products, weighed, are several games at once.
 */
export interface LeafGame {
  readonly weight: number;
  /** One factor a feature of the path. */
  readonly free: Float64Array;
}

/** How features that are not known are taken. */
export interface Games {
  /** Games of a leaf of one of the ensemble's trees. */
  of(tree: number, path: LeafPath): readonly LeafGame[];
}

/**
 * Shares of the rows of each node that go left, for an ensemble's trees; a feature that is not known sends a row both ways by
 * these shares (Lundberg's path-dependent TreeSHAP).
 */
export function pathDependentGames(leftShares: readonly Float64Array[]): Games {
  return {
    of(tree, { path }) {
      const shares = leftShares[tree] ?? new Float64Array();
      const free = Float64Array.from(path, ({ steps }) =>
        steps.reduce((product, step) => {
          const left = shares[step >> 1] ?? 0.5;
          return product * ((step & 1) === 1 ? left : 1 - left);
        }, 1),
      );
      return [{ weight: 1, free }];
    },
  };
}

/** Shares of left-going rows by the rows a tree counts; a node without rows is halved, for no row will weigh it. */
export function leftSharesOf(tree: Tree): Float64Array {
  return Float64Array.from(tree.feature, (feature, node) => {
    if (feature < 0) return 0.5;
    const [left, right] = [tree.rows[tree.left[node] ?? 0] ?? 0, tree.rows[tree.right[node] ?? 0] ?? 0];
    return left + right > 0 ? left / (left + right) : 0.5;
  });
}
