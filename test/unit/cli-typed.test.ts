import { describe, expect, it } from 'vitest';
import { describeProgress } from '../../electron/cli/progress-line.ts';
import { printable, shortBytes, shortDuration, shortNumber, table } from '../../electron/cli/table.ts';
import { DriftTestList, Duration, Names, Params, Target } from '../../electron/cli/typed.ts';

describe('a target as typed', () => {
  it('is a column, or a numeric column over a number', () => {
    expect(Target.parse('income')).toEqual({ column: 'income', over: null });
    expect(Target.parse('arr_delay > 15')).toEqual({ column: 'arr_delay', over: 15 });
    expect(Target.parse('net gain>-2.5e3')).toEqual({ column: 'net gain', over: -2500 });
  });

  it('is refused with what was typed when it is neither', () => {
    expect(() => Target.parse('arr_delay > soon')).toThrow('\\"arr_delay > soon\\" is neither a column nor');
    expect(() => Target.parse('a < 3')).toThrow('neither');
  });
});

describe('drift tests as typed', () => {
  it('name a column, a test and its parameters; the threshold is none of them', () => {
    expect(DriftTestList.parse('distance=ks:method=exact,threshold=0.01; carrier=psi:bins=10')).toEqual({
      distance: [{ test: 'ks', params: { method: 'exact' }, threshold: 0.01 }],
      carrier: [{ test: 'psi', params: { bins: 10 } }],
    });
  });

  it('give a column named twice both tests in order, and take * for every column', () => {
    expect(DriftTestList.parse('*=ks;*=wasserstein')).toEqual({
      '*': [
        { test: 'ks', params: {} },
        { test: 'wasserstein', params: {} },
      ],
    });
  });

  it('are refused with the part that is wrong', () => {
    expect(() => DriftTestList.parse('distance=ks;carrier')).toThrow('\\"carrier\\" is not column=test');
    expect(() => DriftTestList.parse('distance=ks:bins')).toThrow('is not column=test');
  });
});

it('a duration takes seconds, minutes and hours', () => {
  expect(['90', '60s', '1.5m', '2h', '500ms'].map((text) => Duration.parse(text))).toEqual([90, 60, 90, 7200, 0.5]);
  expect(() => Duration.parse('soon')).toThrow('not a duration');
});

it('names are separated by commas, parameters are name=value', () => {
  expect(Names.parse('a, b ,,c')).toEqual(['a', 'b', 'c']);
  expect(Params.parse(['rate=0.1', 'deep=true', 'kind=adam'])).toEqual({ rate: 0.1, deep: true, kind: 'adam' });
  expect(Params.parse(['hidden=128,64', 'names=a,b'])).toEqual({ hidden: [128, 64], names: 'a,b' });
  expect(() => Params.parse(['=1'])).toThrow('is not name=value');
});

describe('what a person reads', () => {
  it('has at most four significant digits, whole numbers in full', () => {
    expect([0.123456, 1234567, 12.3456, 1.5e-9, Number.NaN, null].map((value) => shortNumber(value))).toEqual([
      '0.1235',
      '1,234,567',
      '12.35',
      '1.500e-9',
      'n/a',
      'n/a',
    ]);
    expect([shortBytes(999), shortBytes(1234567), shortDuration(3.21), shortDuration(75), shortDuration(600)]).toEqual([
      '999 bytes',
      '1.23 MB',
      '3.2 s',
      '75 s',
      '10 min 0 s',
    ]);
  });

  it('stands in columns, numbers to the right', () => {
    expect(
      table(
        ['name', 'rows'],
        [
          ['a', '10'],
          ['bcd', '1,000'],
        ],
      ),
    ).toBe('name   rows\n----  -----\na        10\nbcd   1,000');
    expect(table(['name'], [])).toBe('(none)');
    expect(printable('a\u001b[31m\u202eb\n\u009bc')).toBe('a␛[31m\ufffdb\n\ufffdc');
  });

  it('says how far a job is, how fast, and what is left', () => {
    const progress = { stage: 'reading', done: 5e6, total: 1e7, unit: 'bytes', rate: 1e6, etaMs: 5000 } as const;
    expect(describeProgress(progress)).toBe('reading: 5.00 MB of 10.0 MB, 1.00 MB/s, 5.0 s left');
    // Epochs come with the rows they go through.
    expect(describeProgress({ ...progress, unit: 'epochs', done: 3, total: 9, rate: 4000, etaMs: null })).toBe(
      'reading: 3 of 9 epochs, 4,000 rows/s',
    );
    expect(describeProgress({ ...progress, unit: 'epochs', done: 3, total: null, rate: null, etaMs: null })).toBe(
      'reading: 3 epochs',
    );
  });
});
