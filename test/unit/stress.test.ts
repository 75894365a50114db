import { describe, expect, it } from 'vitest';
import type { Frame, FrameColumn } from '../../electron/compute/frame/frame.ts';
import type { Scores } from '../../electron/compute/onnx/scorer.ts';
import { stressModel } from '../../electron/compute/stress/stress-model.ts';
import { randomOf, STRESSORS } from '../../electron/compute/stress/stressors.ts';

const ROWS = 600;
const numbers: FrameColumn = {
  kind: 'number',
  values: Float64Array.from({ length: ROWS }, (_, row) => (row * 7) % ROWS),
};
const words: FrameColumn = {
  kind: 'text',
  codes: Int32Array.from({ length: ROWS }, (_, row) => row % 3),
  dictionary: ['a', 'b', 'c'],
};
const constant: FrameColumn = { kind: 'number', values: new Float64Array(ROWS).fill(5) };

describe('every stressor', () => {
  it.each(STRESSORS.map((stressor) => [stressor.name, stressor] as const))(
    'leaves the column as it was, answers as many cells, and the same for the same seed: %s',
    (_, stressor) => {
      for (const column of [numbers, words].filter((one) => stressor.fits(one))) {
        const kept = structuredClone(column);
        for (const level of stressor.levels) {
          const first = stressor.apply(column, level, randomOf(4, 1));
          expect(first).toEqual(stressor.apply(column, level, randomOf(4, 1)));
          expect(first).not.toEqual(column);
          expect(first.kind === 'number' ? first.values.length : first.codes.length).toBe(ROWS);
        }
        expect(column).toEqual(kept);
      }
      expect([numbers, words].some((one) => stressor.fits(one))).toBe(true);
      // What is the same everywhere has no noise, no order and no unit to lose.
      expect(stressor.fits(constant)).toBe(stressor.name === 'missing');
    },
  );

  it('takes as many cells as it says', () => {
    const missing = STRESSORS.find(({ name }) => name === 'missing')?.apply(numbers, 0.3, randomOf(1, 1));
    const unknown = STRESSORS.find(({ name }) => name === 'unknownWord')?.apply(words, 1, randomOf(1, 1));
    if (missing?.kind !== 'number' || unknown?.kind !== 'text') throw new Error('another kind of column');
    expect(missing.values.filter(Number.isNaN).length / ROWS).toBeCloseTo(0.3, 1);
    expect(new Set(Array.from(unknown.codes, (code) => unknown.dictionary[code])).size).toBe(1);
    expect(words.kind === 'text' && words.dictionary).not.toContain(unknown.dictionary[unknown.codes[0] ?? -1]);
  });
});

describe('a model under stress', () => {
  const frame: Frame = {
    rows: ROWS,
    columns: new Map<string, FrameColumn>([
      ['seen', numbers],
      ['unseen', numbers],
      ['word', words],
    ]),
  };
  const score = async (rows: Frame): Promise<Scores> => {
    const seen = rows.columns.get('seen');
    if (seen?.kind !== 'number') throw new Error('another frame');
    return {
      kind: 'numbers',
      predictions: Float32Array.from(seen.values, (value) => (Number.isNaN(value) ? 300 : value)),
    };
  };
  const targets = Float64Array.from({ length: ROWS }, (_, row) => ((row * 7) % ROWS) + (row % 2));

  it('loses by the columns it looks at, the worst first, and nothing by the others', async () => {
    const options = {
      columns: ['seen', 'unseen', 'word'],
      task: 'regression' as const,
      classes: null,
      targets,
      seed: 2,
    };
    const { metric, cases } = await stressModel(frame, { ...options, score });
    expect(metric).toMatchObject({ name: 'rmse', isHigherBetter: false });
    expect(metric.value).toBeCloseTo(Math.sqrt(0.5), 6);
    const losses = cases.map(({ loss }) => loss);
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    expect(cases[0]).toMatchObject({ column: 'seen', stressor: 'unit', level: 10 });
    for (const one of cases) {
      expect(one.loss).toBeCloseTo(one.value - metric.value, 6);
      if (one.column === 'seen' || one.column === null) expect(one.lossLower).toBeGreaterThan(0);
      else expect([one.loss, one.lossLower, one.lossUpper].map((value) => value + 0)).toEqual([0, 0, 0]);
    }
    expect(
      cases
        .filter(({ column }) => column === null)
        .map(({ stressor, level }) => `${stressor} ${level}`)
        .sort(),
    ).toEqual(['missing 0.1', 'missing 0.3', 'missing 1', 'noise 0.1', 'noise 0.3', 'noise 1']);
  });

  it('counts a fall of the area under the curve as a loss', async () => {
    const binary = {
      columns: ['seen'],
      task: 'binary' as const,
      classes: ['no', 'yes'],
      targets: Float64Array.from(targets, (value) => Number(value > 300)),
      seed: 2,
    };
    const probabilities = async (rows: Frame): Promise<Scores> => {
      const scores = await score(rows);
      if (scores.kind !== 'numbers') throw new Error('no numbers');
      const both = [...scores.predictions].flatMap((value) => [1 - value / 1000, value / 1000]);
      return { kind: 'classes', classes: 2, probabilities: Float32Array.from(both), labels: [] };
    };
    const { metric, cases } = await stressModel(frame, { ...binary, score: probabilities });
    expect(metric).toMatchObject({ name: 'rocAuc', isHigherBetter: true });
    expect(cases[0]).toMatchObject({ stressor: 'shuffled' });
    expect(cases[0]?.loss).toBeCloseTo(0.5, 1);
  });
});
