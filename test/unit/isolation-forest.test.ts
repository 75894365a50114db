import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../electron/compute/frame/frame.ts';
import { openScorer } from '../../electron/compute/onnx/scorer.ts';
import { detectorOf } from '../../electron/compute/train/detectors.ts';
import { floatAtMost } from '../../electron/compute/trees/import/float-bounds.ts';
import { anomalyScore, averagePathLength } from '../../electron/compute/trees/isolation/path-length.ts';
import { rawScores, type Tree } from '../../electron/compute/trees/tree.ts';
import { seededUnit } from '../helpers/random-ensembles.ts';
import { rankingArea } from '../helpers/ranking-area.ts';

const CONTEXT = { seed: 3, threads: 2, signal: new AbortController().signal };

interface SklearnTree {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly samples: readonly number[];
  readonly columns: readonly number[];
}

/** A tree that scikit-learn grew, with path lengths as leaf values. */
function pathTree({ left, right, feature, threshold, samples, columns }: SklearnTree): Tree {
  const value = new Float32Array(left.length);
  const walk = (node: number, depth: number): void => {
    if ((left[node] ?? -1) < 0) value[node] = depth + averagePathLength(samples[node] ?? 0);
    else for (const next of [left[node] ?? 0, right[node] ?? 0]) walk(next, depth + 1);
  };
  walk(0, 0);
  return {
    feature: Int32Array.from(feature, (f, node) => ((left[node] ?? -1) < 0 ? -1 : (columns[f] ?? 0))),
    threshold: Float32Array.from(threshold, floatAtMost),
    categories: left.map(() => null),
    missingLeft: new Uint8Array(left.length),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    value,
    rows: Float64Array.from(samples),
    gain: new Float32Array(left.length),
  };
}

/** Usual rows around zero with a word each, and a share of rows far off; every tenth number missing. */
function table(rows: number, unusual: number): { frame: Frame; isUnusual: Float64Array } {
  const unit = seededUnit(9);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  const [a, b] = [new Float64Array(rows), new Float64Array(rows)];
  const codes = new Int32Array(rows);
  const isUnusual = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    isUnusual[row] = Number(row % Math.round(1 / unusual) === 0);
    const off = isUnusual[row] === 1 ? 5 : 0;
    a[row] = unit() < 0.1 ? Number.NaN : normal() + off;
    b[row] = normal() - off;
    codes[row] = off > 0 ? 3 : Math.floor(unit() * 3);
  }
  const columns: Frame['columns'] = new Map([
    ['a', { kind: 'number', values: a }],
    ['b', { kind: 'number', values: b }],
    ['word', { kind: 'text', codes, dictionary: ['x', 'y', 'z', 'rare'] }],
  ]);
  return { frame: { rows, columns }, isUnusual };
}

describe('anomaly scores', () => {
  const { cases }: { cases: Record<string, never>[] } = JSON.parse(
    readFileSync(new URL('../golden/data/tree-models/cases.json', import.meta.url), 'utf8'),
  );
  const golden = (id: string): Record<string, never> => cases.find((one) => one['id'] === id) ?? {};

  it('take the average path length of the paper', () => {
    const { size, expected } = golden('isolation/average-path') as unknown as { size: number[]; expected: number[] };
    for (const [index, rows] of size.entries()) expect(averagePathLength(rows)).toBeCloseTo(expected[index] ?? 0, 11);
  });

  it('of the same trees are the negative of scikit-learn’s', () => {
    const { trees, rows, sampleSize, expected } = golden('isolation/subsample-64-contamination') as unknown as {
      trees: SklearnTree[];
      rows: number[][];
      sampleSize: number;
      expected: {
        meanPathLength: number[];
        scoreSamples: number[];
        decisionFunction: number[];
        predict: number[];
        offset: number;
      };
    };
    const ensemble = { features: 8, classes: 1, base: new Float64Array(1), trees: trees.map(pathTree) };
    const paths = rawScores(ensemble, Float32Array.from(rows.flat())).map((sum) => sum / trees.length);
    for (const [row, path] of paths.entries()) {
      const score = anomalyScore(path, sampleSize);
      expect(path).toBeCloseTo(expected.meanPathLength[row] ?? 0, 4);
      expect(-score).toBeCloseTo(expected.scoreSamples[row] ?? 0, 5);
      expect(-score - expected.offset).toBeCloseTo(expected.decisionFunction[row] ?? 0, 5);
      expect(score > -expected.offset).toBe(expected.predict[row] === -1);
    }
  });
});

describe('isolation forest', () => {
  it('ranks planted rows above usual ones, with missing values and words among them', async () => {
    const { frame, isUnusual } = table(4000, 0.02);
    const fitted = await detectorOf('isolationForest').fit(frame, {}, CONTEXT);
    const scorer = await openScorer(fitted.onnx);
    const scores = await scorer.score(frame);
    await scorer.close();
    if (scores.kind !== 'numbers') throw new Error('no scores');
    expect(rankingArea(isUnusual, scores.predictions)).toBeGreaterThan(0.99);
    expect(scores.predictions.every((score) => score > 0 && score < 1)).toBe(true);
    expect(fitted.threshold).toBe(0.5);
    expect(fitted.contamination).toBeNull();
  });

  it('puts the share that was asked for above the threshold', async () => {
    const { frame } = table(3000, 0.02);
    const fitted = await detectorOf('isolationForest').fit(frame, { contamination: 0.04 }, CONTEXT);
    const scorer = await openScorer(fitted.onnx);
    const scores = await scorer.score(frame);
    await scorer.close();
    if (scores.kind !== 'numbers') throw new Error('no scores');
    const above = scores.predictions.filter((score) => score > fitted.threshold).length / 3000;
    expect(above).toBeGreaterThan(0.03);
    expect(above).toBeLessThanOrEqual(0.041);
  });

  it('gives the same graph for a seed and another for another', async () => {
    const { frame } = table(500, 0.02);
    const fit = (seed: number) => detectorOf('isolationForest').fit(frame, {}, { ...CONTEXT, seed });
    const [first, again, other] = [await fit(1), await fit(1), await fit(2)];
    expect(Buffer.from(again.onnx).equals(Buffer.from(first.onnx))).toBe(true);
    expect(Buffer.from(other.onnx).equals(Buffer.from(first.onnx))).toBe(false);
  });

  it('cuts between infinities, the largest floats, and values of which some are missing', async () => {
    const values = Float64Array.from([
      Number.NEGATIVE_INFINITY,
      -3.4e38,
      0,
      3.4e38,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
    const frame: Frame = { rows: 6, columns: new Map([['a', { kind: 'number', values }]]) };
    const fitted = await detectorOf('isolationForest').fit(frame, {}, CONTEXT);
    const scorer = await openScorer(fitted.onnx);
    const scores = await scorer.score(frame);
    await scorer.close();
    expect(scores.kind === 'numbers' && scores.predictions.every((score) => score > 0 && score < 1)).toBe(true);
  });

  it('refuses rows that are all alike, a single row, and parameters it cannot have', async () => {
    const constant = (rows: number): Frame => ({
      rows,
      columns: new Map([['a', { kind: 'number', values: new Float64Array(rows) }]]),
    });
    const { fit } = detectorOf('isolationForest');
    await expect(fit(constant(50), {}, CONTEXT)).rejects.toThrow('alike');
    await expect(fit(constant(1), {}, CONTEXT)).rejects.toThrow('nothing to compare');
    await expect(fit(table(50, 0.1).frame, { contamination: 0.7 }, CONTEXT)).rejects.toThrow('contamination');
    expect(() => detectorOf('nearest')).toThrow('There is no algorithm "nearest"');
  });
});
