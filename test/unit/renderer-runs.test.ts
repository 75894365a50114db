import { describe, expect, test } from 'vitest';
import { type ParallelAxis, passes } from '../../renderer/components/charts/parallel-option.ts';
import { bestFirst, notToldApart, type Run, type RunFigure } from '../../renderer/components/runs/run.ts';
import { runAxes, varyingParams } from '../../renderer/components/runs/run-axes.ts';
import { bestSoFar, trialRuns } from '../../renderer/components/runs/trial-runs.ts';
import type { Trial } from '../../shared/contract/search.ts';

const auc = (value: number | null, lower: number | null = null, upper: number | null = null): RunFigure => ({
  name: 'rocAuc',
  value,
  lower,
  upper,
  isHigherBetter: true,
});
const run = (id: string, figures: readonly RunFigure[], params: Run['params'] = {}): Run => ({
  id,
  label: id,
  algorithm: 'boosting',
  params,
  figures,
  seconds: 1,
});
const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);

describe('runs side by side', () => {
  test('stand best first, those without an answer last, whichever way is better', () => {
    expect(
      ids(bestFirst([run('none', [auc(null)]), run('low', [auc(0.6)]), run('high', [auc(0.7)])], 'rocAuc')),
    ).toEqual(['high', 'low', 'none']);
    const loss = (value: number): RunFigure => ({ ...auc(value), name: 'logLoss', isHigherBetter: false });
    expect(ids(bestFirst([run('a', [loss(0.5)]), run('b', [loss(0.4)])], 'logLoss'))).toEqual(['b', 'a']);
  });

  test('cannot be told apart where an interval reaches the best value, and only there', () => {
    const runs = [
      run('best', [auc(0.8, 0.78, 0.82)]),
      run('level', [auc(0.79, 0.77, 0.81)]),
      run('worse', [auc(0.7, 0.68, 0.72)]),
      run('unsure', [auc(0.75)]),
      run('none', []),
    ];
    expect([...notToldApart(runs, 'rocAuc')]).toEqual(['best', 'level']);
    expect(notToldApart([], 'rocAuc').size).toBe(0);
    expect(notToldApart([run('none', [])], 'rocAuc').size).toBe(0);
  });

  test('differ by the parameters of which two runs have different values', () => {
    const runs = [
      run('a', [], { rate: 0.1, depth: 3, only: 1, layers: [64, 32] }),
      run('b', [], { rate: 0.2, depth: 3, layers: [64] }),
    ];
    expect(varyingParams(runs)).toEqual(['rate', 'layers']);
  });

  test('have an axis of numbers, logarithmic over wide ranges, or of words; lower figures that are better point up', () => {
    const loss: RunFigure = { ...auc(0.5), name: 'logLoss', isHigherBetter: false };
    const runs = [
      { ...run('a', [loss], { rate: 0.001, kind: 'x' }), algorithm: 'linear' },
      run('b', [loss], { rate: 1, kind: 'y' }),
      run('c', [], {}),
    ];
    const axes = runAxes(runs, ['logLoss'], 5);
    expect(axes.map(({ label, kind }) => [label, kind])).toEqual([
      ['Algorithm', 'word'],
      ['Rate', 'number'],
      ['Kind', 'word'],
      ['Seconds', 'number'],
      ['Log loss', 'number'],
    ]);
    expect(axes[1]).toMatchObject({ isLog: true, values: [0.001, 1, null] });
    expect(axes[4]).toMatchObject({ isLowerBetter: true, values: [0.5, 0.5, null] });
  });
});

describe('a stretch of an axis', () => {
  const axes: readonly ParallelAxis[] = [
    { id: 'rate', label: 'Rate', kind: 'number', isLog: false, values: [0.1, 0.5, null] },
    { id: 'kind', label: 'Kind', kind: 'word', words: ['x', 'y'], values: ['x', 'y', 'y'] },
  ];
  const passing = (ranges: readonly (readonly [string, readonly (readonly [number, number])[]])[]) =>
    [0, 1, 2].filter((line) => passes(axes, new Map(ranges), line));

  test('lets the lines pass that have a value in it, and all where none is chosen', () => {
    expect(passing([])).toEqual([0, 1, 2]);
    expect(passing([['rate', []]])).toEqual([0, 1, 2]);
    expect(passing([['rate', [[0.6, 0.2]]]])).toEqual([1]);
    expect(passing([['kind', [[0.5, 1.5]]]])).toEqual([1, 2]);
    expect(
      passing([
        ['rate', [[0, 1]]],
        ['kind', [[0.5, 1.5]]],
      ]),
    ).toEqual([1]);
  });
});

describe('the trials of a search', () => {
  const trial = (number: number, value: number | null, state: Trial['state'] = 'finished'): Trial => ({
    trial: number,
    algorithm: 'boosting',
    params: { leaves: number },
    state,
    rows: 100,
    metric: 'rmse',
    isHigherBetter: false,
    value,
    lower: null,
    upper: null,
    metrics: {},
    folds: null,
    seconds: 1,
    atSeconds: number,
    error: null,
    isEarlier: false,
  });
  const trials = [trial(1, 5), trial(2, 3, 'stopped'), trial(3, null, 'failed'), trial(4, 4), trial(5, 6)];

  test('are compared only where they ran on all rows; the others say why they are not', () => {
    const runs = trialRuns(trials);
    expect(runs.map(({ label }) => label)).toEqual([
      'Trial 1',
      'Trial 2, stopped early',
      'Trial 3, failed',
      'Trial 4',
      'Trial 5',
    ]);
    expect(ids(bestFirst(runs, 'rmse')).slice(0, 3)).toEqual(['4', '1', '5']);
  });

  test('are told from those of an earlier search, which count from one too', () => {
    const both = [{ ...trial(1, 2), isEarlier: true }, ...trials];
    const runs = trialRuns(both);
    expect(new Set(ids(runs)).size).toBe(both.length);
    expect(runs[0]?.label).toBe('Trial 1, of before');
    expect(bestSoFar(both)).toEqual(bestSoFar(trials));
  });

  test('have a best so far that only gets better', () => {
    expect(bestSoFar(trials)).toEqual([
      [1, 5],
      [4, 4],
      [5, 4],
    ]);
    expect(bestSoFar([])).toEqual([]);
  });
});
