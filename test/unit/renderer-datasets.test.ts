import { describe, expect, it } from 'vitest';
import { profileShift } from '../../renderer/features/datasets/profile-shift.ts';
import { filterFrom, filterText } from '../../renderer/features/datasets/row-filters.ts';
import { paramsFrom } from '../../renderer/features/datasets/rule-params.ts';
import { freeRuleId, ruleSummary } from '../../renderer/features/datasets/rule-summary.ts';
import { schemaDifference } from '../../renderer/features/datasets/schema-difference.ts';
import { gridText, pointText, shortText } from '../../renderer/lib/cell-text.ts';
import type { ColumnProfile } from '../../shared/contract/datasets.ts';
import type { Rule, SchemaDocument } from '../../shared/contract/validation.ts';

const profile = (part: Partial<ColumnProfile>): ColumnProfile => ({
  name: 'x',
  type: 'number',
  role: 'feature',
  rows: 100,
  missing: 0,
  distinct: 10,
  isDistinctExact: true,
  min: 0,
  max: 1,
  mean: null,
  standardDeviation: null,
  quantiles: null,
  quantileRows: null,
  histogram: null,
  topValues: null,
  ...part,
});

const rule = (part: Partial<Rule>): Rule => ({
  id: 'range(age)',
  kind: 'range',
  column: 'age',
  params: { minimum: 0, maximum: 120 },
  severity: 'error',
  environments: [],
  ...part,
});

describe('how far a column has moved between two profiles', () => {
  it('is 0 for equal histograms and 1 for ones without a common value', () => {
    const here = profile({ histogram: { edges: [0, 1, 2], counts: [50, 50] } });
    const there = profile({ histogram: { edges: [10, 11, 12], counts: [50, 50] } });
    expect(profileShift(here, here)).toBeCloseTo(0, 12);
    expect(profileShift(here, there)).toBeCloseTo(1, 12);
  });

  it('is half when half of the rows stay, with bins of different widths', () => {
    const narrow = profile({ histogram: { edges: [0, 15], counts: [100] } });
    const wide = profile({ histogram: { edges: [0, 15, 30], counts: [50, 50] } });
    expect(profileShift(narrow, wide)).toBeCloseTo(0.5, 12);
  });

  it('is the total variation distance of categories', () => {
    const before = profile({
      topValues: [
        { value: 'a', count: 60 },
        { value: 'b', count: 40 },
      ],
    });
    const after = profile({
      topValues: [
        { value: 'a', count: 50 },
        { value: 'c', count: 50 },
      ],
    });
    expect(profileShift(before, after)).toBeCloseTo(0.5, 12);
  });

  it('has no answer when one side is empty or of another kind', () => {
    const numbers = profile({ histogram: { edges: [0, 1], counts: [1] } });
    expect(profileShift(numbers, profile({ histogram: { edges: [0, 1], counts: [0] } }))).toBeNull();
    expect(profileShift(numbers, profile({ topValues: [] }))).toBeNull();
  });
});

describe('a filter on rows', () => {
  it('compares numbers as numbers and text as text', () => {
    expect(filterFrom({ name: 'age', type: 'integer' }, '>=', '1,200')).toMatchObject({ operator: '>=', value: 1200 });
    expect(filterFrom({ name: 'zip', type: 'text' }, '=', '01200')).toMatchObject({ value: '01200' });
  });

  it('keeps the digits of an integer past double precision', () => {
    expect(filterFrom({ name: 'id', type: 'integer' }, '=', '9007199254740993')).toMatchObject({
      value: '9007199254740993',
    });
  });

  it('says what is wrong instead of asking for nonsense', () => {
    expect(filterFrom({ name: 'age', type: 'integer' }, '=', 'old')).toBe('Give a number.');
    expect(filterFrom({ name: 'age', type: 'integer' }, '=', ' ')).toBe('Give a value.');
  });

  it('reads as a sentence', () => {
    expect(filterText({ kind: 'missing', column: 'age', isMissing: true })).toBe('age is missing');
    expect(filterText({ kind: 'compare', column: 'age', operator: '>=', value: 18 })).toBe('age ≥ 18');
  });
});

describe('the form of a rule', () => {
  const fields = [
    { name: 'minimum', label: 'Minimum', type: 'number', isOptional: true },
    { name: 'values', label: 'Values', type: 'list', isOptional: false },
  ] as const;

  it('turns text into numbers where it is one, and leaves times as text', () => {
    const typed = { minimum: '2013-01-01', values: '1\n 2 \n\n3' };
    expect(paramsFrom(fields, typed, 'integer')).toEqual({
      params: { minimum: '2013-01-01', values: [1, 2, 3] },
      problems: {},
    });
  });

  it('names the field that lacks a value and leaves out what is optional', () => {
    const { params, problems } = paramsFrom(fields, { minimum: '', values: '' }, 'text');
    expect(params).toEqual({});
    expect(Object.keys(problems)).toEqual(['values']);
  });

  it('gives a second rule of a kind on a column an id of its own', () => {
    expect(freeRuleId('range', 'age', ['range(age)'])).toBe('range(age)#2');
    expect(freeRuleId('rowCount', null, [])).toBe('rowCount');
  });

  it('sums parameters up in a line', () => {
    expect(ruleSummary(rule({}))).toBe('minimum 0, maximum 120');
    expect(ruleSummary({ params: { exclusiveMinimum: true, maximum: null } })).toBe('exclusive minimum');
  });
});

describe('the difference between two schemas', () => {
  it('names what was added, removed and changed, columns first', () => {
    const before: SchemaDocument = {
      formatVersion: 1,
      columns: [{ name: 'age', type: 'integer', isRequired: true }],
      rules: [rule({}), rule({ id: 'presence(age)', kind: 'presence', params: {} })],
    };
    const after: SchemaDocument = {
      formatVersion: 1,
      columns: [{ name: 'age', type: 'number', isRequired: true }],
      rules: [rule({ severity: 'warning' }), rule({ id: 'set(sex)', kind: 'set', params: { values: ['f', 'm'] } })],
    };
    expect(schemaDifference(before, after).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      'changed age',
      'changed range(age)',
      'removed presence(age)',
      'added set(sex)',
    ]);
    expect(schemaDifference(before, before)).toEqual([]);
  });
});

describe('a cell in a table of figures', () => {
  it('shortens times to what they say', () => {
    expect(shortText('2013-06-01T05:00:00Z', 'timestamp')).toBe('2013-06-01 05:00');
    expect(shortText('2013-06-01T00:00:00.000Z', 'date')).toBe('2013-06-01');
    expect(pointText(Date.UTC(2013, 5, 1, 5), 'timestamp')).toBe('2013-06-01 05:00');
    expect(shortText(null, 'number')).toBe('n/a');
    expect(gridText('2013-06-01T00:00:00.000Z', 'date')).toBe('2013-06-01');
    expect(gridText(1234567.891, 'number')).toBe('1234567.891');
  });
});
