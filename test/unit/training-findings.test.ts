import { describe, expect, it } from 'vitest';
import type { Frame, FrameColumn } from '../../electron/compute/frame/frame.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { findingsBefore, tooGood } from '../../electron/services/training/findings.ts';
import { repeatedHashes, rowHashes, sharedHashes } from '../../electron/services/training/row-hashes.ts';
import type { Column } from '../../shared/contract/datasets.ts';
import type { ColumnAdvice } from '../../shared/contract/training.ts';

const ROWS = 1000;
const column = (name: string, type: Column['type'], role: Column['role'] = 'feature'): Column => ({
  name,
  storageType: 'DOUBLE',
  type,
  role,
});
const advised = ({ name, type, role }: Column, strength: number | null = null): ColumnAdvice => ({
  column: name,
  type,
  role,
  isExcluded: role === 'time',
  warning: null,
  reason: null,
  strength,
});
const numbers = (of: (row: number) => number): FrameColumn => ({
  kind: 'number',
  values: Float64Array.from({ length: ROWS }, (_, row) => of(row)),
});

/** Rows with a time in a shuffled order; `drift` moves x over it. */
function frameOf(drift: number): { frame: Frame; columns: Column[]; advice: ColumnAdvice[] } {
  const random = seededRandom(1);
  const day = Array.from({ length: ROWS }, () => Math.floor(random() * 365));
  const columns = [column('day', 'date', 'time'), column('x', 'number'), column('y', 'integer')];
  const frame: Frame = {
    rows: ROWS,
    columns: new Map([
      ['day', numbers((row) => (day[row] ?? 0) * 86_400_000)],
      ['x', numbers((row) => random() + drift * ((day[row] ?? 0) / 365))],
      ['y', numbers(() => Number(random() < 0.4))],
    ]),
  };
  return { frame, columns, advice: columns.slice(0, 2).map((one) => advised(one)) };
}

describe('findings before a training', () => {
  it('name a random split of rows that change with time, and the column that changes', () => {
    const { frame, columns, advice } = frameOf(1);
    const [found] = findingsBefore(frame, {
      columns,
      target: { column: 'y', over: null },
      advice,
      split: { kind: 'fraction', test: 0.2, validation: 0.1 },
    });
    expect(found).toMatchObject({ warning: 'timeTravel', columns: ['day', 'x'] });
    expect(found?.remedy).toContain('--time day');
  });

  it('say nothing of time where nothing changes, nor of a split that goes by time', () => {
    const still = frameOf(0);
    expect(findingsBefore(still.frame, { ...still, target: { column: 'y', over: null } })).toEqual([]);
    const moving = frameOf(1);
    const split = { kind: 'time', column: 'day', test: 0.2, testFrom: null, validation: 0.1 } as const;
    expect(findingsBefore(moving.frame, { ...moving, target: { column: 'y', over: null }, split })).toEqual([]);
  });

  it('count rows that are equal to another one', () => {
    const { columns } = frameOf(0);
    const frame: Frame = {
      rows: ROWS,
      columns: new Map([
        ['day', numbers(() => 0)],
        ['x', numbers((row) => Math.floor(row / 2))],
        ['y', numbers(() => 1)],
      ]),
    };
    const advice = columns.slice(0, 2).map((one) => advised(one));
    expect(findingsBefore(frame, { columns, target: { column: 'y', over: null }, advice })).toMatchObject([
      { warning: 'duplicates', rows: 500 },
    ]);
  });

  it('are told of figures that are too good to be true, with the column that says most', () => {
    const metric = { name: 'rocAuc', value: 0.9999, lower: null, upper: null, isHigherBetter: true, reason: null };
    const advice = [advised(column('a', 'number'), 0.6), advised(column('b', 'number'), 0.89)];
    expect(tooGood([metric], advice)).toMatchObject([{ warning: 'tooGood', columns: ['b'] }]);
    expect(tooGood([{ ...metric, value: 0.95 }], advice)).toEqual([]);
  });
});

describe('hashes of rows', () => {
  it('are equal for equal values, whatever the dictionary, and for both zeros and all that is missing', () => {
    const text = (codes: number[], dictionary: string[]): Frame => ({
      rows: codes.length,
      columns: new Map([['w', { kind: 'text', codes: Int32Array.from(codes), dictionary }]]),
    });
    const first = rowHashes(text([0, 1, -1, 0], ['a', 'b']), ['w']);
    const second = rowHashes(text([1, 0, -1], ['b', 'a']), ['w']);
    expect([second[0], second[1], second[2]]).toEqual([first[0], first[1], first[2]]);
    expect(new Set(first).size).toBe(3);
    expect(repeatedHashes(first)).toBe(1);
    expect(sharedHashes(first, second)).toBe(4);
    const zeros: Frame = {
      rows: 4,
      columns: new Map([['n', { kind: 'number', values: Float64Array.of(0, -0, Number.NaN, 1) }]]),
    };
    const [zero, minus, missing, one] = rowHashes(zeros, ['n']);
    expect(zero).toBe(minus);
    expect(new Set([zero, missing, one]).size).toBe(3);
  });

  it('do not collide on many rows of few values', () => {
    const frame: Frame = {
      rows: 100_000,
      columns: new Map([
        ['a', { kind: 'number', values: Float64Array.from({ length: 100_000 }, (_, row) => row % 317) }],
        ['b', { kind: 'number', values: Float64Array.from({ length: 100_000 }, (_, row) => Math.floor(row / 317)) }],
      ]),
    };
    expect(repeatedHashes(rowHashes(frame, ['a', 'b']))).toBe(0);
  });
});
