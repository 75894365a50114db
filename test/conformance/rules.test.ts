import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { quoteLiteral } from '../../electron/compute/frame/sql-text.ts';
import type { LiveValue, TableShape } from '../../electron/compute/rules/rule-kind.ts';
import { RULE_KINDS, ruleKind } from '../../electron/compute/rules/rule-kinds.ts';
import type { ColumnType } from '../../shared/contract/datasets.ts';
import { AppError } from '../../shared/errors.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});

/** Rules of each kind that judges rows, with the column types they are tried on. */
const ROW_RULES: readonly { kind: string; params: Record<string, unknown>; types: readonly ColumnType[] }[] = [
  ...(['integer', 'number', 'boolean', 'date'] as const).map((type) => ({
    kind: 'type',
    params: { type },
    types: ['text', 'number'] as const,
  })),
  { kind: 'presence', params: {}, types: ['text', 'number', 'integer', 'boolean'] },
  { kind: 'range', params: { minimum: -3, maximum: 40.5 }, types: ['text', 'number', 'integer'] },
  { kind: 'range', params: { minimum: 0, exclusiveMinimum: true }, types: ['text', 'number', 'integer'] },
  { kind: 'range', params: { minimum: '2020-01-01' }, types: ['date'] },
  { kind: 'set', params: { values: ['a', 'B', 7, '0'] }, types: ['text', 'number', 'integer'] },
  { kind: 'set', params: { forbidden: ['a', 1, true] }, types: ['text', 'integer', 'boolean'] },
  { kind: 'regex', params: { pattern: '^[a-z ]+\\s?\\d*$' }, types: ['text'] },
  { kind: 'regex', params: { pattern: '[\\s.]x|é' }, types: ['text'] },
  { kind: 'length', params: { minimum: 1, maximum: 3 }, types: ['text'] },
  { kind: 'compare', params: { operator: '<=', right: 'b' }, types: ['number', 'integer'] },
  { kind: 'dateOrder', params: { after: 'b' }, types: ['date', 'text'] },
];

const DAYS = fc
  .date({ min: new Date('1999-12-28'), max: new Date('2031-01-03'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const text = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'a',
    'B',
    '0',
    '1',
    'true',
    'FALSE',
    '-3',
    '40.5',
    ' 12 ',
    '1e3',
    '1e999',
    '.5',
    '5.',
    '1_000',
    '0x10',
    'nan',
    'inf',
    '2020-02-30',
    '2020-02-29',
    'x\u00a0x',
    'é',
    '👍👍',
    "it's",
    'a\nb',
  ),
  fc.string({ maxLength: 6, unit: 'binary' }).filter((value) => !value.includes('\0')),
  fc.double({ noNaN: true }).map(String),
  DAYS,
);
const VALUES: Readonly<Record<string, fc.Arbitrary<LiveValue>>> = {
  text,
  number: fc.oneof(fc.double(), fc.constantFrom(-3, 0, -0, 7, 40.5, Number.NaN, Number.POSITIVE_INFINITY)),
  integer: fc.integer({ min: -50, max: 50 }),
  boolean: fc.boolean(),
  date: DAYS,
};
const SQL_TYPES: Readonly<Record<string, string>> = {
  text: 'VARCHAR',
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  date: 'DATE',
};

function cellSql(value: LiveValue, type: string): string {
  if (value === null || value === undefined) return `NULL::${SQL_TYPES[type]}`;
  if (typeof value === 'number' && type === 'number') return `'${Object.is(value, -0) ? '-0.0' : value}'::DOUBLE`;
  return `${quoteLiteral(String(value))}::${SQL_TYPES[type]}`;
}

describe('a row rule in bulk and its live twin agree on every value', () => {
  for (const { kind, params, types } of ROW_RULES) {
    for (const type of types) {
      it(`${kind} ${JSON.stringify(params)} on a column of ${type}`, async () => {
        const value = VALUES[type];
        if (!value) throw new Error(`no values of type ${type}`);
        const cell = fc.oneof({ weight: 8, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) });
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.record({ a: cell, b: cell }), { minLength: 20, maxLength: 60 }),
            async (rows) => {
              const relation = `(VALUES ${rows.map((row, index) => `(${index}, ${cellSql(row.a, type)}, ${cellSql(row.b, type)})`).join(', ')}) t(file_row_number, a, b)`;
              const columnType = type as ColumnType;
              const table: TableShape = {
                relation,
                types: new Map([
                  ['a', columnType],
                  ['b', columnType],
                ]),
              };
              const compiled = ruleKind(kind).read({ id: kind, column: 'a', params }).compile(table);
              if (compiled.scope !== 'row') throw new Error(`${kind} judges no rows`);
              const answer = await connection.runAndReadAll(
                `SELECT ${compiled.failing} AS bad FROM ${relation} ORDER BY file_row_number`,
              );
              expect(answer.getRowsJS().map(([bad]) => bad)).toEqual(rows.map((row) => compiled.fails(row)));
            },
          ),
          { numRuns: 25 },
        );
      });
    }
  }
});

describe('every kind of rule', () => {
  it.each(RULE_KINDS.map((kind) => [kind.kind, kind] as const))(
    '%s refuses parameters of the wrong shape by name',
    (_, kind) => {
      const params = {
        minimum: 'no',
        maximum: {},
        values: 3,
        pattern: '(',
        type: 'colour',
        columns: 'a',
        quantile: 7,
        after: 1,
        operator: '~',
        right: 2,
        order: 0,
        maximumAgeDays: -1,
        minimumShare: 2,
      };
      expect(() => kind.read({ id: 'r1', column: 'a', params })).toThrow(AppError);
      expect(() => kind.read({ id: 'r1', column: 'a', params })).toThrow(/r1/);
    },
  );

  it.each(RULE_KINDS.filter((kind) => kind.needsColumn).map((kind) => [kind.kind, kind] as const))(
    '%s says that it needs a column',
    (_, kind) => {
      expect(() => kind.read({ id: 'r1', column: null, params: {} })).toThrow(/needs a column/);
    },
  );

  it('has a name of its own', () => {
    expect(new Set(RULE_KINDS.map((kind) => kind.kind)).size).toBe(RULE_KINDS.length);
  });
});

describe('parameters', () => {
  it.each(RULE_KINDS.map(({ kind }) => kind))(
    'of %s that it does not know are refused by name, never ignored',
    (kind) => {
      const rule = { id: 'r', column: 'a', params: { minimumm: 1 } };
      expect(() => ruleKind(kind).read(rule)).toThrow(/minimumm/);
    },
  );

  it.each(['range', 'length', 'rowCount', 'distinctCount', 'mean', 'standardDeviation'])(
    'of %s without any bound are refused, for the rule would check nothing',
    (kind) => {
      expect(() => ruleKind(kind).read({ id: 'r', column: 'a', params: {} })).toThrow(/minimum or a maximum/);
    },
  );

  it('of a quantile need a bound too', () => {
    const rule = { id: 'r', column: 'a', params: { quantile: 0.5 } };
    expect(() => ruleKind('quantile').read(rule)).toThrow(/minimum or a maximum/);
    expect(ruleKind('quantile').read({ ...rule, params: { quantile: 0.5, maximum: 3 } }).columns).toEqual(['a']);
  });
});
