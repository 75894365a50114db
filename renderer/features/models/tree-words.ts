import type { InspectedNode, InspectedTree } from '../../../shared/contract/model-inspection.ts';
import type { DrawnNode } from '../../components/charts/tree-option.ts';
import { formatCount, formatFull, formatNumber } from '../../lib/format.ts';
import { modelsMessages as m } from './messages.ts';

const SHORT_WORDS = 1;

/** A node's question: "distance ≤ 1,023", "carrier is AA, UA or 3 more". Empty for a leaf. */
export function testText(node: InspectedNode, mostWords = SHORT_WORDS): string {
  if (node.column === null) return '';
  if (node.words === null) return m.treeAtMost(node.column, formatNumber(node.threshold));
  const words = [...node.words, ...(node.hasOthers ? [m.treeOtherWords] : [])];
  const rest = words.length - mostWords;
  return m.treeIsOneOf(node.column, words.slice(0, mostWords).join(', '), rest > 0 ? formatCount(rest) : null);
}

const rowsText = (node: InspectedNode): string[] => (node.rows === null ? [] : [m.treeRows(formatCount(node.rows))]);
const gainText = (node: InspectedNode): string[] => (node.gain === null ? [] : [m.treeGain(formatNumber(node.gain))]);

function hoverText(node: InspectedNode): string {
  const all = node.words?.length ?? 0;
  return [
    node.column === null ? m.treeLeaf(formatFull(node.value)) : testText(node, Math.min(all + 1, 12)),
    ...(node.threshold === null ? [] : [m.treeThreshold(formatFull(node.threshold))]),
    ...(node.column === null ? [] : [node.isMissingYes ? m.treeMissingYes : m.treeMissingNo]),
    ...rowsText(node),
    ...(node.gain === null ? [] : [m.treeGain(formatFull(node.gain))]),
  ].join('\n');
}

/** Tests on the longest way down from a node. */
export function depthBelow(tree: InspectedTree, id: number): number {
  let deepest = 0;
  const stack = [{ id, depth: 0 }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const node = tree.nodes[at.id];
    deepest = Math.max(deepest, at.depth);
    if (node?.column === null || node === undefined) continue;
    for (const next of [node.yes, node.no]) stack.push({ id: next, depth: at.depth + 1 });
  }
  return deepest;
}

/** The most levels that show at most `mostEnds` ends. */
export function levelsThatFit(tree: InspectedTree, root: number, mostEnds: number): number {
  let ends = [root];
  for (let level = 0; ; level += 1) {
    const next = ends.flatMap((id) => {
      const node = tree.nodes[id];
      return node === undefined || node.column === null ? [id] : [node.yes, node.no];
    });
    if (next.length === ends.length || next.length > mostEnds) return Math.max(level, 1);
    ends = next;
  }
}

const leavesBelow = (tree: InspectedTree, id: number): number => {
  const node = tree.nodes[id];
  if (node === undefined || node.column === null) return 1;
  return leavesBelow(tree, node.yes) + leavesBelow(tree, node.no);
};

/** The part of a tree below a node, as many levels as asked; what is deeper is folded into its count of leaves. */
export function drawnTree(tree: InspectedTree, root: number, levels: number): DrawnNode {
  const all = tree.nodes[0]?.rows ?? null;
  const draw = (id: number, left: number, answer: string): DrawnNode => {
    const node = tree.nodes[id];
    if (node === undefined) return { id, head: '', line: '', hover: '', kind: 'leaf', share: null, children: [] };
    const isLeaf = node.column === null;
    const isFolded = !isLeaf && left === 0;
    return {
      id,
      head: isLeaf ? formatNumber(node.value) : `${testText(node)}`,
      line: [
        answer,
        ...rowsText(node),
        ...(isFolded ? [m.treeFolded(formatCount(leavesBelow(tree, id)))] : gainText(node)),
      ]
        .filter((part) => part !== '')
        .join(' · '),
      hover: hoverText(node),
      kind: isLeaf ? 'leaf' : isFolded ? 'folded' : 'test',
      share: node.rows === null || all === null || all === 0 ? null : node.rows / all,
      children: isLeaf || isFolded ? [] : [draw(node.yes, left - 1, m.treeYes), draw(node.no, left - 1, m.treeNo)],
    };
  };
  return draw(root, levels, '');
}

/** The nodes from the root to one, both included; empty where it is not in the tree. */
export function wayTo(tree: InspectedTree, target: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const [id, node] of tree.nodes.entries()) {
    if (node.column === null) continue;
    parents.set(node.yes, id);
    parents.set(node.no, id);
  }
  const way = [target];
  for (let id = parents.get(target); id !== undefined; id = parents.get(id)) way.unshift(id);
  return way;
}
