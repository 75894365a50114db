import { describe, expect, test } from 'vitest';
import {
  cheapestPoint,
  figuresAt,
  figuresNear,
  nearestPoint,
  thresholdTable,
  wilsonShare,
} from '../../renderer/features/models/threshold-figures.ts';

const points = [
  { threshold: 0, truePositives: 10, falsePositives: 30, trueNegatives: 0, falseNegatives: 0 },
  { threshold: 0.5, truePositives: 6, falsePositives: 5, trueNegatives: 25, falseNegatives: 4 },
  { threshold: 1, truePositives: 0, falsePositives: 0, trueNegatives: 30, falseNegatives: 10 },
];

describe('the table behind the slider', () => {
  const costs = { falsePositive: 1, falseNegative: 3 };

  test('holds at every point what that point alone gives', () => {
    const table = thresholdTable(points, costs);
    expect(table.figures).toEqual(points.map((point) => figuresAt(point, costs)));
    expect(table.cheapest?.point).toBe(cheapestPoint(points, costs));
    expect(figuresNear(table, 0.6)).toBe(table.figures[1]);
  });

  test('is empty without points', () => {
    const table = thresholdTable([], costs);
    expect(table).toEqual({ figures: [], cheapest: undefined });
    expect(figuresNear(table, 0.5)).toBeUndefined();
  });
});

describe('figures at a threshold', () => {
  test('follow from the four counts', () => {
    const [, middle] = points;
    if (middle === undefined) throw new Error('the test has three points');
    const figures = figuresAt(middle, { falsePositive: 1, falseNegative: 3 });
    expect(figures.rows).toBe(40);
    expect(figures.accuracy.value).toBeCloseTo(31 / 40, 12);
    expect(figures.precision.value).toBeCloseTo(6 / 11, 12);
    expect(figures.recall.value).toBeCloseTo(0.6, 12);
    expect(figures.falsePositiveRate.value).toBeCloseTo(5 / 30, 12);
    expect(figures.f1).toBeCloseTo(12 / 21, 12);
    expect(figures.cost).toBe(5 + 12);
    expect(figures.costPerRow).toBeCloseTo(17 / 40, 12);
  });

  test('have no precision when nothing is called positive', () => {
    const [, , last] = points;
    if (last === undefined) throw new Error('the test has three points');
    const figures = figuresAt(last, { falsePositive: 1, falseNegative: 1 });
    expect(figures.precision).toEqual({ value: null, lower: null, upper: null });
    expect(figures.recall.value).toBe(0);
    expect(figures.f1).toBe(0);
  });

  test('have an interval that Wilson published: 10 of 100 is 0.0552 to 0.1744', () => {
    const share = wilsonShare(10, 100);
    expect(share.lower).toBeCloseTo(0.0552, 4);
    expect(share.upper).toBeCloseTo(0.1744, 4);
  });

  test('are taken from the nearest threshold, the lower one of two', () => {
    expect(nearestPoint(points, 0.6)?.threshold).toBe(0.5);
    expect(nearestPoint(points, 0.25)?.threshold).toBe(0);
    expect(nearestPoint([], 0.5)).toBeUndefined();
  });

  test('cost least where the dear error is avoided', () => {
    expect(cheapestPoint(points, { falsePositive: 1, falseNegative: 100 })?.threshold).toBe(0);
    expect(cheapestPoint(points, { falsePositive: 100, falseNegative: 1 })?.threshold).toBe(1);
    expect(cheapestPoint(points, { falsePositive: 0, falseNegative: 0 })?.threshold).toBe(0.5);
  });
});
