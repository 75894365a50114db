import { describe, expect, test } from 'vitest';
import { parseIntegers } from '../../renderer/features/training/parse-integers.ts';
import {
  choosable,
  emptyForm,
  formGap,
  isColumnIncluded,
  requestOf,
  sensitiveColumns,
  splitShares,
  type TrainingForm,
} from '../../renderer/features/training/training-form.ts';
import { comparable, compareMetrics, questionOf } from '../../renderer/lib/compare-models.ts';
import type { MetricValue } from '../../shared/contract/models.ts';
import {
  type ColumnAdvice,
  type EstimatorInfo,
  type TrainingAdvice,
  TrainingRequest,
} from '../../shared/contract/training.ts';

const column = (name: string, isExcluded = false, role: ColumnAdvice['role'] = 'feature'): ColumnAdvice => ({
  column: name,
  type: 'number',
  role,
  isExcluded,
  warning: isExcluded ? 'leakage' : null,
  reason: null,
  strength: null,
});

const advice: TrainingAdvice = {
  task: 'binary',
  rows: 100,
  rowsWithTarget: 90,
  classes: null,
  columns: [column('late'), column('carrier'), column('dep_delay', true), column('sex', false, 'sensitive')],
  findings: [],
  blockedBy: null,
};

const network: EstimatorInfo = {
  algorithm: 'network',
  label: 'Network',
  description: '',
  tasks: ['binary'],
  params: [{ name: 'hidden', label: 'Hidden', type: 'integers', default: [64], description: '' }],
};

const form: TrainingForm = { ...emptyForm, dataset: 'flights@1', targetColumn: 'late' };

describe('the weights of a training', () => {
  test('are asked for by their column, which is then neither input nor choice', () => {
    const weighted = { ...form, weights: 'dep_delay', included: { dep_delay: true } };
    const request = requestOf(weighted, advice, [network]);
    expect(request?.weights).toBe('dep_delay');
    expect(request?.include).toEqual([]);
    expect(choosable(weighted, advice).map(({ column }) => column)).toEqual(['carrier', 'sex']);
    expect(requestOf(form, advice, [network])?.weights).toBeNull();
  });
});

describe('the form of a training', () => {
  test('says the first thing that is missing', () => {
    expect(formGap(emptyForm, undefined)).toBe('noDataset');
    expect(formGap({ ...emptyForm, dataset: 'a' }, undefined)).toBe('noTarget');
    expect(formGap(form, undefined)).toBe('notLooked');
    expect(formGap({ ...form, split: { ...form.split, kind: 'time' } }, advice)).toBe('noTimeColumn');
    expect(formGap(form, { ...advice, blockedBy: 'one class' })).toBe('blocked');
    expect(formGap({ ...form, included: { carrier: false, sex: false } }, advice)).toBe('noColumns');
    expect(formGap(form, advice)).toBeNull();
  });

  test('follows the advice until the user says otherwise', () => {
    expect(isColumnIncluded(form, column('dep_delay', true))).toBe(false);
    expect(isColumnIncluded({ ...form, included: { dep_delay: true } }, column('dep_delay', true))).toBe(true);
    expect(isColumnIncluded({ ...form, included: { carrier: false } }, column('carrier'))).toBe(false);
  });

  test('takes sensitive columns from their role until the user chooses', () => {
    expect(sensitiveColumns(form, advice)).toEqual(['sex']);
    expect(sensitiveColumns({ ...form, sensitive: [] }, advice)).toEqual([]);
  });

  test('becomes a request that the contract accepts, naming only what differs from the advice', () => {
    const changed: TrainingForm = {
      ...form,
      over: 15,
      algorithm: 'network',
      included: { dep_delay: true, carrier: false },
      params: { hidden: [128, 64], unknown: 1 },
      name: '  late  ',
    };
    const request = requestOf(changed, advice, [network]);
    expect(TrainingRequest.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      target: { column: 'late', over: 15 },
      exclude: ['carrier'],
      include: ['dep_delay'],
      sensitive: ['sex'],
      params: { hidden: [128, 64] },
      name: 'late',
      split: { kind: 'fraction', test: 0.2, validation: 0.1 },
    });
    expect(requestOf(emptyForm, undefined, [])).toBeUndefined();
  });

  test('asks for a search and folds with what they need, and for none of them by itself', () => {
    const tuned: TrainingForm = {
      ...form,
      tuning: {
        ...form.tuning,
        search: 'bayesian',
        trials: 12,
        folds: 'grouped',
        foldColumn: 'carrier',
        calibration: 'auto',
      },
    };
    const request = requestOf(tuned, advice, [network]);
    expect(TrainingRequest.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      search: { method: 'bayesian', trials: 12 },
      crossValidation: { kind: 'grouped', folds: 5, column: 'carrier' },
      calibration: 'auto',
    });
    expect(formGap({ ...tuned, tuning: { ...tuned.tuning, trials: null } }, advice)).toBe('noSearchEnd');
    expect(formGap({ ...tuned, tuning: { ...tuned.tuning, foldColumn: null } }, advice)).toBe('noFoldColumn');
    expect(requestOf(form, advice, [network])).toMatchObject({ search: null, crossValidation: null });
    expect(requestOf({ ...tuned, takes: 'images' }, advice, [network])).toMatchObject({
      search: null,
      crossValidation: null,
    });
  });

  test('knows the shares of the parts where they can be known', () => {
    expect(splitShares(form.split)).toMatchObject({ test: 0.2, validation: 0.1 });
    expect(splitShares({ ...form.split, kind: 'dataset' })?.test).toBe(0);
    expect(splitShares({ ...form.split, kind: 'column' })).toBeNull();
    expect(splitShares({ ...form.split, kind: 'time', testFrom: '2013-06-01' })).toBeNull();
  });

  test('reads lists of whole numbers and nothing else', () => {
    expect(parseIntegers('128, 64')).toEqual([128, 64]);
    expect(parseIntegers('')).toEqual([]);
    expect(parseIntegers('12.5')).toBeUndefined();
    expect(parseIntegers('a, 2')).toBeUndefined();
  });
});

describe('runs of the same question', () => {
  const metric = (name: string, value: number | null, isHigherBetter = true): MetricValue => ({
    name,
    value,
    lower: null,
    upper: null,
    isHigherBetter,
    reason: null,
  });
  const target = { column: 'delay', over: 15 };

  test('are told apart by target, threshold and task', () => {
    expect(questionOf({ task: 'binary', target })).not.toBe(
      questionOf({ task: 'binary', target: { column: 'delay', over: 30 } }),
    );
    expect(comparable([], { task: 'binary', target }, 5)).toEqual([]);
  });

  test('mark the best of each figure in its direction and skip figures that only one has', () => {
    const model = (metrics: MetricValue[]) => ({ metrics });
    const compared = compareMetrics([
      model([metric('rocAuc', 0.7), metric('logLoss', 0.5, false), metric('only', 1)]),
      model([metric('rocAuc', 0.8), metric('logLoss', 0.6, false)]),
      model([metric('rocAuc', null)]),
    ]);
    expect(compared.map((one) => [one.name, one.best])).toEqual([
      ['rocAuc', [1]],
      ['logLoss', [0]],
    ]);
  });
});
