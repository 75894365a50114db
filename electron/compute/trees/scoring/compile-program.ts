import type { SharedMemory } from '../shared-memory.ts';
import { classOfTree, type Tree, type TreeEnsemble } from '../tree.ts';
import { BLOCK_ROWS, HEADER_BYTES, SPAN_BYTES, TREE_BYTES } from './program-layout.ts';
import { RankedColumns } from './ranked-columns.ts';
import type { RowProgram } from './row-runner.ts';
import { layWalk, layWhole, planTree, type TreePlan } from './tree-layout.ts';

/** Trees of one shape, walked once, and the values of their leaves a target. */
interface Group {
  readonly tree: Tree;
  readonly outputs: { readonly target: number; readonly value: Float32Array }[];
}

/**
 * Compiles an ensemble for the kernel. Null where it cannot be: a feature has more than 65,533 thresholds or categories.
 * The kernel then sends every row to the leaf that `leafOf` names, and sums in single precision in the order of the trees.
 */
export function compileProgram(memory: SharedMemory, ensemble: TreeEnsemble): RowProgram | null {
  const groups = groupsOf(ensemble);
  const columns = RankedColumns.of(groups.map(({ tree }) => tree));
  if (columns === null) return null;
  const plans = groups.map(({ tree }) => planTree(tree, columns));
  const { lane } = columns;
  const whole = plans.filter(({ isWhole }) => isWhole);
  const most = (count: (plan: TreePlan) => number): number =>
    whole.reduce((top, plan) => Math.max(top, count(plan)), 1);
  const firstSlot = most(({ leafWays }) => leafWays) * SPAN_BYTES;
  const slotBytes = firstSlot + most(({ order }) => order.length) * SPAN_BYTES;
  const table = columns.write(memory);
  const trees: number[] = [];
  for (const [index, plan] of plans.entries()) {
    const layout = plan.isWhole ? layWhole(plan, memory, lane, firstSlot) : layWalk(plan, memory, lane);
    const outputs = (groups[index]?.outputs ?? []).flatMap(({ target, value }) => {
      const at = memory.allocate(layout.leafNodes.length * 4);
      memory
        .float32(at, layout.leafNodes.length)
        .set(layout.leafNodes.length === 0 ? [] : Float32Array.from(layout.leafNodes, (node) => value[node] ?? 0));
      return [target, at];
    });
    const outputsAt = memory.allocate(outputs.length * 4);
    memory.uint32(outputsAt, outputs.length).set(outputs);
    trees.push(layout.kind, layout.nodes, ...layout.counts, outputsAt, outputs.length / 2, layout.root);
  }
  const treesAt = memory.allocate(Math.max(1, trees.length * 4));
  memory.uint32(treesAt, trees.length).set(trees);
  const slots = Math.ceil((ensemble.classes * BLOCK_ROWS * 4 + BLOCK_ROWS * 4 + columns.bytes) / 64) * 64;
  const at = memory.allocate(HEADER_BYTES);
  memory
    .uint32(at, HEADER_BYTES / 4)
    .set([lane, ensemble.classes, table.at, table.count, treesAt, (trees.length * 4) / TREE_BYTES, firstSlot, slots]);
  return { at, scratchBytes: slots + slotBytes };
}

/** Neighbours of one shape together: a leaf that answers several targets is found once. */
function groupsOf(ensemble: TreeEnsemble): Group[] {
  const groups: Group[] = [];
  for (const [index, tree] of ensemble.trees.entries()) {
    const output = { target: classOfTree(ensemble, index), value: tree.value };
    const last = groups.at(-1);
    const isSame =
      last &&
      last.tree.left === tree.left &&
      last.tree.feature === tree.feature &&
      last.tree.threshold === tree.threshold;
    if (isSame) last.outputs.push(output);
    else groups.push({ tree, outputs: [output] });
  }
  return groups;
}
