import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { multilabelMetrics } from '../../electron/compute/evaluation/multilabel-metrics.ts';
import type { Frame } from '../../electron/compute/frame/frame.ts';
import { rSquared } from '../../electron/compute/stats/regression-metrics.ts';
import { DETECTORS } from '../../electron/compute/train/detectors.ts';
import type { FitContext, LabelledRows, TrainingData } from '../../electron/compute/train/estimator.ts';
import { ESTIMATORS, estimatorOf, FINE_TUNE, IMAGE_ESTIMATORS } from '../../electron/compute/train/estimators.ts';
import { labelAt, packLabels } from '../../electron/compute/train/label-sets.ts';
import { OPTIMISERS } from '../../electron/compute/train/optimisers/optimisers.ts';
import { TRAINING_SCHEDULES } from '../../electron/compute/train/optimisers/training-schedules.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import type { Task } from '../../shared/contract/models.ts';
import { EVERY_ESTIMATOR } from '../helpers/estimators/every-estimator.ts';
import { exportedAnswers, labelsOf } from '../helpers/estimators/exported-answers.ts';
import { fitKeepingCheckpoints } from '../helpers/estimators/kept-checkpoints.ts';
import type {
  EndedFit,
  Property,
  TestedEstimator,
  TestedFit,
  TestedTask,
} from '../helpers/estimators/tested-estimator.ts';
import { contextIn, exampleData, exampleRows, inFolder, numbersOf, QUICK, scoresOf } from '../helpers/example-fits.ts';
import { once } from '../helpers/once.ts';
import { rankingArea } from '../helpers/ranking-area.ts';

const ROWS = 10_000;

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'drydock-conformance-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

let folders = 0;
const ownFolder = (): string => join(root, String(folders++));

/** Share of right classes, of variance explained, or the area under the curve: of several labels their mean. */
function quality(task: TestedTask, numbers: Float32Array, { targets }: LabelledRows): number {
  if (task === 'anomaly') return rankingArea(targets, numbers);
  const width = numbers.length / targets.length;
  if (task === 'multilabel') {
    const rows = { targets, labels: width, probabilities: Float64Array.from(numbers), weights: null, threshold: 0.5 };
    return multilabelMetrics(rows).find(({ name }) => name === 'rocAuc_macro')?.value ?? 0;
  }
  if (task !== 'regression') {
    const isRight = (target: number, row: number): boolean => {
      const shares = numbers.subarray(row * width, (row + 1) * width);
      return shares.indexOf(Math.max(...shares)) === target;
    };
    return targets.filter(isRight).length / targets.length;
  }
  return rSquared({ truth: targets, predicted: numbers, weights: null }) ?? 0;
}

/** The rows with every third answer turned into a wrong one, which weighs next to nothing. */
function spoilt({ task, classes, train }: TrainingData): LabelledRows {
  const mean = train.targets.reduce((sum, value) => sum + value, 0) / train.targets.length;
  const wrong = (target: number): number => {
    if (task === 'regression') return 3 * mean - 2 * target;
    if (task === 'multilabel')
      return packLabels([0, 1].map((k) => Float64Array.of(1 - labelAt(target, k))))[0] ?? target;
    return (target + 1) % (classes?.length ?? 2);
  };
  const isSpoilt = (row: number): boolean => Math.floor(row / 6) % 3 === 0;
  return {
    ...train,
    targets: train.targets.map((target, row) => (isSpoilt(row) ? wrong(target) : target)),
    weights: train.targets.map((_, row) => (isSpoilt(row) ? 1e-6 : 1)),
  };
}

const expectSameModel = (one: TestedFit, other: TestedFit): void => {
  expect(Buffer.from(one.onnx).equals(Buffer.from(other.onnx))).toBe(true);
  expect(one.stoppedBecause).toBe(other.stoppedBecause);
};

/** What a fit that goes on in a copy of a folder comes to, and what it logged. */
async function resumedFrom(
  from: string,
  learn: (context: FitContext) => Promise<TestedFit>,
  extra: Partial<FitContext> = {},
): Promise<{ readonly fitted: TestedFit; readonly log: string }> {
  const folder = ownFolder();
  await cp(from, folder, { recursive: true });
  const log: string[] = [];
  const fitted = await learn(contextIn(folder, { ...extra, log: (line) => log.push(line) }));
  return { fitted, log: log.join() };
}

/** Answers that mean something: numbers, and of classes shares that add up. */
async function expectAnswers(task: TestedTask, { fitted, data }: EndedFit, frame: Frame): Promise<Float32Array> {
  const { numbers } = await exportedAnswers(fitted.onnx, frame, []);
  const width = numbers.length / frame.rows;
  expect(numbers.length).toBeGreaterThanOrEqual(frame.rows);
  for (const number of numbers) expect(Number.isFinite(number)).toBe(true);
  if (task === 'binary' || task === 'multiclass') {
    expect(width).toBe(data.classes?.length);
    for (let row = 0; row < frame.rows; row++)
      expect(numbers.slice(row * width, (row + 1) * width).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  }
  return numbers;
}

/** A frame of the example's columns, in each of whose rows one column is what is asked for; in the last row all are. */
function rowsWithout(frame: Frame, kind: 'number' | 'text', code: number, dictionary: readonly string[]): Frame {
  const names = [...frame.columns]
    .filter(([, column]) => kind === 'number' || column.kind === 'text')
    .map(([name]) => name);
  const isAsked = (name: string, row: number): boolean => row === names.length || names[row] === name;
  return {
    rows: names.length + 1,
    columns: new Map(
      [...frame.columns].map(([name, column]) => [
        name,
        column.kind === 'number'
          ? {
              ...column,
              values: Float64Array.from({ length: names.length + 1 }, (_, row) =>
                isAsked(name, row) && kind === 'number' ? Number.NaN : (column.values[1] ?? 0),
              ),
            }
          : {
              kind: 'text' as const,
              codes: Int32Array.from({ length: names.length + 1 }, (_, row) => (isAsked(name, row) ? code : 0)),
              dictionary: [column.dictionary[0] ?? '', ...dictionary],
            },
      ]),
    ),
  };
}

describe.each(EVERY_ESTIMATOR.map((estimator) => [estimator.name, estimator] as const))('%s', (_name, estimator) => {
  describe.each(estimator.tasks)('of a %s task', (task) => {
    conform(estimator, task);
  });

  it('keeps the best so far when it is asked to stop', async (context) => {
    if (estimator.hearsLate !== undefined) return context.skip(estimator.hearsLate);
    const [task = 'binary'] = estimator.tasks;
    const data = await estimator.data(task);
    const fitted = await inFolder((one) => estimator.fit(data, estimator.params, one), { shouldStop: () => true });
    expect(fitted.stoppedBecause).toMatch(/by hand|converged/);
    const { features } = estimator.fresh(task);
    const { numbers } = await exportedAnswers(fitted.onnx, features, []);
    expect(numbers.length).toBeGreaterThanOrEqual(features.rows);
    for (const number of numbers) expect(Number.isFinite(number)).toBe(true);
  });

  it('refuses a parameter of the wrong type by its name', async () => {
    const data = await estimator.data(estimator.tasks[0] ?? 'binary');
    for (const { name, type } of recordOf(estimator).params.slice(0, 3)) {
      const wrong = { ...estimator.params, [name]: type === 'integers' ? 'many' : ['many'] };
      await expect(inFolder((context) => estimator.fit(data, wrong, context))).rejects.toThrow(new RegExp(name));
    }
  });
});

const RECORDS = [...ESTIMATORS, ...IMAGE_ESTIMATORS, FINE_TUNE, ...DETECTORS];
function recordOf({ algorithm }: TestedEstimator) {
  const record = RECORDS.find((one) => one.algorithm === algorithm);
  if (record) return record;
  throw new RangeError(`There is no record "${algorithm}".`);
}

describe('this suite', () => {
  it.each(RECORDS.map((record) => [record.algorithm, record] as const))(
    'has %s, for all of its tasks',
    (algorithm, record) => {
      const tested = EVERY_ESTIMATOR.filter((estimator) => estimator.algorithm === algorithm);
      const tasks = 'tasks' in record ? record.tasks : ['anomaly'];
      for (const task of tasks)
        expect(tested.some((estimator) => estimator.tasks.some((one) => one === task))).toBe(true);
    },
  );

  it('has a name for each', () => {
    expect(new Set(EVERY_ESTIMATOR.map(({ name }) => name)).size).toBe(EVERY_ESTIMATOR.length);
  });
});

describe.each(ESTIMATORS.map((estimator) => [estimator.algorithm, estimator] as const))(
  '%s',
  (algorithm, estimator) => {
    it('finds more of a rare class when classes are balanced', async () => {
      const rare = (rows: LabelledRows, seed: number): LabelledRows => {
        const random = seededRandom(seed);
        return { ...rows, targets: rows.targets.map((target) => Number(target === 1 && random() < 0.15)) };
      };
      const data = exampleData('binary', 3000);
      const skewed = { ...data, train: rare(data.train, 1), validation: rare(data.validation, 2) };
      const found = async (balanced: boolean): Promise<number> => {
        const fitted = await inFolder((context) => estimator.fit(skewed, { ...QUICK[algorithm], balanced }, context));
        expect(fitted.params['balanced'] ?? false).toBe(balanced);
        const scores = numbersOf(await scoresOf(fitted.onnx, exampleRows(1000, 'binary', 6).features));
        return scores.filter((share, cell) => cell % 2 === 1 && share > 0.5).length;
      };
      expect(await found(true)).toBeGreaterThan((await found(false)) + 20);
    });
  },
);

/** Puts an estimator through every property for a task; one fit, every checkpoint of it kept, serves most of them. */
function conform(estimator: TestedEstimator, task: TestedTask): void {
  const learn = (data: TrainingData, context: FitContext): Promise<TestedFit> =>
    estimator.fit(data, estimator.params, context);
  const whole = once(async () => {
    const data = await estimator.data(task);
    const folder = await mkdtemp(join(root, 'whole-'));
    const shared = { cacheFolder: ownFolder() };
    const kept = ownFolder();
    const { fitted, checkpoints } = await fitKeepingCheckpoints(
      (context) => learn(data, context),
      contextIn(folder, shared),
      kept,
    );
    return { data, fitted, folder, checkpoints, shared };
  });
  const property = (name: Property, says: string, test: () => Promise<void>): void => {
    const reason = estimator.lacks[name];
    if (reason === undefined) it(`${name}: ${says}`, test);
    else it(`${name}: does not apply. ${reason}`, (context) => context.skip(reason));
  };

  property('fit', 'learns far better than guessing, and says how it ended', async () => {
    const { fitted } = await whole();
    const fresh = estimator.fresh(task);
    const { numbers } = await exportedAnswers(fitted.onnx, fresh.features, []);
    expect(quality(task, numbers, fresh)).toBeGreaterThan(estimator.leastQuality);
    expect(fitted.stoppedBecause).not.toBe('');
    if (task !== 'anomaly') expect(fitted.rowsSeen).toBeGreaterThan(0);
  });

  property(
    'seed',
    'gives the same model for the same seed, on however many cores, however fast the clock goes',
    async () => {
      const { data, fitted } = await whole();
      expectSameModel(await inFolder((context) => learn(data, context), { threads: 3 }), fitted);
    },
  );

  property('weights', 'does not learn rows that weigh next to nothing', async () => {
    const data = await estimator.data(task);
    const fitted = await inFolder((context) => learn({ ...data, train: spoilt(data) }, context));
    const fresh = estimator.fresh(task);
    const { numbers } = await exportedAnswers(fitted.onnx, fresh.features, []);
    expect(quality(task, numbers, fresh)).toBeGreaterThan(estimator.leastQuality);
  });

  property('missing values', 'answers where any column is missing, or all are', async () => {
    const ended = await whole();
    await expectAnswers(task, ended, rowsWithout(ended.data.train.features, 'number', -1, []));
  });

  property('unknown categories', 'answers for words it never saw, for each of them the same', async () => {
    const ended = await whole();
    const { features } = ended.data.train;
    const words = ['never seen', '名前 "quoted"'];
    const [one, other] = await Promise.all(
      [1, 2].map((code) => expectAnswers(task, ended, rowsWithout(features, 'text', code, words))),
    );
    expect(one).toEqual(other);
  });

  property('export equality', `ONNX Runtime answers on ${ROWS} random rows as the model that was learnt`, async () => {
    const ended = await whole();
    const frame = await estimator.randomRows(ended, ROWS);
    expect(frame.rows).toBe(ROWS);
    const answers = await estimator.answers(ended, frame);
    const exported = await exportedAnswers(
      ended.fitted.onnx,
      frame,
      task === 'multilabel' ? (ended.data.classes ?? []) : [],
    );
    expect(exported.numbers.length).toBe(answers.length);
    let furthest = 0;
    for (const [at, answer] of answers.entries())
      furthest = Math.max(furthest, Math.abs(answer - (exported.numbers[at] ?? Number.NaN)) / (1 + Math.abs(answer)));
    expect(furthest).toBeLessThan(estimator.tolerance);
    const labels = labelsOf(task, ended, answers);
    expect(exported.labels.length).toBe(labels.length);
    const apart = labels.filter(
      ({ label, margin }, at) => margin > 4 * estimator.tolerance && label !== exported.labels[at],
    );
    expect(apart).toEqual([]);
  });

  property('cancel', 'ends soon when it is cancelled, before it begins and while it learns', async () => {
    const data = await estimator.data(task);
    await expect(
      inFolder((context, abort) => {
        abort.abort();
        return learn(data, context);
      }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    if (estimator.hearsLate !== undefined) return;
    let after = 0;
    await expect(
      inFolder((context, abort) => {
        const heard = (): void => {
          after += Number(abort.signal.aborted);
          abort.abort();
        };
        const shouldStop = (): boolean => {
          abort.abort();
          return false;
        };
        return learn(data, { ...context, measure: heard, shouldStop });
      }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(after).toBeLessThan(2);
  });

  property(
    'resume',
    estimator.startsAnew === undefined
      ? 'goes on from its first, a middle and its last checkpoint to the model of the unbroken fit'
      : `starts anew to the model of the unbroken fit. ${estimator.startsAnew}`,
    async () => {
      const { data, fitted, checkpoints, shared } = await whole();
      const resumed = async (from: string): Promise<TestedFit> => {
        const again = await resumedFrom(from, (context) => learn(data, context), shared);
        if (estimator.startsAnew === undefined) expect(again.log).toContain('resumed');
        return again.fitted;
      };
      if (estimator.startsAnew === undefined) {
        expect(checkpoints.length).toBeGreaterThan(2);
        for (const at of [0, Math.floor(checkpoints.length / 2), checkpoints.length - 1])
          expectSameModel(await resumed(checkpoints[at] ?? ''), fitted);
        return;
      }
      expect(checkpoints).toEqual([]);
      const broken = await mkdtemp(join(root, 'broken-'));
      const stop = new Error('broken off');
      const fail = (): never => {
        throw stop;
      };
      if (estimator.hearsLate === undefined)
        await expect(learn(data, contextIn(broken, { measure: fail }))).rejects.toBe(stop);
      expectSameModel(await resumed(broken), fitted);
    },
  );
}

/** Forms of a fit that remember more than those above from one round or epoch to the next. */
const REMEMBERING: readonly (readonly [string, Task, Readonly<Record<string, unknown>>])[] = [
  ...OPTIMISERS.map(
    ({ name }, at) =>
      [
        'network',
        'binary',
        {
          optimiser: name,
          schedule: TRAINING_SCHEDULES[at % TRAINING_SCHEDULES.length]?.name,
          ...(['sgd', 'rmsprop'].includes(name) ? { momentum: 0.9 } : {}),
        },
      ] as const,
  ),
  ...TRAINING_SCHEDULES.map(({ name }) => ['network', 'regression', { schedule: name, clipNorm: 1 }] as const),
  ['network', 'regression', { optimiser: 'sgd', momentum: 0.9, nesterov: true, loss: 'huber' }],
  ...(['poisson', 'quantile', 'absolute', 'huber'] as const).map(
    (loss) => ['boosting', 'regression', { loss, rowShare: 0.7, featureShare: 0.7 }] as const,
  ),
  ['boosting', 'multiclass', { rowShare: 0.5 }],
  ['boosting', 'binary', { monotone: 'a number +' }],
  ['forest', 'regression', { featureShare: 0.5, trees: 9 }],
];

describe('resume: goes on from every checkpoint to the model of the unbroken fit', () => {
  it.each(REMEMBERING)('%s of a %s task with %j', async (algorithm, task, params) => {
    const estimator = estimatorOf(algorithm);
    const short = algorithm === 'network' ? { epochs: 5, hidden: [8] } : algorithm === 'boosting' ? { rounds: 6 } : {};
    const data = exampleData(task, 400);
    const learn = (context: FitContext) => estimator.fit(data, { ...short, ...params }, context);
    const whole = await mkdtemp(join(root, 'whole-'));
    const { fitted, checkpoints } = await fitKeepingCheckpoints(learn, contextIn(whole), ownFolder());
    expect(checkpoints.length).toBeGreaterThan(2);
    for (const from of checkpoints) {
      const resumed = await resumedFrom(from, learn);
      expect(resumed.log).toContain('resumed');
      expectSameModel(resumed.fitted, fitted);
    }
  });
});
