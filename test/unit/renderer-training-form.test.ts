import { describe, expect, test } from 'vitest';
import { formGap, formGaps } from '../../renderer/features/training/form-gaps.ts';
import { formOfJob } from '../../renderer/features/training/form-of-request.ts';
import { parseIntegers } from '../../renderer/features/training/parse-integers.ts';
import { fieldsOf, rangeFault, rangeOf } from '../../renderer/features/training/search-ranges.ts';
import {
  choosable,
  emptyForm,
  isColumnIncluded,
  sensitiveColumns,
  splitShares,
  type TrainingForm,
  targetFields,
  withPurpose,
  withStart,
} from '../../renderer/features/training/training-form.ts';
import {
  detectionRequestOf,
  layerParams,
  requestOf,
  tunedLayers,
} from '../../renderer/features/training/training-request.ts';
import { comparable, compareMetrics, questionOf } from '../../renderer/lib/compare-models.ts';
import { DatasetVersion } from '../../shared/contract/datasets.ts';
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

const dataset = (names: readonly string[]): DatasetVersion =>
  DatasetVersion.parse({
    id: '01JDZZZZZZZZZZZZZZZZZZZZZZ',
    name: 'flights',
    version: 1,
    rows: 100,
    columns: names.map((name) => ({ name, type: 'number', storageType: 'DOUBLE', role: 'feature' })),
    hash: '0'.repeat(64),
    sizeBytes: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    source: { fileName: 'flights.csv', format: 'csv', sizeBytes: 1, sha256: null, options: {} },
    quarantined: 0,
    warnings: [],
    note: null,
  });

const form: TrainingForm = { ...emptyForm, dataset: 'flights@1', targetColumn: 'late' };

describe('the weights of a training', () => {
  test('are asked for by their column, which is then neither input nor choice', () => {
    const weighted = { ...form, weights: 'dep_delay', included: { dep_delay: true } };
    const request = requestOf(weighted, { look: advice, estimators: [network] });
    expect(request?.weights).toBe('dep_delay');
    expect(request?.include).toEqual([]);
    expect(choosable(weighted, advice).map(({ column }) => column)).toEqual(['carrier', 'sex']);
    expect(requestOf(form, { look: advice, estimators: [network] })?.weights).toBeNull();
  });
});

describe('several labels', () => {
  test('are asked for together, are no inputs, and come back into the form', () => {
    const several = { ...form, moreLabels: ['sex'] };
    const request = requestOf(several, { look: advice, estimators: [network] });
    expect(request?.target).toEqual({ column: 'late,sex', over: null, labels: ['late', 'sex'] });
    expect(TrainingRequest.parse(request)).toEqual(request);
    expect(choosable(several, advice).map(({ column }) => column)).toEqual(['carrier', 'dep_delay']);
    expect(targetFields({ column: 'late,sex', over: null, labels: ['late', 'sex'] })).toEqual({
      targetColumn: 'late',
      over: null,
      moreLabels: ['sex'],
    });
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
    const request = requestOf(changed, { look: advice, estimators: [network] });
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
    expect(requestOf(emptyForm, { look: undefined, estimators: [] })).toBeUndefined();
  });

  test('names a provider where the algorithm has a choice of them', () => {
    const chosen: TrainingForm = { ...form, algorithm: 'network', provider: 'webgpu' };
    const providerBeside = (estimator: EstimatorInfo) =>
      requestOf(chosen, { look: advice, estimators: [estimator] })?.provider;
    expect(providerBeside({ ...network, isProviderChosen: true })).toBe('webgpu');
    expect(providerBeside(network)).toBe('auto');
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
    const request = requestOf(tuned, { look: advice, estimators: [network] });
    expect(TrainingRequest.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      search: { method: 'bayesian', trials: 12 },
      crossValidation: { kind: 'grouped', folds: 5, column: 'carrier' },
      calibration: 'auto',
    });
    expect(formGap({ ...tuned, budgetSeconds: null, tuning: { ...tuned.tuning, trials: null } }, advice)).toBe(
      'noSearchEnd',
    );
    expect(formGap({ ...tuned, tuning: { ...tuned.tuning, foldColumn: null } }, advice)).toBe('noFoldColumn');
    expect(requestOf(form, { look: advice, estimators: [network] })).toMatchObject({
      search: null,
      crossValidation: null,
    });
    // Images are searched as tables are, from all of their pixels.
    expect(requestOf({ ...tuned, takes: 'images' }, { look: advice, estimators: [network] })).toMatchObject({
      search: { method: 'bayesian', trials: 12 },
      exclude: [],
      include: [],
    });
  });

  test('asks for everything that folds and a search can be told, and opens again as it was asked', () => {
    const tuned: TrainingForm = {
      ...form,
      algorithm: 'network',
      budgetSeconds: null,
      params: { hidden: [32] },
      tuning: {
        ...form.tuning,
        search: 'random',
        trials: 9,
        warmStart: 'late@2',
        ranges: { rate: { kind: 'numbers', low: 0.001, high: 0.1, isLog: true }, hidden: null },
        folds: 'stratified',
        foldCount: 3,
        repeats: 2,
        gap: 7,
        isNested: true,
        ensemble: 'bagging',
      },
    };
    const [hidden] = network.params;
    const params = [
      ...(hidden ? [{ ...hidden, search: { kind: 'choice' as const, options: [[64], [32]] } }] : []),
      { name: 'rate', label: 'Rate', type: 'number' as const, default: 0.01, description: '' },
    ];
    const request = requestOf(tuned, { look: advice, estimators: [{ ...network, params }] });
    expect(TrainingRequest.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      search: {
        trials: 9,
        warmStart: 'late@2',
        ranges: { rate: { kind: 'float', low: 0.001, high: 0.1, isLog: true } },
      },
      // What is not searched is set, so that it stays.
      params: { hidden: [32] },
      // A gap is of folds in time alone.
      crossValidation: { kind: 'stratified', folds: 3, repeats: 2, gap: 0, isNested: true },
      ensemble: 'bagging',
    });
    const flights = dataset(['late', 'carrier', 'dep_delay', 'sex']);
    const again = formOfJob({ kind: 'train', params: request }, [flights]);
    expect(again && requestOf(again, { look: advice, estimators: [{ ...network, params }] })).toEqual(request);
    expect(formOfJob({ kind: 'train', params: request }, [])).toBeUndefined();
    expect(formOfJob({ kind: 'export', params: request }, [flights])).toBeUndefined();
  });

  test('names every gap, not only the first one', () => {
    const wrong: TrainingForm = {
      ...form,
      targetColumn: null,
      split: { ...form.split, test: 0.5, validation: 0.49 },
      params: { hidden: 'many' },
    };
    expect([...formGaps({ ...wrong, algorithm: 'network' }, advice, { params: network.params })]).toEqual([
      'noTarget',
      'noTrainShare',
      'badParam',
    ]);
    expect(formGap({ ...form, split: { ...form.split, test: 0 } }, advice)).toBe('noTestShare');
  });

  test('leaves an emptied box to the default', () => {
    const emptied = { ...form, algorithm: 'network', params: { hidden: null } };
    expect(requestOf(emptied, { look: advice, estimators: [network] })?.params).toEqual({});
  });

  test('asks how unusual rows are without a target', () => {
    const unusual: TrainingForm = {
      ...withPurpose(form, 'unusual', 'isolationForest'),
      included: { carrier: false, dep_delay: true },
      params: { trees: 50 },
    };
    const forest = {
      ...network,
      algorithm: 'isolationForest',
      params: [{ name: 'trees', label: '', type: 'integer' as const, default: 100, description: '' }],
    };
    const around = { look: { columns: advice.columns, blockedBy: null }, estimators: [forest] };
    const request = detectionRequestOf(unusual, around);
    expect(request).toEqual({
      dataset: 'flights@1',
      algorithm: 'isolationForest',
      exclude: ['carrier'],
      include: ['dep_delay'],
      test: 0.2,
      seed: 0,
      params: { trees: 50 },
    });
    expect(requestOf(unusual, around)).toBeUndefined();
    expect(detectionRequestOf(form, around)).toBeUndefined();
    const flights = dataset(['late', 'carrier', 'dep_delay', 'sex']);
    const again = formOfJob({ kind: 'detect', params: request }, [flights]);
    expect(again && detectionRequestOf(again, around)).toEqual(request);
  });

  test('goes on from a model with the layers that are chosen', () => {
    const layer = (name: string) => ({ name, operator: 'Gemm', freeze: [name], weights: 10 });
    const start = {
      model: 'late@1',
      algorithm: 'finetune',
      features: 'f',
      columns: ['carrier'],
      layers: ['a', 'b', 'c'].map(layer),
      params: [],
    };
    const on = withStart(form, 'late@1');
    expect(formGap(on, advice, { hasStart: false })).toBe('noStart');
    const around = { look: advice, estimators: [network], start };
    expect(requestOf(on, around)).toMatchObject({ from: 'late@1', algorithm: 'finetune', params: {}, search: null });
    const chosen = { ...on, tunedLayers: ['a', 'c'] };
    const request = requestOf(chosen, around);
    expect(request?.params).toEqual({ tuneLayers: 3, freeze: 'b' });
    expect(layerParams(start, ['c'])).toEqual({ tuneLayers: 1 });
    // Opened again, the layers are those of the request.
    const again = formOfJob({ kind: 'train', params: request }, [dataset(['late', 'carrier', 'dep_delay', 'sex'])]);
    expect(again && tunedLayers(start, again)).toEqual(['a', 'c']);
  });

  test('reads where a parameter is searched, and says what is wrong', () => {
    const rate = { name: 'rate', label: '', type: 'number' as const, default: 0.1, description: '' };
    expect(rangeFault({ kind: 'numbers', low: 2, high: 1, isLog: false })).toBe('order');
    expect(rangeFault({ kind: 'numbers', low: 0, high: 1, isLog: true })).toBe('log');
    expect(rangeFault({ kind: 'numbers', low: null, high: 1, isLog: false })).toBe('empty');
    expect(rangeFault({ kind: 'choice', options: ' , ' })).toBe('empty');
    expect(rangeFault({ kind: 'choice', options: '[1, x], [2]' })).toBe('list');
    const lists = fieldsOf({ kind: 'choice', options: [[128, 64], [32]] });
    expect(rangeOf({ ...rate, type: 'integers' }, lists)).toEqual({ kind: 'choice', options: [[128, 64], [32]] });
    expect(rangeOf(rate, { kind: 'choice', options: 'adam, 3, true' })).toEqual({
      kind: 'choice',
      options: ['adam', 3, true],
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
