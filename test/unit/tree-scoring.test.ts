import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { compileKernel } from '../../electron/compute/build-kernels.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../../electron/compute/onnx/graph-builder.ts';
import { KERNEL_BASE64 } from '../../electron/compute/trees/scoring/kernel-binary.ts';
import { TreeScorer } from '../../electron/compute/trees/scoring/tree-scorer.ts';
import type { ColumnEncoding } from '../../electron/compute/trees/table.ts';
import { ensembleNodes, rawInputs } from '../../electron/compute/trees/to-onnx.ts';
import { classOfTree, leafOf, type TreeEnsemble } from '../../electron/compute/trees/tree.ts';
import {
  type EnsembleShape,
  floatArbitrary,
  randomEnsemble,
  randomRows,
  seededUnit,
} from '../helpers/random-ensembles.ts';

/** Sums in single precision, trees in order, a row at a time. */
function slowSums(ensemble: TreeEnsemble, rows: Float32Array): Float32Array {
  const { features, classes, trees } = ensemble;
  const sums = new Float32Array((rows.length / features) * classes);
  for (const [index, tree] of trees.entries()) {
    for (let row = 0; row < rows.length / features; row++) {
      const at = row * classes + classOfTree(ensemble, index);
      sums[at] = (sums[at] ?? 0) + (tree.value[leafOf(tree, rows, row * features)] ?? 0);
    }
  }
  return sums;
}

const shapeArbitrary: fc.Arbitrary<EnsembleShape> = fc
  .record({
    features: fc.integer({ min: 1, max: 6 }),
    classes: fc.integer({ min: 1, max: 4 }),
    trees: fc.integer({ min: 1, max: 9 }),
    depth: fc.integer({ min: 0, max: 9 }),
    category: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }),
    codes: fc.constantFrom(1, 3, 15, 40, 200),
  })
  .map((shape) => ({ ...shape, category: shape.category === null ? null : shape.category % shape.features }));

describe('the scoring kernel', () => {
  it('sums the leaves that a walk finds, bit for bit, for random trees and awkward values', async () => {
    await fc.assert(
      fc.asyncProperty(shapeArbitrary, fc.integer(), fc.infiniteStream(floatArbitrary), async (shape, seed, floats) => {
        const unit = seededUnit(seed);
        const ensemble = randomEnsemble(shape, { unit, float: () => floats.next().value ?? 0 });
        const rows = randomRows(ensemble, shape, 700, unit);
        const scorer = TreeScorer.open(ensemble);
        expect(scorer?.scoreMatrix(rows)).toEqual(slowSums(ensemble, rows));
        await scorer?.close();
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['few thresholds and small trees', { trees: 30, depth: 6, codes: 30 }, 40],
    ['thousands of thresholds a feature', { trees: 30, depth: 7, codes: 30 }, 1e6],
    ['trees too large to be evaluated whole', { trees: 4, depth: 13, codes: 30 }, 1e6],
    ['more categories than a byte holds', { trees: 10, depth: 5, codes: 900 }, 40],
  ])('answers the same on one thread and on several: %s', async (_, part, steps) => {
    const shape: EnsembleShape = { features: 5, classes: 2, category: 3, ...part };
    const unit = seededUnit(7);
    const ensemble = randomEnsemble(shape, {
      unit,
      float: () => Math.fround(Math.round((unit() - 0.5) * steps) / steps),
    });
    const rows = randomRows(ensemble, shape, 30_000, unit);
    const columns = Array.from({ length: 5 }, (_, feature) =>
      Float64Array.from({ length: 30_000 }, (_, row) => rows[row * 5 + feature] ?? 0),
    );
    const wanted = slowSums(ensemble, rows);
    for (const threads of [1, 3]) {
      const scorer = TreeScorer.open(ensemble, threads);
      expect(scorer?.score(columns, 30_000)).toEqual(wanted);
      expect(scorer?.scoreMatrix(rows)).toEqual(wanted);
      expect(scorer?.score(columns, 3)).toEqual(wanted.slice(0, 6));
      expect(scorer?.score(columns, 0)).toEqual(new Float32Array());
      await scorer?.close();
    }
  });

  it('refuses a feature with more thresholds than its ranks can count', () => {
    const unit = seededUnit(1);
    const shape: EnsembleShape = { features: 1, classes: 1, trees: 40, depth: 14, category: null, codes: 0 };
    expect(TreeScorer.open(randomEnsemble(shape, { unit, float: () => Math.fround(unit()) }))).toBeNull();
  });

  it('is compiled from the source beside it', async () => {
    expect(Buffer.from(await compileKernel('scoring')).toString('base64')).toBe(KERNEL_BASE64);
  });
});

describe('exported ensembles', () => {
  const encodingsOf = (shape: EnsembleShape): ColumnEncoding[] =>
    Array.from({ length: shape.features }, (_, feature) =>
      feature === shape.category
        ? {
            kind: 'category',
            column: `c${feature}`,
            words: Array.from({ length: shape.codes }, (_, code) => `w${code}`),
          }
        : { kind: 'number', column: `c${feature}` },
    );

  it('send every row to the same leaf in ONNX Runtime as here: thresholds, signed zeros, infinities, denormals, missing', async () => {
    await fc.assert(
      fc.asyncProperty(shapeArbitrary, fc.integer(), fc.infiniteStream(floatArbitrary), async (drawn, seed, floats) => {
        // A target a tree, and a leaf's value its number: the graph's answer names the leaf.
        const shape = { ...drawn, classes: drawn.trees };
        const unit = seededUnit(seed);
        const ensemble = randomEnsemble(shape, { unit, float: () => floats.next().value ?? 0 }, true);
        const count = 200;
        const rows = randomRows(ensemble, shape, count, unit);
        const encodings = encodingsOf(shape);
        const graph = new GraphBuilder('tree_');
        const leafNumbers = ensembleNodes(graph, encodings, ensemble);
        const output = makeValueInfo(leafNumbers, FLOAT, ['N', shape.trees]);
        const model = modelBytes(graph.graph('leaves', rawInputs(encodings), [output]));
        const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 });
        const feeds = Object.fromEntries(
          encodings.map((encoding, feature) => {
            const values = Float32Array.from({ length: count }, (_, row) => rows[row * shape.features + feature] ?? 0);
            if (encoding.kind === 'number') return [encoding.column, new ort.Tensor('float32', values, [count, 1])];
            const words = Array.from(values, (code) => (Number.isNaN(code) ? '' : (encoding.words[code] ?? 'unknown')));
            return [encoding.column, new ort.Tensor('string', words, [count, 1])];
          }),
        );
        const leaves = Float32Array.from({ length: count * shape.trees }, (_, i) => {
          const tree = ensemble.trees[i % shape.trees];
          return tree ? leafOf(tree, rows, Math.floor(i / shape.trees) * shape.features) : -1;
        });
        expect((await session.run(feeds))[leafNumbers]?.data).toEqual(leaves);
        await session.release();
      }),
      { numRuns: 150 },
    );
  });
});
