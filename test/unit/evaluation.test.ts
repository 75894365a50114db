import { describe, expect, it } from 'vitest';
import { evaluateRows } from '../../electron/compute/evaluation/evaluate-rows.ts';
import { answersOf } from '../../electron/compute/evaluation/frame-answers.ts';
import type { EvaluationInput } from '../../electron/compute/evaluation/scored-rows.ts';
import { newcombeInterval } from '../../electron/compute/stats/two-proportions.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';

const ROWS = 800;
const random = seededRandom(3);
const chance = Float32Array.from({ length: ROWS }, () => random());
const labels = Float64Array.from(chance, (p) => Number(random() < p));
const group = Int32Array.from({ length: ROWS }, (_, row) => (row % 3 === 0 ? 1 : 0));
const none = { rows: ROWS, columns: new Map() };

const binary = (more: Partial<EvaluationInput> = {}): EvaluationInput => ({
  task: 'binary',
  classes: ['no', 'yes'],
  targets: labels,
  scores: {
    kind: 'classes',
    classes: 2,
    labels: [],
    probabilities: Float32Array.from({ length: 2 * ROWS }, (_, i) =>
      i % 2 === 1 ? (chance[(i - 1) / 2] ?? 0) : 1 - (chance[i / 2] ?? 0),
    ),
  },
  trainingTargets: labels,
  linear: null,
  groups: {
    rows: ROWS,
    columns: new Map([['sex', { kind: 'text', codes: group, dictionary: ['f', 'm'] } as const]]),
  },
  threshold: null,
  sliceColumns: null,
  ...more,
});

describe('answers that are no finite number', () => {
  it('are missing where they are the truth', () => {
    const values = Float64Array.of(1, Number.POSITIVE_INFINITY, Number.NaN, -2);
    const frame = { rows: 4, columns: new Map([['y', { kind: 'number', values } as const]]) };
    const found = answersOf(frame, { task: 'regression', target: { column: 'y', over: null }, classes: null });
    expect([...found]).toEqual([1, Number.NaN, Number.NaN, -2]);
  });

  const spoilt = (value: number) => {
    const { scores } = binary();
    if (scores.kind !== 'classes') throw new RangeError('Two classes have probabilities.');
    return binary({ scores: { ...scores, probabilities: scores.probabilities.with(2 * 41 + 1, value) } });
  };

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('such as %d are refused by their row, not judged', (value) => {
    expect(() => evaluateRows(spoilt(value))).toThrowError(
      expect.objectContaining({
        code: 'MODEL_INVALID',
        message: `The model answers ${value} for row 42 of those scored; so it does for 1 of 800 rows.`,
      }),
    );
  });
});

const regression = (more: Partial<EvaluationInput> = {}): EvaluationInput => ({
  ...binary(),
  task: 'regression',
  classes: null,
  targets: Float64Array.from(chance, (p) => 10 + 5 * p + random()),
  scores: { kind: 'numbers', predictions: chance.map((p) => 10.4 + 5 * p) },
  groups: none,
  ...more,
});

const threeClasses = (): EvaluationInput => ({
  ...binary({ groups: none }),
  task: 'multiclass',
  classes: ['a', 'b', 'c'],
  targets: Float64Array.from({ length: ROWS }, (_, row) => (random() < 0.7 ? row % 3 : (row + 1) % 3)),
  scores: {
    kind: 'classes',
    classes: 3,
    labels: [],
    probabilities: Float32Array.from({ length: 3 * ROWS }, (_, i) => (Math.floor(i / 3) % 3 === i % 3 ? 0.6 : 0.2)),
  },
});

describe('an evaluation', () => {
  it.each([
    ['two classes', binary()],
    ['several classes', threeClasses()],
    ['numbers', regression()],
    ['weighted rows', binary({ weights: Float64Array.from({ length: ROWS }, () => 0.5 + random()) })],
  ] as const)('of %s gives every metric with an answer an interval that holds it', (_, input) => {
    for (const { name, value, lower, upper, reason } of evaluateRows(input).metrics) {
      if (value === null) expect(reason, name).not.toBeNull();
      else {
        expect(lower, name).toBeLessThanOrEqual(value);
        expect(upper, name).toBeGreaterThanOrEqual(value);
      }
    }
  });

  it('answers the same intervals each time', () => {
    expect(evaluateRows(binary()).metrics).toEqual(evaluateRows(binary()).metrics);
  });

  it("takes the gap of two groups' shares with Newcombe's interval", () => {
    const { groups, gaps } = evaluateRows(binary());
    const gap = gaps.find(({ name }) => name === 'demographicParityDifference');
    const counted = (label: string | null | undefined): [number, number] => {
      const found = groups.find((one) => one.group.length === 1 && one.group[0]?.value === label);
      const rate = found?.metrics.find(({ name }) => name === 'selectionRate')?.value ?? 0;
      return [Math.round(rate * (found?.rows ?? 0)), found?.rows ?? 0];
    };
    const expected = newcombeInterval(counted(gap?.lowest), counted(gap?.highest));
    expect(gap?.lower).toBeCloseTo(expected.low, 12);
    expect(gap?.upper).toBeCloseTo(expected.high, 12);
  });

  it('says of each sensitive column which group is the largest and how unequally benefits fall', () => {
    const [summary] = evaluateRows(binary()).fairness;
    expect(summary?.columns).toEqual(['sex']);
    expect(summary?.privileged).toBe('f');
    expect(summary?.measures['theilIndex']).toBeGreaterThan(0);
    expect(summary?.measures['demographicParityRatio']).toBeLessThanOrEqual(1);
  });

  it('counts a row of weight two like two rows', () => {
    const weights = Float64Array.from({ length: ROWS }, (_, row) => 1 + (row % 2));
    const { targets, scores } = regression();
    const numbers = scores.kind === 'numbers' ? scores.predictions : new Float32Array();
    const rows = Array.from({ length: ROWS }, (_, row) => (row % 2 === 1 ? [row, row] : [row])).flat();
    const twice = evaluateRows(
      regression({
        targets: Float64Array.from(rows, (row) => targets[row] ?? 0),
        scores: { kind: 'numbers', predictions: Float32Array.from(rows, (row) => numbers[row] ?? 0) },
      }),
    );
    const once = evaluateRows(regression({ weights, targets }));
    for (const name of ['rmse', 'mae', 'r2', 'medianAbsoluteError', 'd2Pinball0.9']) {
      const of = (report: typeof once) => report.metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
      expect(of(once), name).toBeCloseTo(of(twice), 9);
    }
  });
});
