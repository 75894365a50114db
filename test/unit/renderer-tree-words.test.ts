import { describe, expect, test } from 'vitest';
import { depthBelow, drawnTree, levelsThatFit, testText, wayTo } from '../../renderer/features/models/tree-words.ts';
import type { InspectedNode, InspectedTree } from '../../shared/contract/model-inspection.ts';

const leaf = (value: number, rows: number): InspectedNode => ({
  column: null,
  threshold: null,
  words: null,
  hasOthers: false,
  isMissingYes: false,
  yes: 0,
  no: 0,
  value,
  rows,
  gain: null,
});
const branch = (parts: Partial<InspectedNode>): InspectedNode => ({ ...leaf(0, 0), value: null, gain: 1, ...parts });

/** distance <= 1000 ? (carrier in AA, UA ? 1 : 2) : 3 */
const tree: InspectedTree = {
  tree: 0,
  label: null,
  nodes: [
    branch({ column: 'distance', threshold: 1000, yes: 1, no: 2, rows: 100 }),
    branch({ column: 'carrier', words: ['AA', 'UA'], hasOthers: true, yes: 3, no: 4, rows: 60 }),
    leaf(3, 40),
    leaf(1, 20),
    leaf(2, 40),
  ],
};
const [root, words, end] = tree.nodes as [InspectedNode, InspectedNode, InspectedNode];

describe('a tree in words', () => {
  test('asks whether a number is at most its threshold, or a word one of a few', () => {
    expect(testText(root)).toBe('distance ≤ 1,000');
    expect(testText(words)).toBe('carrier is AA or 2 more');
    expect(testText(words, 3)).toBe('carrier is AA, UA, a rarer word');
    expect(testText(end)).toBe('');
  });

  test('is drawn to a depth, with what is deeper folded into its leaves', () => {
    expect(depthBelow(tree, 0)).toBe(2);
    expect(levelsThatFit(tree, 0, 2)).toBe(1);
    expect(levelsThatFit(tree, 0, 16)).toBe(2);
    const drawn = drawnTree(tree, 0, 1);
    expect(drawn.children.map(({ kind, line, share }) => [kind, line, share])).toEqual([
      ['folded', 'yes · 60 rows · 2 leaves', 0.6],
      ['leaf', 'no · 40 rows', 0.4],
    ]);
    expect(drawnTree(tree, 1, 5).children.map(({ head }) => head)).toEqual(['1', '2']);
  });

  test('knows the way from its root to a node', () => {
    expect(wayTo(tree, 4)).toEqual([0, 1, 4]);
    expect(wayTo(tree, 0)).toEqual([0]);
  });
});
