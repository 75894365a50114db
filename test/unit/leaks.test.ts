import { describe, expect, it } from 'vitest';
import type { Frame, FrameColumn } from '../../electron/compute/frame/frame.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { adviseColumns } from '../../electron/services/training/advise.ts';
import { findingsBefore } from '../../electron/services/training/findings.ts';
import { readTarget } from '../../electron/services/training/target.ts';
import { tellingValues } from '../../electron/services/training/telling-values.ts';
import type { Column } from '../../shared/contract/datasets.ts';

const ROWS = 2000;
const random = seededRandom(8);
const numbers = (of: (row: number) => number): FrameColumn & { kind: 'number' } => ({
  kind: 'number',
  values: Float64Array.from({ length: ROWS }, (_, row) => of(row)),
});
const at = (column: FrameColumn, row: number): number =>
  (column.kind === 'number' ? column.values[row] : column.codes[row]) ?? 0;

const age = numbers(() => random() * 4 - 2);
const noise = numbers(() => random() * 10);
const bought = numbers((row) => Number(at(age, row) + (random() - 0.5) * 6 > 0));
const price = numbers((row) => Math.exp(at(age, row) + random() * 3));
const middle = [...price.values].sort((a, b) => a - b)[ROWS / 2] ?? 0;

/** Columns that are left out as leaks when the last one is to be predicted, with the reason. */
function leaksOf(target: string, columns: Readonly<Record<string, FrameColumn>>): Record<string, string | null> {
  const all: Column[] = Object.entries(columns).map(([name, { kind }]) => ({
    name,
    storageType: kind === 'number' ? 'DOUBLE' : 'VARCHAR',
    type: kind,
    role: 'feature',
  }));
  const frame: Frame = { rows: ROWS, columns: new Map(Object.entries(columns)) };
  const values = columns[target];
  if (!values) throw new Error(`no ${target}`);
  const isAnswer = values === bought ? 'integer' : 'number';
  const found = adviseColumns(frame, {
    columns: all,
    target: readTarget(values, isAnswer, { column: target, over: null }, undefined),
    spec: { column: target, over: null },
  });
  return Object.fromEntries(
    found.flatMap(({ column, warning, reason }) => (warning === 'leakage' ? [[column, reason]] : [])),
  );
}

describe('columns that know the answer', () => {
  it('are named when they are the answer, noisy or moved, and honest ones are not', () => {
    const copy = numbers((row) => (random() < 0.04 ? 1 - at(bought, row) : at(bought, row)));
    const moved = numbers((row) => 5 - 2 * at(bought, row) + random());
    expect(Object.keys(leaksOf('bought', { age, noise, copy, moved, bought }))).toEqual(['copy', 'moved']);
    expect(leaksOf('bought', { age, noise, bought })).toEqual({});
  });

  it('are named when they are a number by another scale, with its order, or cut into ranges', () => {
    const log = numbers((row) => -Math.log(at(price, row)));
    const isDear = numbers((row) => Number(at(price, row) > middle));
    const weekend = numbers(() => Number(random() < 0.3));
    const found = leaksOf('price', { age, weekend, log, isDear, price });
    expect(Object.keys(found)).toEqual(['log', 'isDear']);
    expect(found['isDear']).toContain('cut into 2 ranges');
  });

  it('are named together when only both of them give the answer', () => {
    const rest = numbers((row) => at(price, row) - at(noise, row));
    expect(Object.keys(leaksOf('price', { age, noise, rest, price }))).toEqual(['noise', 'rest']);
    const key = numbers(() => Number(random() < 0.5));
    const masked = numbers((row) => Number(at(key, row) !== at(bought, row)));
    const found = leaksOf('bought', { age, key, masked, bought });
    expect(Object.keys(found)).toEqual(['key', 'masked']);
    expect(found['key']).toContain('Together with masked');
  });

  it('are not suspected where most columns say a lot: the question is an easy one', () => {
    const easy = Object.fromEntries(
      Array.from({ length: 10 }, (_, k) => [
        `measure ${k}`,
        numbers((row) => at(bought, row) + (random() - 0.5) * (k === 0 ? 1.4 : 2.6)),
      ]),
    );
    expect(leaksOf('bought', { ...easy, bought })).toEqual({});
  });

  it('are named where there are so many of them that the question would look easy', () => {
    const copies = Object.fromEntries(
      Array.from({ length: 10 }, (_, k) => [`copy ${k}`, numbers((row) => k + at(price, row))]),
    );
    const rough = numbers((row) => Math.round(at(price, row) / 5));
    expect(leaksOf('price', { ...copies, rough, age, noise, price })).toHaveProperty('rough');
  });

  it('are named when one of their words is said with one answer alone, and not when it is with both', () => {
    const told = (share: number) => {
      const codes = Int32Array.from({ length: ROWS }, (_, row) =>
        random() < 0.3 && (at(bought, row) === 1 || random() < share) ? 3 : row % 3,
      );
      const state: FrameColumn = { kind: 'text', codes, dictionary: ['new', 'seen', 'kept', 'paid'] };
      const frame: Frame = {
        rows: ROWS,
        columns: new Map<string, FrameColumn>([
          ['state', state],
          ['age', age],
        ]),
      };
      const target = { task: 'binary', values: bought.values, classes: ['no', 'yes'] } as const;
      return tellingValues(frame, target, { names: ['state', 'age'], target: 'bought' });
    };
    const [found, ...others] = told(0);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ warning: 'leakage', columns: ['state'] });
    expect(found?.message).toContain('Where "state" is "paid"');
    expect(told(0.1)).toEqual([]);
  });
});

it('whole numbers that number the rows in any order are taken for ids, measures are not', () => {
  const spec = { column: 'bought', over: null };
  const warningOf = (values: FrameColumn) =>
    adviseColumns(
      { rows: ROWS, columns: new Map([['x', values]]) },
      {
        columns: [{ name: 'x', storageType: 'BIGINT', type: 'integer', role: 'feature' }],
        target: readTarget(bought, 'integer', spec, undefined),
        spec,
      },
    )[0]?.warning;
  expect(warningOf(numbers((row) => 5000 + ((7 * row) % ROWS)))).toBe('idLike');
  expect(warningOf(numbers((row) => 5 * ((7 * row) % ROWS)))).toBeNull();
});

describe('equal rows', () => {
  const look = (columns: Readonly<Record<string, FrameColumn>>) =>
    findingsBefore(
      { rows: ROWS, columns: new Map(Object.entries(columns)) },
      {
        columns: [],
        target: { column: 'bought', over: null },
        advice: Object.keys(columns)
          .filter((name) => name !== 'bought')
          .map((name) => ({
            column: name,
            type: 'number',
            role: 'feature',
            isExcluded: false,
            warning: null,
            reason: null,
            strength: null,
          })),
      },
    ).map(({ warning, rows }) => ({ warning, rows }));

  it('are named as copies, and not where people are merely alike', () => {
    const source = (row: number): number => (row < 100 ? row + 100 : row);
    const copied = { age: numbers((row) => at(age, source(row))), bought: numbers((row) => at(bought, source(row))) };
    expect(look(copied)).toEqual([{ warning: 'duplicates', rows: 100 }]);
    const coarse = numbers((row) => Math.round(at(age, row)));
    expect(look({ coarse, bought })).toEqual([]);
  });
});
