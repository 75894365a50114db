import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TableShape } from '../../electron/compute/rules/rule-kind.ts';
import { ruleKind } from '../../electron/compute/rules/rule-kinds.ts';

const FOLDER = fileURLToPath(new URL('./data/validation/', import.meta.url));

interface Case {
  readonly id: string;
  readonly params: Readonly<Record<string, unknown>> & { readonly rule: string };
  readonly expected: { readonly valid: boolean; readonly failingRows?: readonly number[]; readonly observed?: number };
}

const { cases } = JSON.parse(readFileSync(`${FOLDER}expected.json`, 'utf8')) as { cases: readonly Case[] };
/** Kinds of another chapter (free SQL, drift against a reference) have their own suites. */
const covered = cases.filter(({ params }) => params.rule !== 'sql' && params.rule !== 'drift');

/** Golden cases name the columns of a relation in words of their own. */
function toRule({ rule, ...params }: Case['params']) {
  if (rule === 'dateOrder')
    return {
      id: rule,
      column: String(params['before']),
      params: { after: params['after'], orEqual: params['orEqual'] },
    };
  if (rule === 'compare')
    return {
      id: rule,
      column: String(params['left']),
      params: { operator: params['operator'], right: params['right'] },
    };
  const { column = null, ...rest } = params;
  return {
    id: rule,
    column: column === null ? (Array.isArray(rest['columns']) ? String(rest['columns'][0]) : null) : String(column),
    params: rest,
  };
}

const NUMBERS = ['id', 'hours', 'branch', 'seq', 'amount', 'net'];
const COLUMNS = [
  'id',
  'age',
  'hours',
  'category',
  'email',
  'code',
  'region',
  'branch',
  'start',
  'seq',
  'amount',
  'end',
  'net',
];

describe('rules find the rows that Great Expectations and Pandera find', () => {
  const table: TableShape = {
    relation: 'dirty',
    types: new Map(COLUMNS.map((name) => [name, NUMBERS.includes(name) ? 'number' : 'text'])),
  };
  let query: (sql: string) => Promise<unknown[][]>;

  beforeAll(async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const columns = COLUMNS.map((name) => `'${name}': '${NUMBERS.includes(name) ? 'DOUBLE' : 'VARCHAR'}'`).join(', ');
    await connection.run(
      `CREATE TABLE dirty AS SELECT *, row_number() OVER () - 1 AS file_row_number FROM read_csv('${FOLDER}dirty.csv', columns = {${columns}}, header = true, nullstr = '', parallel = false)`,
    );
    query = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][];
  });

  it.each(covered.map((golden) => [golden.id, golden] as const))('%s', async (_, { params, expected }) => {
    const compiled = ruleKind(params.rule).read(toRule(params)).compile(table);
    if (compiled.scope === 'table') {
      const observed = (await query(`SELECT ${compiled.aggregate} FROM dirty`))[0]?.[0] as number | string | null;
      expect(compiled.judge(observed).isOk).toBe(expected.valid);
      if (expected.observed !== undefined) {
        expect(Math.abs(Number(observed) - expected.observed)).toBeLessThanOrEqual(
          1e-9 + 1e-9 * Math.abs(expected.observed),
        );
      }
      return;
    }
    const found = await query(
      `SELECT file_row_number FROM (SELECT file_row_number, ${compiled.failing} AS bad FROM dirty) WHERE bad ORDER BY file_row_number`,
    );
    expect(found.map(([row]) => Number(row))).toEqual(expected.failingRows);
  });

  it('judges a live row exactly as the bulk query does', async () => {
    const rows = (
      await query(`SELECT ${COLUMNS.map((name) => `"${name}"`).join(', ')} FROM dirty ORDER BY file_row_number`)
    ).map((cells) => Object.fromEntries(COLUMNS.map((name, index) => [name, cells[index] as string | number | null])));
    let compared = 0;
    for (const { params, expected } of covered) {
      const compiled = ruleKind(params.rule).read(toRule(params)).compile(table);
      if (compiled.scope !== 'row') continue;
      expect(rows.flatMap((row, index) => (compiled.fails(row) ? [index] : []))).toEqual(expected.failingRows);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(15);
  });
});
