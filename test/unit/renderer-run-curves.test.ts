import { describe, expect, test } from 'vitest';
import {
  bestStep,
  curveTable,
  latestCandidate,
  lossCurves,
  metricCurves,
  thin,
} from '../../renderer/components/charts/run-curves.ts';

const points = [
  { step: 1, series: { 'network.trainLoss': 0.9, 'network.validationLoss': 0.8, 'network.rocAuc': 0.6 } },
  { step: 2, series: { 'network.trainLoss': 0.7, 'network.validationLoss': 0.6, 'network.rocAuc': 0.7 } },
  { step: 3, series: { 'network.trainLoss': 0.5, 'network.validationLoss': Number.NaN, 'network.rocAuc': 0.65 } },
];
const label = (name: string) => name;

describe('live curves', () => {
  test('put losses and figures apart and draw training rows as the reference', () => {
    expect(lossCurves(points, label).map((curve) => [curve.name, curve.isReference])).toEqual([
      ['network.trainLoss', true],
      ['network.validationLoss', false],
    ]);
    expect(metricCurves(points, label).map((curve) => curve.name)).toEqual(['network.rocAuc']);
  });

  test('leave out what is not a number', () => {
    expect(lossCurves(points, label)[1]?.points).toEqual([
      [1, 0.8],
      [2, 0.6],
    ]);
  });

  test('know the best step in the direction of the figure', () => {
    expect(bestStep(points, 'network.validationLoss', false)).toEqual({ step: 2, value: 0.6 });
    expect(bestStep(points, 'network.rocAuc', true)).toEqual({ step: 2, value: 0.7 });
    expect(bestStep(points, 'absent', true)).toBeUndefined();
  });

  test('show one candidate at a time, the one that measured last, without its prefix', () => {
    const two = [
      { step: 1, series: { 'linear.trainLoss': 0.5 } },
      { step: 1, series: { 'network.trainLoss': 0.9, 'network.rocAuc': 0.6 } },
    ];
    expect(latestCandidate(two)).toEqual([{ step: 1, series: { trainLoss: 0.9, rocAuc: 0.6 } }]);
    expect(latestCandidate([{ step: 1, series: { trainLoss: 0.9 } }])).toEqual([
      { step: 1, series: { trainLoss: 0.9 } },
    ]);
    expect(latestCandidate([])).toEqual([]);
  });

  test('are thinned to what can be drawn and keep their last point', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => index);
    const few = thin(many, 2000);
    expect(few.length).toBeLessThanOrEqual(2001);
    expect(few.at(-1)).toBe(10_000);
    expect(thin([1, 2], 5)).toEqual([1, 2]);
  });

  test('have a table with a row a step and gaps as null', () => {
    const table = curveTable(lossCurves(points, label));
    expect(table.columns).toEqual(['Epoch', 'network.trainLoss', 'network.validationLoss']);
    expect(table.rows.at(-1)).toEqual([3, 0.5, null]);
  });
});
