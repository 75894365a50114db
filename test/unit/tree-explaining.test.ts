import { describe, expect, it } from 'vitest';
import { compileKernel } from '../../electron/compute/build-kernels.ts';
import { interventionalGames } from '../../electron/compute/trees/explaining/interventional-games.ts';
import { KERNEL_BASE64 } from '../../electron/compute/trees/explaining/kernel-binary.ts';
import { pathDependentGames } from '../../electron/compute/trees/explaining/leaf-game.ts';
import { TreeExplainer } from '../../electron/compute/trees/explaining/tree-explainer.ts';
import { countLeftShares } from '../../electron/compute/trees/explaining/tree-tests.ts';
import { goesLeft, rawScores, type Tree } from '../../electron/compute/trees/tree.ts';
import { type EnsembleShape, randomEnsemble, randomRows, seededUnit } from '../helpers/random-ensembles.ts';

/** Worth of a set of known features (bits of `known`) for a row: by shares of rows where a feature is not known. */
function worthByShares(tree: Tree, shares: Float64Array, row: Float32Array, known: number, node = 0): number {
  const feature = tree.feature[node] ?? -1;
  if (feature < 0) return tree.value[node] ?? 0;
  const below = (next: number): number => worthByShares(tree, shares, row, known, next);
  const [left, right] = [tree.left[node] ?? 0, tree.right[node] ?? 0];
  if (((known >> feature) & 1) === 1) return below(goesLeft(tree, node, row[feature] ?? Number.NaN) ? left : right);
  const share = shares[node] ?? 0;
  return share * below(left) + (1 - share) * below(right);
}

/** Shapley values by their definition: every set of features, weighed by how many orders begin with it. */
function shapleyByEnumeration(features: number, worth: (known: number) => number): number[] {
  const worths = Array.from({ length: 2 ** features }, (_, known) => worth(known));
  const factorials = [1];
  for (let n = 1; n <= features; n++) factorials.push((factorials[n - 1] ?? 1) * n);
  return Array.from({ length: features }, (_, feature) => {
    let sum = 0;
    for (let known = 0; known < worths.length; known++) {
      if (((known >> feature) & 1) === 1) continue;
      const size = known.toString(2).replaceAll('0', '').length;
      const weight = ((factorials[size] ?? 1) * (factorials[features - size - 1] ?? 1)) / (factorials[features] ?? 1);
      sum += weight * ((worths[known | (1 << feature)] ?? 0) - (worths[known] ?? 0));
    }
    return sum;
  });
}

const ROWS = 300;

function example(part: Partial<EnsembleShape>, steps: number) {
  const shape: EnsembleShape = { features: 5, classes: 1, trees: 5, depth: 4, category: null, codes: 0, ...part };
  const unit = seededUnit(11);
  const float = (): number => Math.fround(Math.round((unit() - 0.5) * steps) / steps);
  const ensemble = randomEnsemble(shape, { unit, float });
  const rows = randomRows(ensemble, shape, ROWS, unit);
  const columns = Array.from({ length: shape.features }, (_, feature) =>
    Float32Array.from({ length: ROWS }, (_, row) => rows[row * shape.features + feature] ?? 0),
  );
  return { ensemble, rows, columns };
}

const SHAPES: readonly (readonly [string, Partial<EnsembleShape>, number])[] = [
  ['small trees', {}, 40],
  ['features tested again and again', { features: 2, depth: 7 }, 40],
  ['sets of words and missing values', { category: 2, codes: 30 }, 40],
  ['leaves behind more features than a table has bits', { features: 10, depth: 12, trees: 1 }, 40],
  ['thousands of thresholds a feature', { features: 3, depth: 7, trees: 40 }, 1e6],
  ['several classes', { classes: 3, trees: 6 }, 40],
  ['trees of a single leaf', { depth: 0 }, 40],
];

describe('tree attributions', () => {
  it.each(SHAPES)('are Shapley values of the shares of rows, by enumeration: %s', async (_, part, steps) => {
    const { ensemble, rows, columns } = example(part, steps);
    const { features, classes, trees } = ensemble;
    const shares = trees.map((tree) => countLeftShares(tree, rows, features));
    const explainer = TreeExplainer.open(ensemble, pathDependentGames(shares));
    const values = explainer?.explain(columns, ROWS) ?? new Float64Array();
    await explainer?.close();
    for (const row of [0, 17, ROWS - 1]) {
      const cells = rows.subarray(row * features, (row + 1) * features);
      for (let k = 0; k < classes; k++) {
        const mine = [...trees.keys()].filter((tree) => tree % classes === k);
        const worth = (known: number): number =>
          mine.reduce((sum, at) => sum + worthByShares(trees[at] as Tree, shares[at] as Float64Array, cells, known), 0);
        const wanted = shapleyByEnumeration(features, worth);
        expect(explainer?.expected[k]).toBeCloseTo(worth(0), 5);
        for (const [feature, value] of wanted.entries())
          expect(values[(row * classes + k) * features + feature]).toBeCloseTo(value, 5);
      }
    }
  });

  it.each(SHAPES)('are Shapley values over background rows, by enumeration: %s', async (_, part, steps) => {
    const { ensemble, rows, columns } = example(part, steps);
    const { features, classes } = ensemble;
    const background = rows.subarray(40 * features, 48 * features);
    const explainer = TreeExplainer.open(ensemble, interventionalGames(ensemble, background));
    const values = explainer?.explain(columns, ROWS) ?? new Float64Array();
    await explainer?.close();
    const row = 5;
    const worths = new Map<number, Float64Array>();
    const worth = (known: number): Float64Array => {
      const mixed = background.map((value, at) =>
        ((known >> (at % features)) & 1) === 1 ? (rows[row * features + (at % features)] ?? 0) : value,
      );
      const found = worths.get(known) ?? rawScores(ensemble, mixed);
      worths.set(known, found);
      return found;
    };
    const meanOf = (scores: Float64Array, k: number): number => {
      const mine = scores.filter((_, at) => at % classes === k);
      return mine.reduce((sum, score) => sum + score, 0) / mine.length;
    };
    for (let k = 0; k < classes; k++) {
      expect(explainer?.expected[k]).toBeCloseTo(meanOf(worth(0), k), 5);
      const wanted = shapleyByEnumeration(features, (known) => meanOf(worth(known), k));
      for (const [feature, value] of wanted.entries())
        expect(values[(row * classes + k) * features + feature]).toBeCloseTo(value, 5);
    }
  });

  it('add up to the raw score of every row, on one thread and on several alike', async () => {
    const { ensemble, rows, columns } = example(
      { features: 6, classes: 2, trees: 30, depth: 8, category: 1, codes: 12 },
      60,
    );
    const many = 20;
    const wide = columns.map((column) =>
      Float32Array.from({ length: ROWS * many }, (_, row) => column[row % ROWS] ?? 0),
    );
    const games = pathDependentGames(ensemble.trees.map((tree) => countLeftShares(tree, rows, 6)));
    const scores = rawScores(ensemble, rows);
    const answers: Float64Array[] = [];
    for (const threads of [1, 3]) {
      const explainer = TreeExplainer.open(ensemble, games, threads);
      const values = explainer?.explain(wide, ROWS * many) ?? new Float64Array();
      answers.push(values);
      for (let at = 0; at < ROWS * many * 2; at++) {
        const expected = explainer?.expected[at % 2] ?? Number.NaN;
        const sum = values.subarray(at * 6, at * 6 + 6).reduce((all, value) => all + value, expected);
        expect(Math.abs(sum - (scores[at % scores.length] ?? 0))).toBeLessThan(1e-4);
      }
      expect(explainer?.explain(columns, 0)).toEqual(new Float64Array());
      await explainer?.close();
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it('are computed by a kernel that is compiled from the source beside it', async () => {
    expect(Buffer.from(await compileKernel('explaining')).toString('base64')).toBe(KERNEL_BASE64);
  });
});
