import { beforeAll, describe, expect, it } from 'vitest';
import { calibratedModel } from '../../electron/compute/calibration/calibrated-model.ts';
import { type CalibrationMethod, calibrate, learnCalibration } from '../../electron/compute/calibration/calibration.ts';
import { chooseCalibration } from '../../electron/compute/calibration/choose-calibration.ts';
import { averagedModel } from '../../electron/compute/ensembles/averaged-model.ts';
import { learnStack, stackedModel } from '../../electron/compute/ensembles/stacking.ts';
import { sigmoid } from '../../electron/compute/linear/smooth-model.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../../electron/compute/onnx/graph-builder.ts';
import { joinModels } from '../../electron/compute/onnx/joined-models.ts';
import type { Scores } from '../../electron/compute/onnx/scorer.ts';
import { calibrationError } from '../../electron/compute/stats/calibration.ts';
import type { TrainingData } from '../../electron/compute/train/estimator.ts';
import { estimatorOf } from '../../electron/compute/train/estimators.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { CalibrationChoice } from '../../shared/contract/calibration.ts';
import type { Task } from '../../shared/contract/models.ts';
import { exampleData, exampleRows, inFolder, numbersOf, scoresOf } from '../helpers/example-fits.ts';

const PARAMS: Readonly<Record<string, Record<string, unknown>>> = {
  boosting: { rounds: 60 },
  forest: { trees: 10, minRows: 1 },
};
const fitted = async (algorithm: string, data: TrainingData): Promise<Uint8Array> =>
  (await inFolder((context) => estimatorOf(algorithm).fit(data, PARAMS[algorithm] ?? {}, context))).onnx;
const sharesOf = (scores: Scores) => {
  if (scores.kind !== 'classes') throw new Error('no classes');
  return scores;
};
const furthest = (got: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  expect(got.length).toBe(wanted.length);
  return Array.from(got).reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? Number.NaN))), 0);
};

/** Answers that depend on chance too, so that a model can be too sure. */
function noisyData(task: Task): TrainingData {
  const data = exampleData(task, 2500);
  const held = exampleRows(6000, task, 12);
  const random = seededRandom(21);
  const classes = data.classes?.length ?? 0;
  const mixed = (targets: Float64Array): Float64Array =>
    targets.map((target) => (random() < 0.25 ? Math.floor(random() * classes) : target));
  return {
    ...data,
    train: { ...data.train, targets: mixed(data.train.targets) },
    validation: { ...held, targets: mixed(held.targets) },
  };
}

describe.each(['binary', 'multiclass'] as const)('a calibration of a %s model', (task) => {
  const data = noisyData(task);
  const classes = data.classes ?? [];
  const fresh = exampleRows(4000, task, 9).features;
  let onnx = new Uint8Array();
  let held: ReturnType<typeof sharesOf>;
  let plain: ReturnType<typeof sharesOf>;
  beforeAll(async () => {
    onnx = Uint8Array.from(await fitted('forest', data));
    held = sharesOf(await scoresOf(onnx, data.validation.features));
    plain = sharesOf(await scoresOf(onnx, fresh));
  });
  const learnt = (method: CalibrationMethod) =>
    learnCalibration(method, held, { targets: data.validation.targets, weights: null });

  it.each(METHODS)('by %s answers the same inside the graph as outside', async (method) => {
    const calibration = learnt(method);
    const inside = sharesOf(await scoresOf(calibratedModel(onnx, { calibration, classes }), fresh));
    expect(furthest(inside.probabilities, calibrate(calibration, plain))).toBeLessThan(2e-5);
    for (let row = 0; row < 200; row++) {
      const shares = inside.probabilities.subarray(row * classes.length, (row + 1) * classes.length);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(inside.labels[row]).toBe(classes[shares.indexOf(Math.max(...shares))]);
    }
  });

  it('can be put on top of another', async () => {
    const once = calibratedModel(onnx, { calibration: learnt('temperature'), classes });
    const twice = sharesOf(await scoresOf(calibratedModel(once, { calibration: learnt('platt'), classes }), fresh));
    const wanted = calibrate(learnt('platt'), {
      probabilities: calibrate(learnt('temperature'), plain),
      classes: classes.length,
    });
    expect(furthest(twice.probabilities, wanted)).toBeLessThan(2e-5);
  });

  it('is chosen where the model is too sure, and makes it honest on rows it has not seen', () => {
    const { calibration } = chooseCalibration(held, { targets: data.validation.targets, weights: null, seed: 1 });
    if (calibration === null) throw new Error('none chosen');
    const half = Math.floor(data.validation.targets.length / 2);
    const part = (from: number, to?: number) => ({
      ...held,
      probabilities: held.probabilities.slice(
        from * classes.length,
        to === undefined ? undefined : to * classes.length,
      ),
    });
    const learntOnHalf = learnCalibration(calibration.kind, part(0, half), {
      targets: data.validation.targets.slice(0, half),
      weights: null,
    });
    const labels = data.validation.targets.slice(half).map((target) => Number(target === 1));
    const errorOf = (probabilities: ArrayLike<number>) =>
      calibrationError(
        labels,
        Float64Array.from(labels, (_, row) => probabilities[row * classes.length + 1] ?? 0),
      )?.ece ?? Number.NaN;
    expect(errorOf(calibrate(learntOnHalf, part(half)))).toBeLessThan(errorOf(part(half).probabilities));
  });
});

const METHODS = CalibrationChoice.exclude(['none', 'auto']).options;

describe('choosing a calibration', () => {
  it('leaves probabilities alone that are as they should be', () => {
    const random = seededRandom(3);
    const ones = Float64Array.from({ length: 3000 }, () => random());
    const targets = ones.map((p) => Number(random() < p));
    const probabilities = Float64Array.from({ length: 6000 }, (_, i) =>
      i % 2 === 1 ? (ones[i >> 1] ?? 0) : 1 - (ones[i >> 1] ?? 0),
    );
    expect(
      chooseCalibration({ probabilities, classes: 2 }, { targets, weights: null, seed: 1 }).calibration,
    ).toBeNull();
  });

  it('bends where a curve is needed, and divides where a number is enough', () => {
    const random = seededRandom(4);
    const chosen = (truth: (p: number) => number) => {
      const ones = Float64Array.from({ length: 5000 }, () => random());
      const targets = ones.map((p) => Number(random() < truth(p)));
      const probabilities = Float64Array.from({ length: 10_000 }, (_, i) =>
        i % 2 === 1 ? (ones[i >> 1] ?? 0) : 1 - (ones[i >> 1] ?? 0),
      );
      return chooseCalibration({ probabilities, classes: 2 }, { targets, weights: null, seed: 1 }).calibration?.kind;
    };
    expect(chosen((p) => sigmoid(Math.log(p / (1 - p)) / 3))).toBe('temperature');
    expect(chosen((p) => sigmoid(Math.log(p / (1 - p)) / 2 - 1))).toBe('platt');
    expect(chosen((p) => (p < 0.5 ? 0.1 : p < 0.9 ? 0.2 : 0.9))).toBe('isotonic');
  });

  it.each(METHODS)('by %s is never surer than one mistake in its rows, where there was none', (method) => {
    const rows = 1200;
    const probabilities = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 0.7 : 0.3));
    const targets = Float64Array.from({ length: rows }, (_, row) => row % 2);
    const learnt = learnCalibration(method, { probabilities, classes: 2 }, { targets, weights: null });
    const [, surest = 0] = calibrate(learnt, { probabilities: [0.7, 0.3], classes: 2 });
    expect(surest).toBeGreaterThan(1 / (3 * rows));
    expect(surest).toBeLessThan(1 / 100);
  });

  it('says that there are too few rows', () => {
    expect(
      chooseCalibration({ probabilities: [0.5, 0.5], classes: 2 }, { targets: [1], weights: null, seed: 1 }),
    ).toMatchObject({
      calibration: null,
      reason: expect.stringMatching(/too few/),
    });
  });
});

describe.each(['binary', 'multiclass', 'regression'] as const)('models of a %s task', (task) => {
  const data = exampleData(task, 1200);
  const fresh = exampleRows(500, task, 9);
  let models: Uint8Array[] = [];
  let answers: Scores[] = [];
  beforeAll(async () => {
    models = [await fitted('linear', data), await fitted('boosting', data), await fitted('forest', data)];
    answers = await Promise.all(models.map((onnx) => scoresOf(onnx, fresh.features)));
  });

  it('answer their mean as one model', async () => {
    const mean = await scoresOf(averagedModel(models, data.classes), fresh.features);
    const parts = answers.map(numbersOf);
    const wanted = numbersOf(mean).map((_, i) => parts.reduce((sum, part) => sum + (part[i] ?? 0), 0) / parts.length);
    expect(furthest(numbersOf(mean), wanted) / Math.max(1, ...wanted.map(Math.abs))).toBeLessThan(1e-6);
    if (mean.kind === 'classes')
      for (let row = 0; row < 50; row++) {
        const shares = mean.probabilities.subarray(row * mean.classes, (row + 1) * mean.classes);
        expect(mean.labels[row]).toBe(data.classes?.[shares.indexOf(Math.max(...shares))]);
      }
  });

  it('are weighed by a stack of 300 held-out rows, which is near the best of them', async () => {
    const held = await Promise.all(models.map((onnx) => scoresOf(onnx, data.validation.features)));
    const stack = learnStack(held, { targets: data.validation.targets, weights: null });
    const scores = await scoresOf(stackedModel(models, { stack, classes: data.classes }), fresh.features);
    const loss = (of: Scores): number =>
      fresh.targets.reduce(
        (sum, target, row) =>
          sum +
          (of.kind === 'classes'
            ? -Math.log(Math.max(of.probabilities[row * of.classes + target] ?? 0, 1e-6))
            : (target - (of.predictions[row] ?? 0)) ** 2),
        0,
      ) / fresh.targets.length;
    expect(loss(scores)).toBeLessThan(1.2 * Math.min(...answers.map(loss)));
  });
});

describe('joining', () => {
  it('holds equal weights once, and answers as each model does', async () => {
    const data = exampleData('binary', 400);
    const models = [await fitted('network', data), await fitted('network', data)];
    const fresh = exampleRows(200, 'binary', 3).features;
    const [alone] = models;
    if (!alone) throw new Error('no model');
    const mean = averagedModel(models, data.classes);
    expect(mean.length).toBeLessThan(1.6 * alone.length);
    const wanted = sharesOf(await scoresOf(alone, fresh)).probabilities;
    expect(furthest(sharesOf(await scoresOf(mean, fresh)).probabilities, wanted)).toBeLessThan(1e-6);
  });

  const single = (name: string, type: typeof FLOAT | typeof STRING, opset = 17, axes = false): Uint8Array => {
    const graph = new GraphBuilder('t', [name]);
    const value = type === FLOAT ? name : graph.add('Cast', [graph.add('Identity', [name])], { to: FLOAT });
    const kept = axes ? graph.add('ReduceMax', [value], { axes: [1], keepdims: 1 }) : value;
    graph.add('Add', [kept, graph.float(1)], {}, { output: 'prediction' });
    return modelBytes(
      graph.graph('one', [makeValueInfo(name, type, ['N', 1])], [makeValueInfo('prediction', FLOAT, ['N', 1])]),
      opset,
    );
  };
  const rows = (name: string) => ({
    rows: 3,
    columns: new Map([[name, { kind: 'number' as const, values: Float64Array.of(1, 2, 3) }]]),
  });

  it.each(['model', 'model0_t0', 'joined_0', 'größe'])(
    'keeps an input called %s apart from its own names',
    async (name) => {
      const mean = await scoresOf(averagedModel([single(name, FLOAT), single(name, FLOAT)], null), rows(name));
      expect([...numbersOf(mean)]).toEqual([2, 3, 4]);
    },
  );

  it('raises the version of operators that mean the same', async () => {
    const mean = await scoresOf(averagedModel([single('x', FLOAT), single('x', FLOAT, 20)], null), rows('x'));
    expect([...numbersOf(mean)]).toEqual([2, 3, 4]);
  });

  it('refuses columns of two types, and operators that changed', () => {
    expect(() => joinModels([single('x', FLOAT), single('x', STRING)])).toThrow(/"x" as different types/);
    expect(() => joinModels([single('x', FLOAT, 17, true), single('x', FLOAT, 20)])).toThrow(/ReduceMax/);
    expect(() => joinModels([Uint8Array.of(1, 2, 3)])).toThrow(/no ONNX file/);
  });
});
