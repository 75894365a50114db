import { describe, expect, test } from 'vitest';
import { baselineDistances, headlineFirst } from '../../renderer/features/models/baseline-distance.ts';
import {
  groupDots,
  groupings,
  groupMetricNames,
  isGapCertain,
  sortGaps,
} from '../../renderer/features/models/gap-order.ts';
import type { GroupGap, GroupMetrics } from '../../shared/contract/evaluation.ts';
import type { MetricValue } from '../../shared/contract/models.ts';

const gap = (name: string, value: number | null, lower: number | null, upper: number | null): GroupGap => ({
  columns: ['sex'],
  name,
  metric: 'selectionRate',
  value,
  lower,
  upper,
  highest: 'm',
  lowest: 'f',
  sentence: '',
});

const metric = (name: string, value: number | null, isHigherBetter = true): MetricValue => ({
  name,
  value,
  lower: value === null ? null : value - 0.05,
  upper: value === null ? null : value + 0.05,
  isHigherBetter,
  reason: null,
});

const group = (value: string, rows: number, metrics: MetricValue[], isEnough = true): GroupMetrics => ({
  group: [{ column: 'sex', value }],
  rows,
  isEnough,
  metrics,
});

describe('gaps between groups', () => {
  test('come with those that chance does not explain first, then by size, unanswered last', () => {
    const sorted = sortGaps([
      gap('unanswered', null, null, null),
      gap('large but uncertain', 0.4, -0.1, 0.9),
      gap('small and certain', 0.1, 0.05, 0.15),
      gap('larger and certain', 0.2, 0.15, 0.25),
    ]);
    expect(sorted.map((one) => one.name)).toEqual([
      'larger and certain',
      'small and certain',
      'large but uncertain',
      'unanswered',
    ]);
  });

  test('are certain on either side of zero only', () => {
    expect(isGapCertain(gap('a', -0.2, -0.3, -0.1))).toBe(true);
    expect(isGapCertain(gap('a', 0.2, 0, 0.4))).toBe(false);
    expect(isGapCertain(gap('a', 0.2, null, null))).toBe(false);
  });
});

describe('the dot plot of groups', () => {
  const groups = [
    group('a', 100, [metric('accuracy', 0.9), metric('logLoss', 0.2, false)]),
    group('b', 100, [metric('accuracy', 0.7), metric('logLoss', 0.6, false)]),
    group('c', 5, [metric('accuracy', 0.1), metric('logLoss', 0.9, false)], false),
    group('d', 100, [metric('accuracy', null)]),
  ];

  test('is worst first in the direction of the metric, with small groups and unanswered ones last', () => {
    expect(groupDots(groups, null, 'accuracy').map((dot) => dot.label)).toEqual(['sex b', 'sex a', 'sex c', 'sex d']);
    expect(groupDots(groups, 'sex', 'logLoss').map((dot) => dot.label)).toEqual(['b', 'a', 'c', 'd']);
  });

  test('knows its metrics and its groupings, single columns before intersections', () => {
    const both: GroupMetrics = {
      group: [
        { column: 'sex', value: 'a' },
        { column: 'race', value: 'x' },
      ],
      rows: 9,
      isEnough: true,
      metrics: [],
    };
    expect(groupMetricNames(groups)).toEqual(['accuracy', 'logLoss']);
    expect(groupings([both, ...groups])).toEqual(['sex', 'sex × race']);
  });
});

describe('the distance to a baseline', () => {
  test('is positive where the model is better, whatever the direction of the metric', () => {
    const baselines = [{ name: 'majority', metrics: [metric('accuracy', 0.6), metric('logLoss', 0.7, false)] }];
    expect(baselineDistances(metric('accuracy', 0.8), baselines)[0]).toMatchObject({ verdict: 'better', value: 0.6 });
    expect(baselineDistances(metric('logLoss', 0.5, false), baselines)[0]?.gain).toBeCloseTo(0.2, 12);
    expect(baselineDistances(metric('accuracy', 0.5), baselines)[0]?.verdict).toBe('worse');
  });

  test('is level when the interval holds the baseline, and absent when the baseline has no answer', () => {
    expect(
      baselineDistances(metric('accuracy', 0.62), [{ name: 'm', metrics: [metric('accuracy', 0.6)] }])[0]?.verdict,
    ).toBe('level');
    expect(baselineDistances(metric('accuracy', 0.6), [{ name: 'm', metrics: [metric('accuracy', null)] }])).toEqual(
      [],
    );
  });

  test('is judged by the values alone where there is no interval', () => {
    const sharp = { ...metric('maxError', 204, false), lower: null, upper: null };
    const verdict = (other: number) =>
      baselineDistances(sharp, [{ name: 'mean', metrics: [metric('maxError', other, false)] }])[0]?.verdict;
    expect([verdict(466), verdict(204), verdict(100)]).toEqual(['better', 'level', 'worse']);
  });

  test('is read from the headline metrics first', () => {
    expect(headlineFirst([metric('f1', 1), metric('accuracy', 1), metric('rocAuc', 1)]).map((one) => one.name)).toEqual(
      ['rocAuc', 'accuracy', 'f1'],
    );
  });
});
