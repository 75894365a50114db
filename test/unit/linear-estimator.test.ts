import { describe, expect, it } from 'vitest';
import type { LabelledRows, TrainingData } from '../../electron/compute/train/estimator.ts';
import { estimatorOf } from '../../electron/compute/train/estimators.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import type { LinearInspection } from '../../shared/contract/model-inspection.ts';
import { exampleData, inFolder, numbersOf, scoresOf } from '../helpers/example-fits.ts';
import { manyWordsData } from '../helpers/many-words.ts';

const linear = estimatorOf('linear');
const fitted = async (data: TrainingData, params: Record<string, unknown>) => {
  const fit = await inFolder((context) => linear.fit(data, params, context));
  if (fit.inspection?.kind !== 'linear') throw new Error('no inspection');
  return { ...fit, inspection: fit.inspection };
};
const weightOf = ({ outputs }: LinearInspection, column: string, word: string | null = null) =>
  outputs[0]?.weights.find((each) => each.column === column && each.word === word);

/** Rows whose answer is a line of a number and a word, with noise of one. */
function rowsOfLine(count: number, seed: number): LabelledRows {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const size = Float64Array.from({ length: count }, () => 100 + 10 * normal());
  const codes = Int32Array.from({ length: count }, (_, row) => (row % 5 === 0 ? 1 : 0));
  return {
    features: {
      rows: count,
      columns: new Map([
        ['size', { kind: 'number' as const, values: size }],
        ['shop', { kind: 'text' as const, codes, dictionary: ['north', 'south'] }],
      ]),
    },
    targets: Float64Array.from(size, (value, row) => 50 + 0.3 * value + 4 * (codes[row] ?? 0) + normal()),
    weights: null,
  };
}
const line: TrainingData = {
  task: 'regression',
  classes: null,
  columns: [
    { name: 'size', type: 'number' },
    { name: 'shop', type: 'text' },
  ],
  train: rowsOfLine(2000, 3),
  validation: rowsOfLine(10, 4),
};

describe('a linear model without a penalty', () => {
  it('tells weights in units of the data, with standard errors that hold the truth', async () => {
    const { inspection } = await fitted(line, { penalty: 'none' });
    expect(inspection).toMatchObject({ link: 'identity', loss: 'squared', solver: 'exact', reason: null });
    const size = weightOf(inspection, 'size');
    expect(Math.abs((size?.perUnit ?? 0) - 0.3)).toBeLessThan(0.01);
    // One standard deviation is ten units: s / sqrt(n) is the textbook's standard error of its weight.
    expect(size?.standardError).toBeCloseTo(1 / Math.sqrt(2000), 3);
    const south = weightOf(inspection, 'shop', 'south');
    expect(south?.lower ?? 9).toBeLessThan(4);
    expect(south?.upper ?? 0).toBeGreaterThan(4);
    expect(south?.pValue).toBeLessThan(1e-50);
    expect(weightOf(inspection, 'shop', 'north')).toMatchObject({ isReference: true, weight: 0, standardError: null });
  });

  it('says why there are no standard errors with one', async () => {
    const { inspection } = await fitted(line, {});
    expect(inspection.reason).toMatch(/penalty/);
    expect(weightOf(inspection, 'size')?.standardError).toBeNull();
  });

  it('leaves out the error of a word whose rows all have one answer, and tells the others', async () => {
    const data = exampleData('binary');
    const word = data.train.features.columns.get('word');
    const targets = data.train.targets.map((target, row) =>
      word?.kind === 'text' && word.codes[row] === 2 ? 1 : target,
    );
    const { inspection } = await fitted({ ...data, train: { ...data.train, targets } }, { penalty: 'none' });
    expect(inspection.reason).toMatch(/word/);
    expect(weightOf(inspection, 'word', 'blue')?.standardError).toBeNull();
    expect(weightOf(inspection, 'a number')?.standardError).toBeGreaterThan(0);
  });

  it('tells contrasts of each class to their average for several classes', async () => {
    const { inspection } = await fitted(exampleData('multiclass'), { penalty: 'none' });
    expect(inspection.link).toBe('softmax');
    expect(inspection.outputs.map(({ label }) => label)).toEqual(['low', 'middle', 'high']);
    const sum = inspection.outputs.reduce(
      (total, { weights }) => total + (weights.find(({ column }) => column === 'a number')?.weight ?? Number.NaN),
      0,
    );
    expect(sum).toBeCloseTo(0, 9);
    for (const { weights } of inspection.outputs) expect(weights[0]?.standardError).toBeGreaterThan(0);
  });
});

describe('losses of a linear model', () => {
  const counts: TrainingData = {
    ...line,
    train: { ...line.train, targets: line.train.targets.map((value) => Math.max(0, Math.round(value - 78))) },
  };

  it('with counts answers their mean, above zero, through a logarithm', async () => {
    const { onnx, inspection } = await fitted(counts, { loss: 'poisson', penalty: 'none' });
    expect(inspection.link).toBe('log');
    const answers = numbersOf(await scoresOf(onnx, counts.train.features));
    expect(Math.min(...answers)).toBeGreaterThan(0);
    // The score equations of a free intercept: predicted and counted add up.
    const [predicted, counted] = [answers, counts.train.targets].map((list) =>
      [...list].reduce((sum, value) => sum + value, 0),
    );
    expect((predicted ?? 0) / (counted ?? 1)).toBeCloseTo(1, 5);
  });

  it('with a quantile leaves that share of the answers below', async () => {
    const { onnx } = await fitted(line, { loss: 'quantile', quantile: 0.8 });
    const answers = numbersOf(await scoresOf(onnx, line.train.features));
    const below = line.train.targets.filter((target, row) => target < (answers[row] ?? 0)).length;
    expect(below / 2000).toBeCloseTo(0.8, 2);
  });

  it('with l1 drops columns that tell nothing', async () => {
    const { inspection } = await fitted(line, { penalty: 'l1', strength: 900 });
    expect(weightOf(inspection, 'size')?.weight).toBeGreaterThan(0);
    expect(weightOf(inspection, 'shop', 'south')?.weight).toBe(0);
  });

  it.each([
    [{ loss: 'poisson' }, /Row \d+ of the training rows: a count cannot be/],
    [{ loss: 'quantile', penalty: 'elasticNet' }, /penalty: elasticNet is not for quantiles/],
  ])('refuses what cannot be: %j', async (params, message) => {
    const negative = { ...line, train: { ...line.train, targets: line.train.targets.map((value) => value - 80) } };
    await expect(fitted(negative, params)).rejects.toThrow(message);
  });

  it('refuses counts of classes', async () => {
    await expect(fitted(exampleData('binary'), { loss: 'poisson' })).rejects.toThrow(/loss: poisson is for numbers/);
  });
});

describe('the two solvers', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)('agree on a %s task', async (task) => {
    const data = exampleData(task, 600);
    // So many words that the exact solver steps back.
    const many = manyWordsData(data, { p: 1, q: 1, r: 1, s: 1, t: 1, u: 1, v: 1, w: 1, x: 1 });
    const iterative = await fitted(many, { strength: 1000 });
    const exact = await fitted(data, { strength: 1000 });
    expect(iterative.inspection.solver).toBe('iterative');
    expect(exact.inspection.solver).toBe('exact');
    expect(iterative.inspection.outputs.length).toBe(exact.inspection.outputs.length);
    // Under so strong a penalty the words of single rows weigh next to nothing.
    const weight = (from: LinearInspection) => weightOf(from, 'a number')?.weight ?? 0;
    expect(Math.abs(weight(iterative.inspection) / weight(exact.inspection) - 1)).toBeLessThan(0.05);
  });
});
