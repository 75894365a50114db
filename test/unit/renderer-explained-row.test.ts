import { describe, expect, it } from 'vitest';
import { rowSentence, waterfallSteps } from '../../renderer/features/models/explained-row.ts';
import type { Explanation } from '../../shared/contract/explanation.ts';

const explanation = (values: readonly number[], label: string | null): Explanation => ({
  model: 'm',
  modelVersion: 1,
  dataset: 'd',
  datasetVersion: 1,
  part: 'all',
  at: '2026-11-26T12:00:00.000Z',
  method: 'treeShapPathDependent',
  scale: 'answer',
  columns: values.map((_, at) => `c${at}`),
  types: values.map(() => 'number'),
  outputs: [{ label, base: 10 }],
  rows: [
    {
      row: 0,
      cells: values.map((_, at) => (at === 0 ? null : at)),
      answers: [values.reduce((sum, value) => sum + value, 10)],
      values: values.map((value) => [value]),
    },
  ],
  importance: [],
  importanceRows: 1,
  effects: [],
  effectRows: 0,
  loss: null,
  notes: [],
  seconds: 0,
});

describe('the explanation of a row', () => {
  it('goes from the base to the sum, the largest steps first, missing cells named', () => {
    expect(waterfallSteps(explanation([1, -4], null), 0, 0)).toEqual([
      { label: 'nothing known', from: 10, to: 10, kind: 'total' },
      { label: 'c1 = 1', from: 10, to: 6, kind: 'step' },
      { label: 'c0 = missing', from: 6, to: 7, kind: 'step' },
      { label: 'sum', from: 7, to: 7, kind: 'total' },
    ]);
  });

  it('takes columns that give little together, and still ends at the sum', () => {
    const many = Array.from({ length: 14 }, (_, at) => at + 1);
    const steps = waterfallSteps(explanation(many, null), 0, 0);
    expect(steps).toHaveLength(12);
    expect(steps.at(-2)).toMatchObject({ label: '5 other columns', to: 115 });
    expect(steps.at(-1)).toMatchObject({ to: 115, kind: 'total' });
  });

  it('says the answer and what moves it most in a sentence', () => {
    expect(rowSentence(explanation([1, -4], null), 0, 0)).toBe('The prediction is 7; c1 = 1 lowers it most');
    expect(rowSentence(explanation([3], 'yes'), 0, 0)).toBe(
      'The probability of yes is 13; c0 = missing raises it most',
    );
    expect(rowSentence(explanation([0], null), 0, 0)).toBe('The prediction is 10');
  });
});
