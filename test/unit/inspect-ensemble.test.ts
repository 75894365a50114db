import { describe, expect, it } from 'vitest';
import type { Frame } from '../../electron/compute/frame/frame.ts';
import type { Estimator } from '../../electron/compute/train/estimator.ts';
import { boosting } from '../../electron/compute/train/estimators/boosting.ts';
import { forest } from '../../electron/compute/train/estimators/forest.ts';
import { type InspectedTree, ModelInspection } from '../../shared/contract/model-inspection.ts';
import { exampleData, fitOf, scoresOf } from '../helpers/example-fits.ts';

type Cell = number | string | null;

/** The value of the leaf that a row reaches, by what the inspection says of each node. */
function walk(tree: InspectedTree, row: Readonly<Record<string, Cell>>): number {
  let at = 0;
  for (let step = 0; step < 1000; step += 1) {
    const node = tree.nodes[at];
    if (node === undefined) throw new Error(`There is no node ${at}.`);
    if (node.column === null) return node.value ?? Number.NaN;
    const cell = row[node.column] ?? null;
    const isYes =
      cell === null
        ? node.isMissingYes
        : typeof cell === 'number'
          ? Math.fround(cell) <= (node.threshold ?? 0)
          : (node.words?.includes(cell) ?? false);
    at = isYes ? node.yes : node.no;
  }
  throw new Error('The tree does not end.');
}

function rowsOf({ rows, columns }: Frame): readonly Readonly<Record<string, Cell>>[] {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      [...columns].map(([name, column]) => {
        if (column.kind === 'text') return [name, column.dictionary[column.codes[row] ?? -1] ?? null];
        const value = column.values[row] ?? Number.NaN;
        return [name, Number.isNaN(value) ? null : value];
      }),
    ),
  );
}

const kinds: readonly (readonly [string, Estimator])[] = [
  ['boosting', boosting],
  ['forest', forest],
];

describe.each(kinds)('the inspection of %s', (kind, estimator) => {
  it('holds trees that give what the model answers, with rows and gains that add up', async () => {
    const data = exampleData('binary', 600);
    const fitted = await fitOf(estimator, data);
    const inspection = ModelInspection.parse(fitted.inspection);
    const trees = fitted.trees ?? [];
    if (inspection.kind !== 'trees') throw new Error(`It is of kind ${inspection.kind}.`);
    expect(inspection).toMatchObject({ trees: trees.length, listed: trees.length });
    expect(inspection.columns.map(({ column }) => column).toSorted()).toEqual(['a number', 'b', 'word']);
    expect(inspection.columns[0]?.gain).toBeGreaterThanOrEqual(inspection.columns[1]?.gain ?? 0);
    // The root of every tree has met every row it was grown on; each branch's rows are those of the nodes below it.
    for (const { nodes } of trees) {
      for (const node of nodes) {
        if (node.column === null) continue;
        expect((nodes[node.yes]?.rows ?? 0) + (nodes[node.no]?.rows ?? 0)).toBe(node.rows);
        expect(node.gain).toBeGreaterThan(0);
      }
    }
    const scores = await scoresOf(fitted.onnx, data.train.features);
    if (scores.kind !== 'classes') throw new Error('It answers numbers.');
    // For boosting the score before the link misses only the base, which is the same for every row.
    const rows = rowsOf(data.train.features);
    const ours = rows.map((row) => trees.reduce((sum, tree) => sum + walk(tree, row), 0));
    const theirs = rows.map((_, row) => {
      const p = scores.probabilities[row * 2 + 1] ?? 0;
      return kind === 'boosting' ? Math.log(p / (1 - p)) : p;
    });
    const base = kind === 'boosting' ? (theirs[0] ?? 0) - (ours[0] ?? 0) : 0;
    for (const [row, value] of ours.entries()) expect(Math.abs(value + base - (theirs[row] ?? 0))).toBeLessThan(1e-4);
  });
});
