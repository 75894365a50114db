import { describe, expect, test } from 'vitest';
import {
  comparisonGap,
  comparisonRequest,
  emptyComparison,
} from '../../renderer/features/monitoring/comparison-form.ts';
import { driftGrid, FULL_STRENGTH, strengthOf, type Verdict } from '../../renderer/features/monitoring/drift-grid.ts';
import {
  headline,
  mapFinding,
  performanceFallen,
  thinSentence,
  verdictSentence,
  wholeVerdict,
} from '../../renderer/features/monitoring/drift-sentences.ts';
import type { ColumnDrift, DriftReport, DriftTestInfo } from '../../shared/contract/monitoring.ts';
import { thinPeriods } from '../../shared/thin-periods.ts';

const tests: readonly DriftTestInfo[] = [
  {
    test: 'ks',
    shortNames: [],
    label: 'KS',
    appliesTo: 'numeric',
    judgedBy: 'pValue',
    threshold: 0.05,
    description: '',
  },
  {
    test: 'psi',
    shortNames: [],
    label: 'PSI',
    appliesTo: 'both',
    judgedBy: 'distance',
    threshold: 0.2,
    description: '',
  },
];

const verdict = (
  test: string,
  statistic: number | null,
  pValue: number | null,
  threshold: number,
  isDrifted = false,
): Verdict => ({
  test,
  statistic,
  pValue,
  threshold,
  isDrifted,
});

const drift = (column: string, statistic: number): ColumnDrift => ({
  column,
  type: 'number',
  test: 'psi',
  statistic,
  pValue: null,
  threshold: 0.2,
  isDrifted: statistic > 0.2,
  sentence: '',
  referenceRows: 10,
  currentRows: 10,
  referenceMissing: 0,
  currentMissing: 0,
  outcomes: [],
  bins: null,
});

const report = (columns: ColumnDrift[], chunks: DriftReport['chunks'] = []): DriftReport => ({
  id: 'r',
  at: '2026-11-23T10:00:00Z',
  reference: 'a',
  referenceVersion: 1,
  current: 'b',
  currentVersion: 1,
  model: null,
  columns,
  prediction: null,
  drifted: columns.filter((column) => column.isDrifted).length,
  share: 0,
  isDrifted: false,
  chunks,
  estimated: null,
  notes: [],
  seconds: 1,
});

const chunk = (label: string, values: Readonly<Record<string, number>>): DriftReport['chunks'][number] => ({
  label,
  from: label,
  to: label,
  rows: 500,
  share: 0,
  columns: Object.entries(values).map(([column, statistic]) => ({
    column,
    test: 'psi',
    statistic,
    pValue: null,
    threshold: 0.2,
    isDrifted: statistic > 0.2,
  })),
  performance: null,
});

describe('the strength of a verdict', () => {
  test('is one at the threshold for distances and for p-values', () => {
    expect(strengthOf(verdict('psi', 0.2, null, 0.2), 'distance')).toBeCloseTo(1, 12);
    expect(strengthOf(verdict('ks', 0.1, 0.05, 0.05), 'pValue')).toBeCloseTo(1, 12);
    expect(strengthOf(verdict('ks', 0.1, 0.0025, 0.05), 'pValue')).toBeCloseTo(2, 12);
    expect(strengthOf(verdict('ks', 0, 1, 0.05), 'pValue')).toBeCloseTo(0, 12);
  });

  test('is full for a p-value of zero and for anything far past the threshold', () => {
    expect(strengthOf(verdict('ks', 0.5, 0, 0.05), 'pValue')).toBe(FULL_STRENGTH);
    expect(strengthOf(verdict('psi', 100, null, 0.2), 'distance')).toBe(FULL_STRENGTH);
  });

  test('is unknown without an answer', () => {
    expect(strengthOf(verdict('ks', null, null, 0.05), 'pValue')).toBeNull();
    expect(strengthOf(verdict('psi', null, null, 0.2), 'distance')).toBeNull();
  });
});

describe('the heat map', () => {
  test('has the worst column first: most drifted periods, then how far', () => {
    const grid = driftGrid(
      report(
        [drift('calm', 0.01), drift('once', 0.5), drift('always', 0.3)],
        [
          chunk('2013-07', { calm: 0.01, once: 0.1, always: 0.3 }),
          chunk('2013-08', { calm: 0.02, once: 0.9, always: 0.3 }),
        ],
      ),
      tests,
    );
    expect(grid.rows.map((row) => row.column)).toEqual(['always', 'once', 'calm']);
    expect(grid.periods).toEqual(['2013-07', '2013-08']);
    expect(mapFinding(grid)).toContain('always');
  });

  test('has one period, the current data, when there are no chunks', () => {
    const grid = driftGrid(report([drift('calm', 0.01), drift('moved', 0.4)]), tests);
    expect(grid.periods).toEqual(['b']);
    expect(grid.rows.map((row) => [row.column, row.drifted])).toEqual([
      ['moved', 1],
      ['calm', 0],
    ]);
  });

  test('leaves a cell empty where a period lacks the column', () => {
    const grid = driftGrid(report([drift('a', 0.1)], [chunk('1', { a: 0.1 }), chunk('2', {})]), tests);
    expect(grid.rows[0]?.cells.map((cell) => cell.strength)).toEqual([0.5, null]);
  });

  test('does not count a period with too few rows, and says which it is', () => {
    const sliver = { ...chunk('2013-11', { a: 9 }), rows: 49 };
    const drifted = report([drift('a', 0.1)], [chunk('2013-09', { a: 0.1 }), chunk('2013-10', { a: 0.3 }), sliver]);
    const grid = driftGrid(drifted, tests);
    expect(grid.thin).toEqual([false, false, true]);
    expect(grid.rows[0]?.drifted).toBe(1);
    expect(mapFinding(grid)).toContain('1 of 2 periods');
    expect(thinSentence(drifted, grid)).toContain('2013-11 (49 rows) has too few rows');
  });

  test('calls periods thin below thirty rows or a tenth of the largest', () => {
    expect(thinPeriods([{ rows: 1000 }, { rows: 100 }, { rows: 99 }])).toEqual([false, false, true]);
    expect(thinPeriods([{ rows: 30 }, { rows: 29 }])).toEqual([false, true]);
    expect(thinPeriods([])).toEqual([]);
  });

  test('says when the predictions alone make the whole count as drifted', () => {
    const whole = { ...report([drift('a', 0.1)]), isDrifted: true };
    expect(wholeVerdict({ ...whole, prediction: drift('prediction', 9) })).toBe('Its predictions drifted');
    expect(wholeVerdict({ ...whole, share: 0.6 })).toBe('Drifted as a whole');
    expect(wholeVerdict({ ...whole, isDrifted: false })).toBe('Holds as a whole');
  });

  test('says when answers show the model to be worse than on its held-out rows, by more than chance', () => {
    const answered = (label: string, value: number, rows = 1000) => ({
      ...chunk(label, { a: 0.1 }),
      rows,
      performance: { metric: 'rocAuc', value, lower: value - 0.01, upper: value + 0.01, rows },
    });
    const heldOut = { name: 'rocAuc', value: 0.7, lower: 0.69, upper: 0.71, isHigherBetter: true, reason: null };
    const over = (...chunks: ReturnType<typeof answered>[]) => report([drift('a', 0.1)], chunks);
    expect(performanceFallen(over(answered('1', 0.7), answered('2', 0.65)), heldOut)).toMatch(/^ROC AUC is worse/);
    expect(performanceFallen(over(answered('1', 0.65), answered('2', 0.695)), heldOut)).toBeUndefined();
    // A sliver at the end does not speak for the others.
    expect(performanceFallen(over(answered('1', 0.7), answered('2', 0.5, 20)), heldOut)).toBeUndefined();
    expect(performanceFallen(over(), heldOut)).toBeUndefined();
  });

  test('is quiet in words when nothing drifted', () => {
    const calm = report([drift('a', 0.1)]);
    expect(mapFinding(driftGrid(calm, tests))).toBe('Every column stays within its threshold');
    expect(headline(calm, 'a')).toBe('No column drifted');
    expect(headline(report([drift('a', 0.5)]), 'a')).toBe('1 of 1 columns drifted, a most');
  });

  test('says why in the terms of the test', () => {
    expect(verdictSentence(verdict('psi', 0.4, null, 0.2, true), tests, 'July')).toBe(
      'July: PSI is 0.4, above the threshold of 0.2.',
    );
    expect(verdictSentence(verdict('ks', 0.1, 0.3, 0.05), tests, 'July')).toContain('p = 0.3');
  });
});

describe('the form of a comparison', () => {
  test('needs a time column for months and a key for labels', () => {
    const both = { ...emptyComparison, reference: 'a@1', current: 'b@1' };
    expect(comparisonGap(emptyComparison)).toBe('reference');
    expect(comparisonGap({ ...both, chunk: 'month' })).toBe('time');
    expect(comparisonGap({ ...both, labels: 'c@1' })).toBe('key');
    expect(comparisonGap(both)).toBeNull();
  });

  test('becomes a request', () => {
    const request = comparisonRequest({
      ...emptyComparison,
      reference: 'a',
      current: 'b',
      chunk: 'month',
      time: 't',
      model: 'm@1',
    });
    expect(request).toEqual({
      reference: 'a',
      current: 'b',
      model: 'm@1',
      labels: null,
      chunk: 'month',
      time: 't',
      shareThreshold: 0.5,
    });
    expect(
      comparisonRequest({ ...emptyComparison, reference: 'a', current: 'b', chunk: 'rows', chunkRows: 500, time: 't' }),
    ).toMatchObject({
      chunk: 500,
      time: null,
    });
  });
});
