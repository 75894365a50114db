import { describe, expect, it } from 'vitest';
import { multilabelMetrics } from '../../electron/compute/evaluation/multilabel-metrics.ts';
import type { Frame } from '../../electron/compute/frame/frame.ts';
import type { Scores } from '../../electron/compute/onnx/scorer.ts';
import type { LabelledRows } from '../../electron/compute/train/estimator.ts';
import { ESTIMATORS } from '../../electron/compute/train/estimators.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import type { Task } from '../../shared/contract/models.ts';
import {
  exampleData,
  exampleRows,
  fitOf,
  inFolder,
  numbersOf,
  QUICK,
  scoresOf,
  WORDS,
} from '../helpers/example-fits.ts';

/** Share of right classes, or of variance explained; of several labels the mean area under the curve. */
function quality(scores: Scores, targets: Float64Array, task?: Task): number {
  if (task === 'multilabel' && scores.kind === 'classes') {
    const { classes: labels, probabilities } = scores;
    const rows = { targets, labels, probabilities, weights: null, threshold: 0.5 };
    return multilabelMetrics(rows).find(({ name }) => name === 'rocAuc_macro')?.value ?? 0;
  }
  if (scores.kind === 'classes') {
    let right = 0;
    for (const [row, target] of targets.entries()) {
      const shares = scores.probabilities.subarray(row * scores.classes, (row + 1) * scores.classes);
      if (shares.indexOf(Math.max(...shares)) === target) right += 1;
    }
    return right / targets.length;
  }
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  let [error, total] = [0, 0];
  for (const [row, target] of targets.entries()) {
    error += (target - (scores.predictions[row] ?? 0)) ** 2;
    total += (target - mean) ** 2;
  }
  return 1 - error / total;
}

describe.each(ESTIMATORS.map((estimator) => [estimator.algorithm, estimator] as const))('%s', (_, estimator) => {
  it.each(estimator.tasks)('learns a %s task far better than guessing, and says how it ended', async (task) => {
    const fitted = await fitOf(estimator, exampleData(task));
    const fresh = exampleRows(2000, task, 3);
    expect(quality(await scoresOf(fitted.onnx, fresh.features), fresh.targets, task)).toBeGreaterThan(0.75);
    expect(fitted.stoppedBecause).not.toBe('');
    expect(fitted.rowsSeen).toBeGreaterThan(0);
  });

  it('gives the same model for the same seed, on however many cores', async () => {
    const data = exampleData('binary', 1000);
    const one = await fitOf(estimator, data, { threads: 1 });
    for (const threads of [1, 5])
      expect(Buffer.from((await fitOf(estimator, data, { threads })).onnx).equals(Buffer.from(one.onnx))).toBe(true);
  });

  it('answers numbers for words it never saw, for missing and for infinite values', async () => {
    const fitted = await fitOf(estimator, exampleData('multiclass', 1500));
    const frame: Frame = {
      rows: 4,
      columns: new Map([
        [
          'a number',
          {
            kind: 'number',
            values: Float64Array.of(0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
          },
        ],
        ['b', { kind: 'number', values: Float64Array.of(1e300, Number.NaN, 3, 4) }],
        ['word', { kind: 'text', codes: Int32Array.of(3, -1, 0, 1), dictionary: WORDS }],
      ]),
    };
    const answers = numbersOf(await scoresOf(fitted.onnx, frame));
    for (const answer of answers) expect(Number.isFinite(answer)).toBe(true);
    for (let row = 0; row < 4; row++)
      expect(answers.slice(row * 3, row * 3 + 3).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  });

  it('heeds weights: rows that weigh next to nothing are not learnt', async () => {
    const data = exampleData('binary', 2000);
    const isHeavy = (row: number): boolean => row % 2 === 0;
    const flipped = data.train.targets.map((target, row) => (isHeavy(row) ? target : 1 - target));
    const weights = Float64Array.from(flipped, (_value, row) => (isHeavy(row) ? 1 : 1e-6));
    const fitted = await fitOf(estimator, { ...data, train: { ...data.train, targets: flipped, weights } });
    const fresh = exampleRows(1000, 'binary', 4);
    expect(quality(await scoresOf(fitted.onnx, fresh.features), fresh.targets)).toBeGreaterThan(0.75);
  });

  it('finds more of a rare class when classes are balanced', async () => {
    if (!estimator.tasks.includes('binary')) return;
    const rare = (rows: LabelledRows, seed: number): LabelledRows => {
      const random = seededRandom(seed);
      return { ...rows, targets: rows.targets.map((target) => Number(target === 1 && random() < 0.15)) };
    };
    const data = exampleData('binary', 3000);
    const skewed = { ...data, train: rare(data.train, 1), validation: rare(data.validation, 2) };
    const found = async (balanced: boolean): Promise<number> => {
      const params = { ...QUICK[estimator.algorithm], balanced };
      const fitted = await inFolder((context) => estimator.fit(skewed, params, context));
      expect(fitted.params['balanced'] ?? false).toBe(balanced);
      const scores = numbersOf(await scoresOf(fitted.onnx, exampleRows(1000, 'binary', 6).features));
      return scores.filter((share, cell) => cell % 2 === 1 && share > 0.5).length;
    };
    expect(await found(true)).toBeGreaterThan((await found(false)) + 20);
  });

  it('stops when it is cancelled', async () => {
    await expect(
      inFolder((context, abort) => {
        abort.abort();
        return estimator.fit(exampleData('binary'), QUICK[estimator.algorithm] ?? {}, context);
      }),
    ).rejects.toThrow();
  });

  it('keeps the best so far when it is asked to stop', async () => {
    const fitted = await fitOf(estimator, exampleData('binary', 1500), { shouldStop: () => true });
    expect(fitted.stoppedBecause).toMatch(/by hand|converged/);
    expect((await scoresOf(fitted.onnx, exampleRows(10, 'binary', 5).features)).kind).toBe('classes');
  });

  it('refuses a parameter of the wrong type by its name', async () => {
    const name = estimator.params[0]?.name ?? '';
    await expect(
      inFolder((context) => estimator.fit(exampleData('binary', 300), { [name]: 'many' }, context)),
    ).rejects.toThrow(new RegExp(name));
  });
});

it('a network that was stopped and resumed is bit for bit the unbroken one', async () => {
  const network = ESTIMATORS.find(({ algorithm }) => algorithm === 'network');
  if (!network) throw new Error('no network');
  const data = exampleData('binary', 1200);
  const whole = await inFolder((context) => network.fit(data, { epochs: 6, hidden: [16], patience: 50 }, context));
  const resumed = await inFolder(async (context) => {
    await network.fit(data, { epochs: 3, hidden: [16], patience: 50 }, context);
    return network.fit(data, { epochs: 6, hidden: [16], patience: 50 }, context);
  });
  expect(Buffer.from(resumed.onnx).equals(Buffer.from(whole.onnx))).toBe(true);
});
