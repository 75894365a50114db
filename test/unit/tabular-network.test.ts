import { describe, expect, it } from 'vitest';
import type { Frame } from '../../electron/compute/frame/frame.ts';
import type { LabelledRows, TrainingData } from '../../electron/compute/train/estimator.ts';
import { estimatorOf } from '../../electron/compute/train/estimators.ts';
import { seededRandom, standardNormal } from '../../electron/compute/train/seeded-random.ts';
import { stepThreads, type TabularForm } from '../../electron/compute/train/tabular-network.ts';
import { inFolder, numbersOf, scoresOf } from '../helpers/example-fits.ts';

const network = estimatorOf('network');

/** Rows of one number and one of `words` words; `answer` says what is to be predicted. */
function rowsOf(
  count: number,
  seed: number,
  words: number,
  answer: (x: number, code: number, random: () => number) => number,
): LabelledRows {
  const random = seededRandom(seed);
  const x = Float64Array.from({ length: count }, () => random() * 2 - 1);
  const codes = Int32Array.from({ length: count }, () => Math.floor(random() * words));
  const features: Frame = {
    rows: count,
    columns: new Map([
      ['x', { kind: 'number', values: x }],
      ['word', { kind: 'text', codes, dictionary: Array.from({ length: words }, (_, i) => `w${i}`) }],
    ]),
  };
  return { features, targets: x.map((value, row) => answer(value, codes[row] ?? 0, random)), weights: null };
}

const numbersData = (count: number, words: number, answer: Parameters<typeof rowsOf>[3]): TrainingData => ({
  task: 'regression',
  classes: null,
  columns: [
    { name: 'x', type: 'number' },
    { name: 'word', type: 'text' },
  ],
  train: rowsOf(count, 1, words, answer),
  validation: rowsOf(Math.ceil(count / 4), 2, words, answer),
});

const trained = (data: TrainingData, params: Readonly<Record<string, unknown>>) =>
  inFolder((context) => network.fit(data, params, context));

const wordEffect = (code: number): number => Math.sin(code * 12.9898) * 3;

describe('a column of many words', () => {
  it('is embedded: each word has its own effect, and words never seen are safe', async () => {
    const data = numbersData(12_000, 300, (x, code) => x + wordEffect(code));
    const fitted = await trained(data, { epochs: 30, hidden: [32] });
    const fresh = rowsOf(1000, 3, 300, (x, code) => x + wordEffect(code));
    const predictions = numbersOf(await scoresOf(fitted.onnx, fresh.features));
    const errors = predictions.map((value, row) => Math.abs(value - (fresh.targets[row] ?? 0)));
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.6);
    const unknown: Frame = {
      rows: 2,
      columns: new Map([
        ['x', { kind: 'number', values: Float64Array.of(0, 0) }],
        ['word', { kind: 'text', codes: Int32Array.of(0, -1), dictionary: ['never seen'] }],
      ]),
    };
    for (const value of numbersOf(await scoresOf(fitted.onnx, unknown))) expect(Math.abs(value)).toBeLessThan(10);
  });

  it('can be the only column', async () => {
    const both = numbersData(6000, 200, (_, code) => wordEffect(code));
    const data = { ...both, columns: both.columns.slice(1) };
    const fitted = await trained(data, { epochs: 20, hidden: [16] });
    const fresh = rowsOf(500, 4, 200, (_, code) => wordEffect(code));
    const predictions = numbersOf(await scoresOf(fitted.onnx, fresh.features));
    const error = predictions.reduce((sum, value, row) => sum + Math.abs(value - (fresh.targets[row] ?? 0)), 0) / 500;
    expect(error).toBeLessThan(0.8);
  });
});

it('a step is shared by the more threads the more products it takes, up to all that there are', () => {
  const form: TabularForm = { width: 100, codes: [], hidden: [512, 512], isResidual: false, outputs: 1 };
  expect(stepThreads({ ...form, hidden: [64] }, 256, 16)).toBe(1);
  expect(stepThreads(form, 128, 16)).toBe(4);
  expect(stepThreads(form, 2048, 16)).toBe(16);
  expect(stepThreads({ ...form, width: 0, codes: [100_000], hidden: [] }, 256, 16)).toBe(1);
});

it('a deep residual network learns', async () => {
  const data = numbersData(4000, 5, (x) => Math.sin(4 * x) * 5);
  const fitted = await trained(data, { epochs: 60, hidden: [24, 24, 24, 24, 24], isResidual: true });
  const fresh = rowsOf(500, 5, 5, (x) => Math.sin(4 * x) * 5);
  const predictions = numbersOf(await scoresOf(fitted.onnx, fresh.features));
  const error = predictions.reduce((sum, value, row) => sum + Math.abs(value - (fresh.targets[row] ?? 0)), 0) / 500;
  expect(error).toBeLessThan(0.5);
});

describe('heads', () => {
  it('a quantile has its share of fresh answers below it', async () => {
    const noisy = (x: number, _: number, random: () => number): number =>
      10 + 3 * x + standardNormal(random) * (1.5 + x);
    const fitted = await trained(numbersData(8000, 3, noisy), {
      epochs: 40,
      hidden: [32],
      loss: 'quantile',
      quantile: 0.9,
    });
    const fresh = rowsOf(4000, 6, 3, noisy);
    const predictions = numbersOf(await scoresOf(fitted.onnx, fresh.features));
    const below = fresh.targets.filter((target, row) => target <= (predictions[row] ?? 0)).length / 4000;
    expect(below).toBeGreaterThan(0.87);
    expect(below).toBeLessThan(0.93);
  });

  it('poisson predicts rates, never below zero, and refuses answers below zero by value', async () => {
    const rate = (x: number): number => Math.exp(1 + x);
    const count = (x: number, _: number, random: () => number): number => {
      let [k, product] = [0, random()];
      while (product > Math.exp(-rate(x))) {
        product *= random();
        k += 1;
      }
      return k;
    };
    const fitted = await trained(numbersData(8000, 3, count), { epochs: 30, hidden: [16], loss: 'poisson' });
    const fresh = rowsOf(1000, 7, 3, (x) => rate(x));
    const predictions = numbersOf(await scoresOf(fitted.onnx, fresh.features));
    for (const [row, value] of predictions.entries()) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(Math.abs(value / (fresh.targets[row] ?? 1) - 1)).toBeLessThan(0.35);
    }
    await expect(
      trained(
        numbersData(300, 3, (x) => x),
        { loss: 'poisson' },
      ),
    ).rejects.toThrow(/counts.*-0\./);
  });

  it('of numbers are refused for classes', async () => {
    const data = numbersData(300, 3, (x) => Number(x > 0));
    await expect(trained({ ...data, task: 'binary', classes: ['no', 'yes'] }, { loss: 'huber' })).rejects.toThrow(
      /class/,
    );
  });
});
