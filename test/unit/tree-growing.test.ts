import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FitContext, LabelledRows, TrainingData } from '../../electron/compute/train/estimator.ts';
import { boosting } from '../../electron/compute/train/estimators/boosting.ts';
import { monotoneSigns } from '../../electron/compute/train/estimators/boosting-params.ts';
import { extraTrees, forest } from '../../electron/compute/train/estimators/forest.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import type { TreeFeature } from '../../electron/compute/trees/bin-features.ts';
import {
  BOOSTING_DEFAULTS,
  type BoostingData,
  type BoostingParams,
  type BoostingState,
  fitBoosting,
} from '../../electron/compute/trees/boosting.ts';
import { type ForestState, fitForest } from '../../electron/compute/trees/forest.ts';
import { rawScores, type TreeEnsemble } from '../../electron/compute/trees/tree.ts';
import { exampleData, fitOf, inFolder, numbersOf, scoresOf } from '../helpers/example-fits.ts';

/** A number, one with gaps and a word; the signal depends on all three. */
function table(rows: number, seed = 1) {
  const random = seededRandom(seed);
  const a = Float32Array.from({ length: rows }, () => random() * 4 - 2);
  const b = Float32Array.from({ length: rows }, () => (random() < 0.2 ? Number.NaN : Math.floor(random() * 9)));
  const word = Float32Array.from({ length: rows }, () => (random() < 0.1 ? Number.NaN : Math.floor(random() * 20)));
  const signal = Float32Array.from(
    a,
    (value, row) =>
      value * 1.5 +
      (Number.isNaN(b[row]) ? 2 : (b[row] ?? 0) / 4) +
      ([2, 5, 11].includes(word[row] ?? 0) ? 3 : 0) +
      random() -
      0.5,
  );
  const features: TreeFeature[] = [a, b, word].map((values, index) => ({ values, isCategorical: index === 2 }));
  return { features, signal };
}

const grow = (
  data: Omit<BoostingData, 'weights' | 'classes'> & Partial<BoostingData>,
  params: Partial<BoostingParams>,
) => fitBoosting({ weights: null, classes: 1, ...data }, { ...BOOSTING_DEFAULTS, loss: 'squared', ...params });

function matrix(features: readonly TreeFeature[]): Float32Array {
  const rows = features[0]?.values.length ?? 0;
  const out = new Float32Array(rows * features.length);
  for (const [index, { values }] of features.entries())
    for (let row = 0; row < rows; row++) out[row * features.length + index] = values[row] ?? Number.NaN;
  return out;
}

/** Two groups of rows told apart by one number. */
const groups = (first: readonly number[], second: readonly number[]) => ({
  features: [{ values: Float32Array.from([...first.map(() => 0), ...second.map(() => 1)]), isCategorical: false }],
  targets: Float32Array.from([...first, ...second]),
});
const answersOf = (ensemble: TreeEnsemble): readonly [number, number] => {
  const [first = Number.NaN, second = Number.NaN] = rawScores(ensemble, Float32Array.of(0, 1));
  return [first, second];
};
const ONE_TREE = { rounds: 1, learningRate: 1, minRows: 1, minHessian: 0 };

describe('a single tree', () => {
  it('makes the split that a search of all thresholds in double precision finds best', async () => {
    const cell = fc.option(fc.integer({ min: -3, max: 3 }), { nil: null });
    const row = fc.record({ x: fc.tuple(cell, cell), y: fc.integer({ min: -20, max: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 4, maxLength: 40 }), async (rows) => {
        const mean = Math.fround(rows.reduce((sum, { y }) => sum + y, 0) / rows.length);
        const gain = (sum: number, count: number) => (count === 0 ? 0 : sum ** 2 / count);
        let best = 0;
        for (const feature of [0, 1] as const)
          for (const threshold of [-3, -2, -1, 0, 1, 2, 3])
            for (const missingLeft of [true, false]) {
              let [left, leftCount, right, rightCount] = [0, 0, 0, 0];
              for (const { x, y } of rows) {
                const value = x[feature];
                if (value === null ? missingLeft : value <= threshold) {
                  left += mean - y;
                  leftCount += 1;
                } else {
                  right += mean - y;
                  rightCount += 1;
                }
              }
              if (leftCount === 0 || rightCount === 0) continue;
              best = Math.max(best, gain(left, leftCount) + gain(right, rightCount) - gain(left + right, rows.length));
            }
        const { trees } = await grow(
          {
            features: [0, 1].map((feature) => ({
              values: Float32Array.from(rows, ({ x }) => x[feature] ?? Number.NaN),
              isCategorical: false,
            })),
            targets: Float32Array.from(rows, ({ y }) => y),
          },
          { ...ONE_TREE, leaves: 2 },
        );
        const found = trees[0]?.gain[0] ?? 0;
        expect(Math.abs(found - best)).toBeLessThan(1e-4 * (1 + best));
      }),
      { numRuns: 150 },
    );
  });

  it('answers the mean of each group, pulled by L2 and L1 as their formulas say', async () => {
    const rows = groups([1, 2, 3], [9, 10, 11]);
    expect(answersOf(await grow(rows, ONE_TREE))).toEqual([2, 10]);
    // Sums of the differences from the mean, 6, are -12 and 12.
    expect(answersOf(await grow(rows, { ...ONE_TREE, l2: 1 }))).toEqual([6 - 12 / 4, 6 + 12 / 4]);
    expect(answersOf(await grow(rows, { ...ONE_TREE, l1: 3 }))).toEqual([6 - 9 / 3, 6 + 9 / 3]);
    expect(answersOf(await grow(rows, { ...ONE_TREE, l1: 12 }))).toEqual([6, 6]);
  });

  it('splits only where it gains more than asked, by enough rows, and no deeper than asked', async () => {
    const rows = groups([1, 2, 3], [9, 10, 11]);
    // The gain is 12 * 12 / 3 twice, 96.
    expect((await grow(rows, { ...ONE_TREE, minGain: 95 })).trees[0]?.feature).toHaveLength(3);
    expect((await grow(rows, { ...ONE_TREE, minGain: 97 })).trees[0]?.feature).toHaveLength(1);
    expect((await grow(rows, { ...ONE_TREE, minRows: 4 })).trees[0]?.feature).toHaveLength(1);
    const { features, signal } = table(2000);
    const { trees } = await grow({ features, targets: signal }, { ...ONE_TREE, leaves: 200, maxDepth: 3 });
    expect(trees[0]?.feature.filter((feature) => feature < 0)).toHaveLength(8);
  });

  it('sends missing values where they belong, alone if need be', async () => {
    const values = Float32Array.of(1, 2, 3, 4, Number.NaN, Number.NaN);
    const targets = Float32Array.of(5, 5, 5, 5, 0, 0);
    const ensemble = await grow({ features: [{ values, isCategorical: false }], targets }, { ...ONE_TREE, leaves: 2 });
    expect(
      [...rawScores(ensemble, Float32Array.of(1, 4, Number.NaN))].map((value) => Math.round(value * 1e4) / 1e4),
    ).toEqual([5, 5, 0]);
  });

  it('parts words by what they stand for, whatever their order', async () => {
    const random = seededRandom(4);
    const codes = Float32Array.from({ length: 4000 }, () => Math.floor(random() * 40));
    const isHigh = (code: number): boolean => (code * 7) % 3 === 0;
    const targets = codes.map((code) => (isHigh(code) ? 10 : 0));
    const { trees } = await grow(
      { features: [{ values: codes, isCategorical: true }], targets },
      { ...ONE_TREE, leaves: 2 },
    );
    const left = trees[0]?.categories[0];
    const sides = Array.from({ length: 40 }, (_, code) => left?.[code] === 1);
    expect(new Set(sides.map((isLeft, code) => isLeft === isHigh(code))).size).toBe(1);
  });

  it('asks no more of two words than of two numbers', async () => {
    const targets = Float32Array.from({ length: 40 }, (_, row) => Number(row >= 20));
    const word = { values: targets, isCategorical: true };
    // Wrong in one row of twenty.
    const number = { values: targets.map((value, row) => (row % 20 === 0 ? 1 - value : value)), isCategorical: false };
    const { trees } = await grow({ features: [number, word], targets }, { ...ONE_TREE, leaves: 2 });
    expect(trees[0]?.feature[0]).toBe(1);
  });

  it('draws no feature that is the same in every row', async () => {
    const { features, signal } = table(500);
    const constant = { values: new Float32Array(500), isCategorical: false };
    const all = [constant, constant, ...features, constant];
    const { trees } = await grow({ features: all, targets: signal }, { rounds: 20, featureShare: 0.3 });
    for (const { feature } of trees) expect(feature[0]).toBeGreaterThan(-1);
  });

  it('is the same when few histograms can be kept', async () => {
    const { features, signal } = table(3000);
    const [much, little] = await Promise.all(
      [2 ** 30, 1].map((poolBytes) =>
        grow({ features, targets: signal }, { ...ONE_TREE, leaves: 60, minRows: 5, poolBytes }),
      ),
    );
    expect(little?.trees).toEqual(much?.trees);
  });
});

describe('boosting', () => {
  it('never lets the answer fall along a feature that must rise, in any row', async () => {
    const { features, signal } = table(4000);
    // Nothing in the data rises with it: the constraint alone must hold.
    const targets = signal.map((value, row) => value + 2 * Math.sin(3 * (features[0]?.values[row] ?? 0)));
    for (const sign of [1, -1] as const) {
      const ensemble = await grow(
        {
          features: features.map((feature, index) => (index === 0 ? { ...feature, monotone: sign } : feature)),
          targets,
        },
        { rounds: 40, minRows: 5 },
      );
      for (let row = 0; row < 100; row++) {
        const rows = Float32Array.from({ length: 41 * 3 }, (_, at) =>
          at % 3 === 0 ? -2 + Math.floor(at / 3) / 10 : (features[at % 3]?.values[row] ?? Number.NaN),
        );
        const scores = rawScores(ensemble, rows);
        for (let at = 1; at < scores.length; at++)
          expect(((scores[at] ?? 0) - (scores[at - 1] ?? 0)) * sign).toBeGreaterThanOrEqual(-1e-6);
      }
    }
  });

  it.each(['logistic', 'squared', 'softmax', 'poisson', 'quantile', 'huber'] as const)(
    'follows rows it did not draw, and rows held out, as its trees score them (%s)',
    async (loss) => {
      const { features, signal } = table(3000);
      const targets = signal.map((value) =>
        loss === 'logistic'
          ? Number(value > 1)
          : loss === 'softmax'
            ? value > 2
              ? 2
              : value > 0
                ? 1
                : 0
            : Math.max(0, Math.round(value)),
      );
      const classes = loss === 'softmax' ? 3 : 1;
      let scores: Float32Array = new Float32Array();
      const ensemble = await fitBoosting(
        { features, targets, classes, weights: null, learnRows: 2500 },
        { ...BOOSTING_DEFAULTS, loss, rounds: 8, rowShare: 0.6, featureShare: 0.7 },
        (progress) => {
          scores = progress.state().scores;
          return true;
        },
      );
      const wanted = rawScores(ensemble, matrix(features));
      for (let row = 0; row < 3000; row++)
        for (let k = 0; k < classes; k++)
          expect(Math.abs((scores[k * 3000 + row] ?? Number.NaN) - (wanted[row * classes + k] ?? 0))).toBeLessThan(
            1e-4,
          );
    },
  );

  it('learns nothing from rows held out', async () => {
    const { features, signal } = table(3000);
    const spoilt = signal.map((value, row) => (row < 2500 ? value : 1e6));
    const [one, other] = await Promise.all(
      [signal, spoilt].map((targets) => grow({ features, targets, learnRows: 2500 }, { rounds: 5 })),
    );
    expect(other).toEqual(one);
  });

  it('goes on from the state after any round as if it had never stopped', async () => {
    const { features, signal } = table(6000);
    const run = (threads: number, start: BoostingState | null, keep: (state: BoostingState) => void) =>
      fitBoosting(
        { features, targets: signal, weights: null, classes: 1 },
        { ...BOOSTING_DEFAULTS, loss: 'squared', rounds: 12, rowShare: 0.7, featureShare: 0.7, seed: 9, threads },
        (progress) => {
          keep(deserialize(serialize(progress.state())));
          return true;
        },
        start,
      );
    const states: BoostingState[] = [];
    const whole = await run(1, null, (state) => states.push(state));
    for (const state of states) expect(await run(2, state, () => undefined)).toEqual(whole);
  });

  it('aims at the mean of counts, at a quantile, at the median', async () => {
    const random = seededRandom(2);
    const values = Float32Array.from({ length: 4000 }, () => Math.floor(random() * 2));
    const rare = values.map((value) => (random() < (value === 1 ? 0.3 : 0.1) ? 1 + Math.floor(random() * 9) : 0));
    const features = [{ values, isCategorical: false }];
    const mean = (group: number): number => {
      const own = rare.filter((_, row) => values[row] === group);
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    };
    const poisson = answersOf(await grow({ features, targets: rare }, { loss: 'poisson', rounds: 200 }));
    expect(Math.exp(poisson[0])).toBeCloseTo(mean(0), 2);
    expect(Math.exp(poisson[1])).toBeCloseTo(mean(1), 2);
    const spread = values.map((value) => value * 100 + random() * 10);
    for (const quantile of [0.1, 0.5, 0.9]) {
      const [low, high] = answersOf(
        await grow({ features, targets: spread }, { loss: 'quantile', quantile, rounds: 100 }),
      );
      expect(Math.abs(low - 10 * quantile)).toBeLessThan(0.5);
      expect(Math.abs(high - 100 - 10 * quantile)).toBeLessThan(0.5);
    }
  });

  it('is hardly moved by a wild answer under the Huber loss', async () => {
    const rows = groups(
      Array.from({ length: 50 }, () => 1),
      [...Array.from({ length: 49 }, (_, i) => 5 + (i % 3)), 1e6],
    );
    const [, squared] = answersOf(await grow(rows, { rounds: 100, minRows: 5 }));
    const [, huber] = answersOf(await grow(rows, { rounds: 100, minRows: 5, loss: 'huber' }));
    expect(squared).toBeGreaterThan(10_000);
    expect(huber).toBeLessThan(8);
  });

  it('says that it diverged when slopes are no numbers', async () => {
    const { features, signal } = table(500);
    await expect(grow({ features, targets: signal }, { rounds: 40, learningRate: 1e30 })).rejects.toMatchObject({
      code: 'DIVERGED',
    });
  });

  it('learns from fifty thousand columns and from a hundred thousand words', async () => {
    const random = seededRandom(6);
    const rows = 120;
    const targets = Float32Array.from({ length: rows }, (_, row) => row % 2);
    const wide = Array.from({ length: 50_000 }, (_, column) => ({
      values: Float32Array.from({ length: rows }, (_row, row) => (column === 777 ? (targets[row] ?? 0) : random())),
      isCategorical: false,
    }));
    const { trees } = await grow({ features: wide, targets }, { loss: 'logistic', rounds: 1, minRows: 5 });
    expect(trees[0]?.feature[0]).toBe(777);

    const data = exampleData('binary', 100_000);
    const codes = Int32Array.from({ length: 100_000 }, (_, row) => row);
    const dictionary = Array.from(codes, (code) => `word ${code}`);
    const columns = new Map([...data.train.features.columns, ['word', { kind: 'text' as const, codes, dictionary }]]);
    const train = { ...data.train, features: { rows: 100_000, columns } };
    const fitted = await fitOf(boosting, { ...data, train });
    expect((await scoresOf(fitted.onnx, data.validation.features)).kind).toBe('classes');
  });
});

describe('the parameters of boosting', () => {
  it('reach the graph: counts are never negative, a quantile has its share below', async () => {
    const data = exampleData('regression', 2000);
    const counts = (targets: Float64Array) => targets.map((value) => Math.max(0, Math.round((value - 100) / 5)));
    const counted = {
      ...data,
      train: { ...data.train, targets: counts(data.train.targets) },
      validation: { ...data.validation, targets: counts(data.validation.targets) },
    };
    const fit = (given: Record<string, unknown>, of = data) =>
      inFolder((context) => boosting.fit(of, { rounds: 60, ...given }, context));
    const poisson = numbersOf(await scoresOf((await fit({ loss: 'poisson' }, counted)).onnx, data.train.features));
    expect(Math.min(...poisson)).toBeGreaterThan(0);
    const total = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);
    expect(total(poisson) / total(counted.train.targets)).toBeCloseTo(1, 1);
    const upper = numbersOf(await scoresOf((await fit({ loss: 'quantile', quantile: 0.8 })).onnx, data.train.features));
    const below = data.train.targets.filter((target, row) => target <= (upper[row] ?? 0)).length;
    expect(below / upper.length).toBeGreaterThan(0.7);
    expect(below / upper.length).toBeLessThan(0.9);
  });

  it('choose the rounds of few rows by folds where validation rows were drawn by chance, and by these alone otherwise', async () => {
    const data = exampleData('binary', 240);
    const fit = (of: TrainingData, given: Record<string, unknown> = {}, extra: Partial<FitContext> = {}) =>
      inFolder((context) => boosting.fit(of, given, { ...context, ...extra }));
    const byFolds = await fit({ ...data, isEvenlyDrawn: true });
    expect(byFolds.stoppedBecause).toMatch(/folds/);
    expect(byFolds.refit['patience']).toBe(0);
    // What is told to do it again does it, though the validation rows would have stopped it elsewhere.
    const again = await fit(data, byFolds.refit);
    expect(Buffer.from(again.onnx).equals(Buffer.from(byFolds.onnx))).toBe(true);
    const plain = await fit(data);
    expect(plain.stoppedBecause).toMatch(/no better for 50 rounds/);
    expect(plain.refit['patience']).toBe(50);
    // Who names the rounds, has many rows or wants to end is not kept waiting.
    expect((await fit({ ...data, isEvenlyDrawn: true }, { rounds: 80 })).refit['patience']).toBe(50);
    const asked = { ...data, isEvenlyDrawn: true };
    expect((await fit(asked, {}, { shouldStop: () => true })).stoppedBecause).toMatch(/by hand/);
    await expect(fit(asked, {}, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });

  it('learn little of few rows that say nothing', async () => {
    const { train, validation, ...data } = exampleData('regression', 240);
    const random = seededRandom(3);
    const noise = (rows: LabelledRows): LabelledRows => ({ ...rows, targets: rows.targets.map(() => random()) });
    const fitted = await fitOf(boosting, {
      ...data,
      train: noise(train),
      validation: noise(validation),
      isEvenlyDrawn: true,
    });
    expect(Number(fitted.refit['rounds'])).toBeLessThan(20);
  });

  it('are refused by name where the target does not allow them', async () => {
    const fit = (task: 'binary' | 'regression', given: Record<string, unknown>) =>
      inFolder((context) => boosting.fit(exampleData(task, 300), given, context));
    await expect(fit('binary', { loss: 'poisson' })).rejects.toThrow(/loss/);
    await expect(fit('binary', { monotone: 'word +' })).rejects.toThrow(/no order/);
    await expect(fit('binary', { monotone: 'no such column +' })).rejects.toThrow(/no such column/);
    await expect(fit('binary', { monotone: 'a number' })).rejects.toThrow(/no sign/);
  });

  it('name columns that may only raise or lower the answer', () => {
    expect([...monotoneSigns('age +, net price -', ['age', 'net price'])]).toEqual([
      ['age', 1],
      ['net price', -1],
    ]);
    expect([...monotoneSigns({ 'a, b': -1 }, ['a, b'])]).toEqual([['a, b', -1]]);
  });
});

describe('a forest', () => {
  const params = {
    trees: 12,
    leaves: 64,
    maxDepth: 0,
    minRows: 2,
    featureShare: 0.5,
    isExtra: false,
    isBootstrapped: true,
    seed: 3,
    threads: 1,
  };

  it.each([
    ['few columns a split', { featureShare: 0.5 }],
    ['all columns', { featureShare: 1 }],
    ['a depth', { maxDepth: 5 }],
    ['random cuts', { isExtra: true, isBootstrapped: false }],
  ])('is the same with one thread and with three, and when it goes on from any state (%s)', async (_, given) => {
    const { features, signal } = table(2500);
    const targets = signal.map((value) => (value > 2 ? 2 : value > 0 ? 1 : 0));
    const run = (threads: number, start: ForestState | null, keep: (state: ForestState) => void) =>
      fitForest(
        { features, targets, weights: null, classes: 3 },
        { ...params, ...given, threads },
        (_rounds, state) => {
          keep(deserialize(serialize(state)));
          return true;
        },
        start,
      );
    const states: ForestState[] = [];
    const whole = await run(1, null, (state) => states.push(state));
    expect(await run(3, null, () => undefined)).toEqual(whole);
    for (const at of [0, 4, 10]) expect(await run(2, states[at] ?? null, () => undefined)).toEqual(whole);
  });

  it.each([false, true])('judges each row by trees that had not seen it (random cuts: %s)', async (isExtra) => {
    const { features, signal } = table(3000);
    let state: ForestState | null = null as ForestState | null;
    const ensemble = await fitForest(
      { features, targets: signal, weights: null, classes: 1 },
      { ...params, isExtra, trees: 40 },
      (_rounds, now) => {
        state = now;
        return true;
      },
    );
    const { sums, counts } = state?.outOfBag ?? { sums: new Float64Array(), counts: new Float64Array() };
    // A bootstrap sample leaves out (1 - 1/n)^n of the rows, 36.8 %.
    const share = counts.reduce((sum, count) => sum + count, 0) / (3000 * 40);
    expect(share).toBeCloseTo(Math.exp(-1), 2);
    const error = (answer: (row: number) => number, of: Float32Array): number =>
      of.reduce((sum, value, row) => sum + (value - answer(row)) ** 2, 0) / of.length;
    const outOfBag = error((row) => (sums[row] ?? 0) / (counts[row] ?? 1), signal);
    const fresh = table(3000, 77);
    const scores = rawScores(ensemble, matrix(fresh.features));
    const onFresh = error((row) => scores[row] ?? 0, fresh.signal);
    expect(outOfBag / onFresh).toBeGreaterThan(0.8);
    expect(outOfBag / onFresh).toBeLessThan(1.25);
    const own = rawScores(ensemble, matrix(features));
    // Random cuts follow their own rows less closely.
    expect(error((row) => own[row] ?? 0, signal)).toBeLessThan(outOfBag * (isExtra ? 0.9 : 0.8));
  });
});

describe.each([boosting, forest, extraTrees].map((estimator) => [estimator.algorithm, estimator] as const))(
  '%s that was stopped',
  (_, estimator) => {
    const amount = estimator.algorithm === 'boosting' ? 'rounds' : 'trees';

    it('goes on in its folder to the model of an unbroken fit, and starts anew for another seed', async () => {
      const data = exampleData('binary', 1200);
      const whole = await inFolder((context) => estimator.fit(data, { [amount]: 9 }, context));
      const lines: string[] = [];
      const resumed = await inFolder(
        async (context) => {
          await estimator.fit(data, { [amount]: 4 }, context);
          return estimator.fit(data, { [amount]: 9 }, context);
        },
        { log: (line) => lines.push(line) },
      );
      expect(Buffer.from(resumed.onnx).equals(Buffer.from(whole.onnx))).toBe(true);
      expect(lines).toHaveLength(1);
      const anew = await inFolder(async (context) => {
        await estimator.fit(data, { [amount]: 4 }, context);
        return estimator.fit(data, { [amount]: 9 }, { ...context, seed: 8 });
      });
      const other = await inFolder((context) => estimator.fit(data, { [amount]: 9 }, { ...context, seed: 8 }));
      expect(Buffer.from(anew.onnx).equals(Buffer.from(other.onnx))).toBe(true);
    });
  },
);
