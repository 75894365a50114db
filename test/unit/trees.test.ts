import { createHash } from 'node:crypto';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { compileKernel } from '../../electron/compute/build-kernels.ts';
import { binBounds, MOST_BINS } from '../../electron/compute/trees/bin-bounds.ts';
import type { TreeFeature } from '../../electron/compute/trees/bin-features.ts';
import {
  BOOSTING_DEFAULTS,
  type BoostingData,
  type BoostingParams,
  fitBoosting,
} from '../../electron/compute/trees/boosting.ts';
import { KERNEL_BASE64 } from '../../electron/compute/trees/kernel-binary.ts';
import type { ColumnEncoding } from '../../electron/compute/trees/table.ts';
import { ensembleToOnnx } from '../../electron/compute/trees/to-onnx.ts';
import { rawScores, type TreeEnsemble } from '../../electron/compute/trees/tree.ts';

/** Numbers in [0, 1) that are the same at every run. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A table with numbers, missing values, infinities, a category and a constant; the target depends on some of them. */
function sample(rows: number, seed = 1): { features: TreeFeature[]; signal: Float32Array } {
  const next = random(seed);
  const [a, b, c, word, constant, signal] = Array.from({ length: 6 }, () => new Float32Array(rows)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let i = 0; i < rows; i++) {
    a[i] = next() * 4 - 2;
    b[i] = next() < 0.2 ? Number.NaN : Math.floor(next() * 6);
    c[i] = next() < 0.01 ? Number.POSITIVE_INFINITY : next() < 0.01 ? Number.NEGATIVE_INFINITY : (next() - 0.5) * 1e6;
    word[i] = next() < 0.1 ? Number.NaN : Math.floor(next() * 30);
    constant[i] = 7;
    const fromWord = Number.isNaN(word[i]) ? 0 : [3, 11, 12, 25].includes(word[i] ?? 0) ? 1.5 : -0.5;
    signal[i] = Math.sin(2 * (a[i] ?? 0)) + (Number.isNaN(b[i]) ? 1 : (b[i] ?? 0) * 0.2) + fromWord + (next() - 0.5);
  }
  return {
    features: [a, b, c, word, constant].map((values, index) => ({ values, isCategorical: index === 3 })),
    signal,
  };
}

const ENCODINGS: ColumnEncoding[] = [
  { kind: 'number', column: 'a' },
  { kind: 'number', column: 'b' },
  { kind: 'number', column: 'c' },
  { kind: 'category', column: 'word', words: Array.from({ length: 30 }, (_, code) => `w${code}`) },
  { kind: 'number', column: 'constant' },
];

function matrix(features: readonly TreeFeature[], rows: number): Float32Array {
  const out = new Float32Array(rows * features.length);
  for (const [index, { values }] of features.entries())
    for (let i = 0; i < rows; i++) out[i * features.length + index] = values[i] ?? 0;
  return out;
}

const task = (loss: BoostingParams['loss'], signal: Float32Array): Pick<BoostingData, 'targets' | 'classes'> => {
  if (loss === 'squared') return { targets: signal, classes: 1 };
  if (loss === 'logistic') return { targets: signal.map((value) => Number(value > 0.7)), classes: 1 };
  return { targets: signal.map((value) => (value < 0 ? 0 : value < 1.2 ? 1 : 2)), classes: 3 };
};

const grow = (
  loss: BoostingParams['loss'],
  rows: number,
  extra: Partial<BoostingParams> = {},
): Promise<TreeEnsemble> => {
  const { features, signal } = sample(rows);
  return fitBoosting(
    { features, weights: null, ...task(loss, signal) },
    { ...BOOSTING_DEFAULTS, loss, rounds: 20, ...extra },
  );
};

const fingerprint = ({ trees }: TreeEnsemble): string => {
  const hash = createHash('sha256');
  for (const tree of trees)
    for (const part of [tree.feature, tree.threshold, tree.left, tree.right, tree.value])
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest('hex');
};

async function scoreWithRuntime(
  bytes: Uint8Array,
  features: readonly TreeFeature[],
  rows: number,
  output: string,
): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(bytes);
  const feeds = Object.fromEntries(
    ENCODINGS.map((encoding, index) => {
      const values = features[index]?.values ?? new Float32Array();
      if (encoding.kind === 'number') return [encoding.column, new ort.Tensor('float32', values, [rows, 1])];
      const words = Array.from(values, (code) => (Number.isNaN(code) ? '' : (encoding.words[code] ?? 'never seen')));
      return [encoding.column, new ort.Tensor('string', words, [rows, 1])];
    }),
  );
  const answer = (await session.run(feeds))[output];
  return answer?.data as Float32Array;
}

describe('histogram boosting', () => {
  it.each(['logistic', 'squared', 'softmax'] as const)(
    'lowers the %s loss on training rows with every ten rounds',
    async (loss) => {
      const rows = 6000;
      const { features, signal } = sample(rows);
      const { targets, classes } = task(loss, signal);
      const losses: number[] = [];
      for (const rounds of [10, 20, 30]) {
        const ensemble = await fitBoosting(
          { features, weights: null, targets, classes },
          { ...BOOSTING_DEFAULTS, loss, rounds },
        );
        const scores = rawScores(ensemble, matrix(features, rows));
        let sum = 0;
        for (let i = 0; i < rows; i++) {
          const target = targets[i] ?? 0;
          if (loss === 'squared') sum += ((scores[i] ?? 0) - target) ** 2;
          else if (loss === 'logistic')
            sum += Math.log1p(Math.exp(target === 1 ? -(scores[i] ?? 0) : (scores[i] ?? 0)));
          else {
            const row = scores.subarray(i * 3, i * 3 + 3);
            sum += Math.log(row.reduce((total, score) => total + Math.exp(score), 0)) - (row[target] ?? 0);
          }
        }
        losses.push(sum / rows);
      }
      expect(losses[1]).toBeLessThan(losses[0] ?? 0);
      expect(losses[2]).toBeLessThan(losses[1] ?? 0);
    },
  );

  it('grows the same trees with one thread and with three', async () => {
    const [one, three] = await Promise.all([
      grow('logistic', 8000, { threads: 1, rowShare: 0.7, featureShare: 0.8, seed: 5 }),
      grow('logistic', 8000, { threads: 3, rowShare: 0.7, featureShare: 0.8, seed: 5 }),
    ]);
    expect(fingerprint(three)).toBe(fingerprint(one));
  });

  it('draws other rows with another seed', async () => {
    const [a, b] = await Promise.all([
      grow('logistic', 3000, { rowShare: 0.5, seed: 1 }),
      grow('logistic', 3000, { rowShare: 0.5, seed: 2 }),
    ]);
    expect(fingerprint(a)).not.toBe(fingerprint(b));
  });

  it('never falls along a feature that must rise', async () => {
    const { features, signal } = sample(4000);
    const rising = features.map((feature, index) => (index === 0 ? { ...feature, monotone: 1 as const } : feature));
    const ensemble = await fitBoosting(
      { features: rising, weights: null, targets: signal, classes: 1 },
      { ...BOOSTING_DEFAULTS, loss: 'squared', leaves: 4, rounds: 1, learningRate: 1 },
    );
    const tree = ensemble.trees[0];
    const splitsOnFirst = [...(tree?.feature ?? [])].flatMap((feature, node) => (feature === 0 ? [node] : []));
    for (const node of splitsOnFirst) {
      const [left, right] = [tree?.left[node] ?? 0, tree?.right[node] ?? 0];
      if ((tree?.feature[left] ?? 0) < 0 && (tree?.feature[right] ?? 0) < 0)
        expect(tree?.value[left] ?? 0).toBeLessThanOrEqual(tree?.value[right] ?? 0);
    }
  });

  it('answers the base rate when no split is worth it', async () => {
    const values = new Float32Array(100).fill(1);
    const targets = Float32Array.from({ length: 100 }, (_, i) => Number(i < 25));
    const ensemble = await fitBoosting(
      { features: [{ values, isCategorical: false }], targets, weights: null, classes: 1 },
      BOOSTING_DEFAULTS,
    );
    const [score = 0] = rawScores(ensemble, values.slice(0, 1));
    expect(1 / (1 + Math.exp(-score))).toBeCloseTo(0.25, 6);
  });

  it('counts a row with weight two as two rows', async () => {
    const { features, signal } = sample(1000);
    const targets = signal.map((value) => Number(value > 0.7));
    const twice = features.map(({ values, isCategorical }) => ({
      isCategorical,
      values: Float32Array.from([...values, ...values]),
    }));
    const params = { ...BOOSTING_DEFAULTS, rounds: 5, minRows: 0, minHessian: 5 };
    const weighted = await fitBoosting(
      { features, targets, weights: new Float32Array(1000).fill(2), classes: 1 },
      params,
    );
    const doubled = await fitBoosting(
      { features: twice, targets: Float32Array.from([...targets, ...targets]), weights: null, classes: 1 },
      params,
    );
    const rows = matrix(features, 1000);
    const [a, b] = [rawScores(weighted, rows), rawScores(doubled, rows)];
    for (let i = 0; i < a.length; i++) expect(Math.abs((a[i] ?? 0) - (b[i] ?? 0))).toBeLessThan(1e-4);
  });
});

describe('an exported ensemble', () => {
  it.each(['logistic', 'squared', 'softmax'] as const)(
    'answers in ONNX Runtime as here, on unseen, missing and infinite values (%s)',
    async (loss) => {
      const ensemble = await grow(loss, 5000);
      const rows = 10_000;
      const { features } = sample(rows, 99);
      const classes = loss === 'squared' ? null : loss === 'logistic' ? ['no', 'yes'] : ['low', 'middle', 'high'];
      const found = await scoreWithRuntime(
        ensembleToOnnx(ensemble, ENCODINGS, classes),
        features,
        rows,
        classes ? 'probabilities' : 'prediction',
      );
      const scores = rawScores(ensemble, matrix(features, rows));
      let largest = 0;
      for (let i = 0; i < rows; i++) {
        if (loss === 'squared') largest = Math.max(largest, Math.abs((found[i] ?? 0) - (scores[i] ?? 0)));
        else if (loss === 'logistic')
          largest = Math.max(largest, Math.abs((found[i * 2 + 1] ?? 0) - 1 / (1 + Math.exp(-(scores[i] ?? 0)))));
        else {
          const row = Array.from(scores.subarray(i * 3, i * 3 + 3), Math.exp);
          const total = row.reduce((sum, value) => sum + value, 0);
          for (let k = 0; k < 3; k++)
            largest = Math.max(largest, Math.abs((found[i * 3 + k] ?? 0) - (row[k] ?? 0) / total));
        }
      }
      // A row in another leaf would differ by far more than rounding does.
      expect(largest).toBeLessThan(3e-6);
    },
  );
});

describe('bin bounds', () => {
  it('part every two neighbours of a column with few values, in the order of floats', () => {
    const bounds = binBounds(Float32Array.of(3, 1, 1, 2, Number.NaN, Number.POSITIVE_INFINITY, -0, 0));
    expect([...bounds]).toEqual([0.5, 1.5, 2.5, 3]);
  });

  it('are as many as there are bins at most, and ascend', () => {
    const next = random(3);
    const bounds = binBounds(Float32Array.from({ length: 50_000 }, () => (next() < 0.3 ? 1 : next() * 10)));
    expect(bounds.length).toBeLessThan(MOST_BINS);
    for (let i = 1; i < bounds.length; i++) expect(bounds[i]).toBeGreaterThan(bounds[i - 1] ?? 0);
  });

  it('are none for an empty, constant or all-missing column', () => {
    for (const values of [[], [4, 4], [Number.NaN]]) expect(binBounds(Float32Array.from(values)).length).toBe(0);
  });
});

it('the kernel in use is what its source compiles to', async () => {
  expect(Buffer.from(await compileKernel('growing')).toString('base64')).toBe(KERNEL_BASE64);
});
