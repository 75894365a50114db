import { describe, expect, it } from 'vitest';
import { compileKernel } from '../../electron/compute/build-kernels.ts';
import { KERNEL_BASE64 } from '../../electron/compute/linear/kernel-binary.ts';
import { elasticNet, lasso } from '../../electron/compute/linear/lasso.ts';
import { leastSquares, ridge } from '../../electron/compute/linear/least-squares.ts';
import type { LinearData } from '../../electron/compute/linear/linear-data.ts';
import { COLLINEAR, SEPARABLE, UNBOUNDED } from '../../electron/compute/linear/linear-fit.ts';
import { logistic } from '../../electron/compute/linear/logistic.ts';
import { multinomial } from '../../electron/compute/linear/multinomial.ts';
import { gamma, poisson } from '../../electron/compute/linear/poisson.ts';
import { quantile } from '../../electron/compute/linear/quantile.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';

const random = seededRandom(5);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const ROWS = 80;
const x = Array.from({ length: ROWS }, () => [normal(), 3 * normal() + 10, Number(random() > 0.7)]);
const signal = x.map(([a = 0, b = 0, c = 0]) => a - 0.3 * (b - 10) + c + normal());
const ANSWERS = {
  number: signal,
  flag: signal.map((value) => Number(value > 0.4)),
  count: signal.map((value) => Math.floor(Math.exp(value / 2))),
  positive: signal.map((value) => Math.exp(value / 3)),
  label: signal.map((value) => (value < -0.5 ? 0 : value < 0.7 ? 1 : 2)),
};

const MODELS: Readonly<
  Record<string, readonly [keyof typeof ANSWERS, (data: LinearData) => { coefficients: unknown; intercept: unknown }]>
> = {
  leastSquares: ['number', (data) => leastSquares(data)],
  ridge: ['number', (data) => ridge(data, { alpha: 2 })],
  lasso: ['number', (data) => lasso(data, { alpha: 0.1 })],
  elasticNet: ['number', (data) => elasticNet(data, { alpha: 0.1, l1Ratio: 0.3 })],
  logistic: ['flag', (data) => logistic(data, { penalty: 'none' })],
  'logistic with l1': ['flag', (data) => logistic(data, { penalty: 'l1', C: 0.5 })],
  multinomial: ['label', (data) => multinomial(data, { C: 2 })],
  'multinomial with l1': ['label', (data) => multinomial(data, { penalty: 'l1', C: 0.5 })],
  poisson: ['count', (data) => poisson(data, { alpha: 0.1 })],
  'poisson with l1': ['count', (data) => poisson(data, { alpha: 0.02, penalty: 'l1' })],
  gamma: ['positive', (data) => gamma(data, { alpha: 0 })],
  quantile: ['number', (data) => quantile(data, { quantile: 0.7 })],
};
const flat = ({ coefficients, intercept }: { coefficients: unknown; intercept: unknown }): number[] =>
  [coefficients, intercept].flatMap((part) =>
    typeof part === 'number'
      ? [part]
      : Array.from(part as Iterable<number | Float64Array>).flatMap((each) =>
          typeof each === 'number' ? [each] : [...each],
        ),
  );
function expectClose(got: readonly number[], wanted: readonly number[]): void {
  expect(got.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(Math.abs((got[i] ?? Number.NaN) - value)).toBeLessThan(1e-7);
}

describe.each(Object.entries(MODELS))('%s', (_, [answer, solve]) => {
  const y = ANSWERS[answer];

  it('takes a whole weight for so many equal rows, and zero for none', () => {
    const weight = x.map((__, row) => row % 3);
    const repeated = x.flatMap((__, row) => new Array<number>(row % 3).fill(row));
    expectClose(
      flat(solve({ x, y, weight })),
      flat(solve({ x: repeated.map((row) => x[row] ?? []), y: repeated.map((row) => y[row] ?? 0) })),
    );
  });

  it('gives a constant column no weight', () => {
    const [plain, beside] = [flat(solve({ x, y })), flat(solve({ x: x.map((row) => [...row, 7]), y }))];
    const outputs = plain.length / 4;
    for (let output = 0; output < outputs; output++) {
      expectClose(beside.slice(output * 4, output * 4 + 3), plain.slice(output * 3, output * 3 + 3));
      expect(beside[output * 4 + 3]).toBeCloseTo(0, 12);
    }
  });

  it('names row, column and value of what is no number, and a weight below zero', () => {
    const broken = x.map((row, index) => (index === 7 ? [row[0] ?? 0, Number.NaN, 1] : row));
    expect(() => solve({ x: broken, y })).toThrow(/Row 7, column 1: NaN/);
    expect(() => solve({ x, y: y.map((value, row) => (row === 4 ? Number.POSITIVE_INFINITY : value)) })).toThrow(
      /Row 4/,
    );
    expect(() => solve({ x, y, weight: x.map((__, row) => (row === 3 ? -1 : 1)) })).toThrow(/Row 3: -1/);
    expect(() => solve({ x, y, weight: x.map(() => 0) })).toThrow(/no row/);
  });
});

describe('without a penalty', () => {
  it('logistic regression says that classes are separable instead of growing for ever', () => {
    const fit = logistic({ x: x.map(([a = 0]) => [a]), y: x.map(([a = 0]) => Number(a > 0)) }, { penalty: 'none' });
    expect(fit.reason).toBe(SEPARABLE);
    expect(fit.standardErrors).toBeUndefined();
    expect(Number.isFinite(fit.coefficients[0])).toBe(true);
  });

  it('Poisson regression says so where no row was counted', () => {
    expect(poisson({ x, y: x.map(() => 0) }, { alpha: 0 }).reason).toBe(UNBOUNDED);
    // The intercept bears no penalty.
    expect(poisson({ x, y: x.map(() => 0) }, { alpha: 1 }).reason).toBe(UNBOUNDED);
  });

  it('of two equal columns each gets half, and no standard error', () => {
    const alone = logistic({ x, y: ANSWERS.flag }, { penalty: 'none' });
    const twice = logistic({ x: x.map((row) => [...row, row[0] ?? 0]), y: ANSWERS.flag }, { penalty: 'none' });
    expect(twice.reason).toBe(COLLINEAR);
    expect(twice.standardErrors).toBeUndefined();
    expect(twice.coefficients[0]).toBeCloseTo((alone.coefficients[0] ?? 0) / 2, 9);
    expect(twice.coefficients[3]).toBeCloseTo((alone.coefficients[0] ?? 0) / 2, 9);
  });

  it('multinomial regression of two classes is logistic regression, halved and with halved errors', () => {
    const two = multinomial({ x, y: ANSWERS.flag }, { penalty: 'none' });
    const one = logistic({ x, y: ANSWERS.flag }, { penalty: 'none' });
    expectClose(
      [...(two.coefficients[1] ?? [])],
      [...one.coefficients].map((value) => value / 2),
    );
    expectClose(
      [...(two.standardErrors?.[1] ?? [])],
      [...(one.standardErrors ?? [])].map((value) => value / 2),
    );
    expectClose([...(two.pValues?.[0] ?? [])], [...(one.pValues ?? [])]);
  });
});

describe('penalties', () => {
  it('settle the classes of columns in units of a billion, where they are next to nothing', () => {
    const scaled = x.map(([a = 0, b = 0, c = 0]) => [a * 1e9, b * 1e-9, c]);
    const fit = multinomial({ x: scaled, y: ANSWERS.label });
    expect(fit.isConverged).toBe(true);
    // As if the column had no penalty and the tiny one were not there.
    const [large, , own] = fit.coefficients[2] ?? [];
    const free = multinomial({ x: x.map(([a = 0, , c = 0]) => [a * 1e3, c]), y: ANSWERS.label });
    expect(large).toBeCloseTo((free.coefficients[2]?.[0] ?? 0) / 1e6, 14);
    expect(own).toBeCloseTo(free.coefficients[2]?.[1] ?? 0, 4);
  });

  it('a lasso at its largest useful strength is a mean, and below it is not', () => {
    const { largestUsefulAlpha } = lasso({ x, y: ANSWERS.number }, { alpha: 1 });
    const mean = ANSWERS.number.reduce((sum, value) => sum + value, 0) / ROWS;
    const none = lasso({ x, y: ANSWERS.number }, { alpha: largestUsefulAlpha * (1 + 1e-12) });
    expect(none.nonZero).toEqual([]);
    expect(none.intercept).toBeCloseTo(mean, 12);
    expect(lasso({ x, y: ANSWERS.number }, { alpha: largestUsefulAlpha * 0.999 }).nonZero).toHaveLength(1);
  });

  it('an objective is no higher than its duality gap says', () => {
    const fit = elasticNet({ x, y: ANSWERS.number }, { alpha: 0.2, l1Ratio: 0.7 });
    expect(fit.dualityGap).toBeLessThan(1e-12);
  });
});

describe('quantile regression', () => {
  it('with an intercept alone is the quantile', () => {
    const y = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
    expect(quantile({ x: y.map(() => []), y }, { quantile: 0.9 }).intercept).toBeCloseTo(90, 9);
  });

  it('leaves the stated share of the rows below it, and passes through as many rows as it has weights', () => {
    for (const level of [0.05, 0.3, 0.5, 0.95]) {
      const fit = quantile({ x, y: ANSWERS.number }, { quantile: level });
      const below = x.filter(
        (row, i) =>
          row.reduce((sum, cell, j) => sum + cell * (fit.coefficients[j] ?? 0), fit.intercept) >
          (ANSWERS.number[i] ?? 0) + 1e-9,
      ).length;
      expect(fit.isVertex).toBe(true);
      expect(fit.residualsAtZero).toBe(4);
      expect(below).toBeLessThanOrEqual(level * ROWS);
      expect(below + 4).toBeGreaterThanOrEqual(level * ROWS);
    }
  });

  it('ends on answers that are full of ties', () => {
    const fit = quantile({ x: x.map(([, , c = 0]) => [c]), y: ANSWERS.label }, { quantile: 0.5 });
    expect(fit.isConverged).toBe(true);
    expect(Number.isInteger(Math.round(fit.intercept * 1e9) / 1e9)).toBe(true);
  });
});

/** The largest part of the gradient of a multinomial model with squared penalties. */
function largestSlope(
  { x, y, weight }: { x: readonly number[][]; y: readonly number[]; weight: readonly number[] },
  C: number,
  { coefficients, intercept }: ReturnType<typeof multinomial>,
): number {
  const slopes = coefficients.map((line) => [0, ...line]);
  for (const [row, cells] of x.entries()) {
    const scores = coefficients.map((line, k) =>
      cells.reduce((sum, value, j) => sum + value * (line[j] ?? 0), intercept[k] ?? 0),
    );
    const powers = scores.map(Math.exp);
    const total = powers.reduce((sum, power) => sum + power, 0);
    for (const [k, slope] of slopes.entries())
      for (const [j, value] of [1, ...cells].entries())
        slope[j] = (slope[j] ?? 0) + C * (weight[row] ?? 0) * ((powers[k] ?? 0) / total - Number(y[row] === k)) * value;
  }
  return Math.max(...slopes.flat().map(Math.abs));
}

describe('a multinomial model whose matrix of curvatures is not made', () => {
  it.each([
    ['numbers', (row: number, j: number) => Math.sin(1 + row * 12.9898 + j * 78.233)],
    ['mostly zeros', (row: number, j: number) => Number(row % 11 === j)],
  ])('of many classes, from %s, is where no weight can be moved for the better', (_, cell) => {
    const [rows, columns, classes] = [600, 9, 40];
    const x = Array.from({ length: rows }, (__, row) => Array.from({ length: columns }, (___, j) => cell(row, j)));
    const y = Array.from({ length: rows }, (__, row) => (row * 7 + Math.floor(row / 5)) % classes);
    const weight = y.map((label) => 1 + (label % 3));
    const fit = multinomial({ x, y, weight }, { C: 0.7, classes });
    expect(fit.isConverged).toBe(true);
    expect(fit.coefficients).toHaveLength(classes);
    expect(largestSlope({ x, y, weight }, 0.7, fit)).toBeLessThan(1e-9);
  });

  it('of few rows that are all but told apart does not take a step that rounding cut short for the end', () => {
    const draw = seededRandom(1);
    const [rows, columns, classes] = [24, 110, 4];
    const x = Array.from({ length: rows }, () => Array.from({ length: columns }, () => draw() + draw() + draw() - 1.5));
    const y = x.map(() => Math.floor(draw() * classes));
    y[0] = 3;
    const weight = y.map(() => 2 * draw());
    const fit = multinomial({ x, y, weight }, { C: 900, classes });
    expect(fit.isConverged).toBe(true);
    expect(largestSlope({ x, y, weight }, 900, fit)).toBeLessThan(2e-10);
  });
});

it('the kernel of products is what its source compiles to', async () => {
  expect(Buffer.from(await compileKernel('products')).toString('base64')).toBe(KERNEL_BASE64);
});
