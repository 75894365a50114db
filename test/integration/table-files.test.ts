import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EngineProcess, startEngine } from '../helpers/engine-process.ts';

const HOSTILE = fileURLToPath(new URL('../fixtures/hostile/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'drydock-tables-'));
let engine: EngineProcess;

beforeAll(async () => {
  engine = await startEngine(join(folder, 'workspace'));
  for (const file of [
    'all-types.parquet',
    'formulas.csv',
    'one-bad-number.csv',
    'broken-line.jsonl',
    'blank-lines.csv',
  ]) {
    const source = { kind: 'path', path: join(HOSTILE, file) } as const;
    await engine.finish(await engine.client.datasets.import({ source, options: {} }));
  }
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('shows every digit of large integers and decimals, and times as a clock does', async () => {
  const { columns, rows } = await engine.client.datasets.rows({ dataset: 'all-types' });
  const shown = (name: string) => rows.map((row) => row[columns.indexOf(name)]);
  expect(shown('u64')[0]).toBe('18446744073709551615');
  expect(shown('dec38')[1]).toBe('1000000000000000000000000000001');
  expect(shown('time')[0]).toBe('23:59:00');
  expect(shown('ns')[0]).toBe('1970-01-01 00:00:00.000000001');
});

it('sorts by the value, not by the text that is shown', async () => {
  const sort = { column: 'dec38', isDescending: true };
  const { columns, rows } = await engine.client.datasets.rows({ dataset: 'all-types', sort });
  expect(rows.map((row) => row[columns.indexOf('dec38')])).toEqual(['1000000000000000000000000000001', '-1', null]);
});

it('writes CSV in which no cell is a formula', async () => {
  const { path } = await engine.client.datasets.exportRows({ dataset: 'formulas', format: 'csv' });
  const cells = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^\d,"?/, ''));
  expect(cells.map((cell) => cell[0])).toEqual(["'", "'", "'", "'"]);
});

it('names row, line, column, value and reason of what went to quarantine', async () => {
  const number = await engine.client.datasets.quarantine({ dataset: 'one-bad-number' });
  expect(number.rows).toMatchObject([
    { row: 23, line: 24, column: 'amount', value: 'n.a.', reason: 'cannot be read as a number' },
  ]);
  const json = await engine.client.datasets.quarantine({ dataset: 'broken-line' });
  expect(json).toMatchObject({ total: 1, rows: [{ row: 21, line: 21, text: '{"id": 20, "x": ' }] });
  expect(json.rows[0]?.reason).toMatch(/Unexpected end/);
  expect((await engine.client.datasets.quarantine({ dataset: 'blank-lines' })).total).toBe(0);
});
