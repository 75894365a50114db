import { AppError } from '../../../../shared/errors.ts';

export const BRANCH_MODES = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ', 'MEMBER'] as const;
export type BranchMode = (typeof BRANCH_MODES)[number];

/** A node as ai.onnx.ml describes it: a test of one feature with a branch for yes and one for no, or weights for targets. */
export type ForeignNode =
  | {
      readonly kind: 'branch';
      readonly mode: BranchMode;
      readonly feature: number;
      readonly bound: number;
      /** For MEMBER: the values that answer yes. */
      readonly members: readonly number[];
      /** A missing value takes the yes branch. */
      readonly isMissingYes: boolean;
      readonly yes: number;
      readonly no: number;
      /** Training rows that reached it; 0 where the file does not say. */
      readonly rows: number;
    }
  | { readonly kind: 'leaf'; readonly weights: readonly TargetWeight[]; readonly rows: number };

export interface TargetWeight {
  readonly target: number;
  readonly weight: number;
}

/** Nodes of one tree; 0 is the root, branches are indices. */
export type ForeignTree = readonly ForeignNode[];

export const invalidEnsemble = (why: string): AppError =>
  new AppError('MODEL_INVALID', {
    message: `The model's tree ensemble cannot be read: ${why}`,
    remedy: 'Export the model again with an up-to-date converter.',
  });

/** A tree cut out of a larger list of nodes, from its root; throws where a branch leads back to a node above it. */
export function treeFrom(nodes: readonly ForeignNode[], root: number): ForeignTree {
  const numberOf = new Map<number, number>();
  const found: ForeignNode[] = [];
  // A node is open while what lies below it is walked: meeting an open one again is a circle.
  const open = new Set<number>();
  const stack: { readonly at: number; readonly isLeaving: boolean }[] = [{ at: root, isLeaving: false }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { at, isLeaving } = step;
    if (isLeaving) {
      open.delete(at);
      continue;
    }
    if (open.has(at)) throw invalidEnsemble(`a branch leads back to node ${at}.`);
    if (numberOf.has(at)) continue;
    const node = nodes[at];
    if (node === undefined) throw invalidEnsemble(`a branch leads to node ${at}, which is not there.`);
    numberOf.set(at, found.length);
    found.push(node);
    if (node.kind === 'leaf') continue;
    open.add(at);
    stack.push({ at, isLeaving: true }, { at: node.no, isLeaving: false }, { at: node.yes, isLeaving: false });
  }
  return found.map((node) =>
    node.kind === 'leaf' ? node : { ...node, yes: numberOf.get(node.yes) ?? 0, no: numberOf.get(node.no) ?? 0 },
  );
}
