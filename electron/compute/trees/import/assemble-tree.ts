import type { Tree } from '../tree.ts';
import { floatAtMost, floatBelow, floatUnder } from './float-bounds.ts';
import type { ForeignNode, ForeignTree } from './foreign-tree.ts';

/** Equality with a whole number up to this one becomes a set of categories; other values two comparisons. */
const MOST_CODE = 4095;

/** A tree in our form without values: `leaf` is the node's place among the foreign nodes, -1 for branches. */
export interface TreeShape extends Omit<Tree, 'value'> {
  readonly leaf: Int32Array;
}

type Branch = Extract<ForeignNode, { kind: 'branch' }>;

/** Nodes as they come about: a branch tests `value <= threshold` or membership; `leaf` >= 0 is a leaf. */
interface Draft {
  feature: number;
  threshold: number;
  categories: Set<number> | null;
  isMissingLeft: boolean;
  left: number;
  right: number;
  leaf: number;
  rows: number;
}

/**
 * A foreign tree in our form, with the same leaf for every row of floats. Less-than becomes at-most the float below,
 * greater swaps the branches, equality becomes a set of categories or two comparisons; tests of equality that follow each
 * other and share their yes branch become one set.
 */
export function assembleTree(tree: ForeignTree): TreeShape {
  const drafts: Draft[] = tree.map(({ rows }, leaf) => draftOf({ leaf, rows }));
  for (const [index, node] of tree.entries())
    if (node.kind === 'branch') drafts[index] = { ...branchDraft(node, drafts), rows: node.rows };
  joinSets(drafts);
  return packed(drafts);
}

const draftOf = (parts: Partial<Draft>): Draft => ({
  feature: -1,
  threshold: 0,
  categories: null,
  isMissingLeft: false,
  left: 0,
  right: 0,
  leaf: -1,
  rows: 0,
  ...parts,
});

/** The draft of one branch; drafts it needs besides are added to the list. */
function branchDraft(node: Branch, drafts: Draft[]): Draft {
  const { feature, bound, isMissingYes, yes, no } = node;
  const straight = { feature, isMissingLeft: isMissingYes, left: yes, right: no };
  const swapped = { feature, isMissingLeft: !isMissingYes, left: no, right: yes };
  const never = draftOf({ ...straight, threshold: Number.NaN });
  switch (node.mode) {
    case 'LEQ':
      return draftOf({ ...straight, threshold: floatAtMost(bound) });
    case 'LT':
      return draftOf({ ...straight, threshold: floatUnder(bound) });
    case 'GT':
      return Number.isNaN(bound) ? never : draftOf({ ...swapped, threshold: floatAtMost(bound) });
    case 'GTE':
      return Number.isNaN(bound) ? never : draftOf({ ...swapped, threshold: floatUnder(bound) });
    case 'EQ':
      return membership([bound], straight, drafts);
    // What is not equal to anything is a missing value too: it takes the yes branch whatever the node says of it.
    case 'NEQ':
      return membership([bound], { ...swapped, isMissingLeft: false }, drafts);
    case 'MEMBER':
      return membership(node.members, straight, drafts);
  }
}

/** Left when the value is one of `values`. */
function membership(
  values: readonly number[],
  branch: { readonly feature: number; readonly isMissingLeft: boolean; readonly left: number; readonly right: number },
  drafts: Draft[],
): Draft {
  const { feature, left } = branch;
  const isCode = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= MOST_CODE;
  const codes = values.filter(isCode).map((value) => value + 0);
  let right = branch.right;
  // A float equals a double only where that is a float itself.
  const others = values.filter((value) => !isCode(value) && Math.fround(value) === value);
  for (const value of others) {
    drafts.push(draftOf({ feature, threshold: floatBelow(value), left: right, right: left }));
    drafts.push(draftOf({ feature, threshold: value, left: drafts.length - 1, right }));
    right = drafts.length - 1;
  }
  return draftOf({ ...branch, right, categories: new Set(codes) });
}

/** Joins sets of one feature that follow each other on the way right and share what lies left. */
function joinSets(drafts: Draft[]): void {
  const parents = new Int32Array(drafts.length);
  for (const { leaf, left, right } of drafts) {
    if (leaf >= 0) continue;
    parents[left] = (parents[left] ?? 0) + 1;
    parents[right] = (parents[right] ?? 0) + 1;
  }
  for (const draft of drafts) {
    for (;;) {
      const next = drafts[draft.right];
      if (!draft.categories || !next?.categories || draft.right === draft.left) break;
      if (next.feature !== draft.feature || next.left !== draft.left || parents[draft.right] !== 1) break;
      for (const code of next.categories) draft.categories.add(code);
      draft.isMissingLeft ||= next.isMissingLeft;
      draft.right = next.right;
      // The joined node is reached by nobody; what lay left of it has one parent less.
      parents[draft.left] = (parents[draft.left] ?? 0) - 1;
    }
  }
}

/** Arrays of the nodes that the root reaches, the root first. */
function packed(drafts: readonly Draft[]): TreeShape {
  const numberOf = new Map<number, number>([[0, 0]]);
  const order = [0];
  for (const at of order) {
    const draft = drafts[at];
    if (!draft || draft.leaf >= 0) continue;
    for (const next of [draft.left, draft.right]) {
      if (numberOf.has(next)) continue;
      numberOf.set(next, order.length);
      order.push(next);
    }
  }
  const kept = order.map((at) => drafts[at] ?? draftOf({}));
  return {
    feature: Int32Array.from(kept, ({ feature }) => feature),
    threshold: Float32Array.from(kept, ({ threshold }) => threshold),
    categories: kept.map(({ categories }) => (categories === null ? null : codeTable(categories))),
    missingLeft: Uint8Array.from(kept, ({ isMissingLeft }) => Number(isMissingLeft)),
    left: Int32Array.from(kept, ({ leaf, left }) => (leaf >= 0 ? 0 : (numberOf.get(left) ?? 0))),
    right: Int32Array.from(kept, ({ leaf, right }) => (leaf >= 0 ? 0 : (numberOf.get(right) ?? 0))),
    rows: countedRows(kept, numberOf),
    gain: new Float32Array(kept.length),
    leaf: Int32Array.from(kept, ({ leaf }) => leaf),
  };
}

/** How far counts in single precision may be from adding up, of the count. */
const COUNT_SLACK = 1e-4;

/**
 * Training rows of each node, where the file counts them: converters write ones, or nothing. All zero unless every node has as
 * many as its two branches.
 */
function countedRows(kept: readonly Draft[], numberOf: ReadonlyMap<number, number>): Float64Array {
  const rows = Float64Array.from(kept, (draft) => draft.rows);
  const rowsOf = (at: number): number => rows[numberOf.get(at) ?? 0] ?? 0;
  const areCounts =
    (rows[0] ?? 0) > 0 &&
    kept.every(
      (draft) =>
        draft.leaf >= 0 ||
        Math.abs(draft.rows - rowsOf(draft.left) - rowsOf(draft.right)) <= COUNT_SLACK * Math.max(1, draft.rows),
    );
  return areCounts && kept.length > 1 ? rows : new Float64Array(kept.length);
}

function codeTable(codes: ReadonlySet<number>): Uint8Array {
  const table = new Uint8Array(Math.max(0, ...codes) + 1);
  for (const code of codes) table[code] = 1;
  return table;
}
