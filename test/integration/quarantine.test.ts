import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Rule, type SchemaDocument, ValidationReport } from '../../shared/contract/validation.ts';
import { runCommand } from '../helpers/command-line.ts';
import { type EngineProcess, startEngine } from '../helpers/engine-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-quarantine-'));
const workspace = join(folder, 'workspace');
const source = { kind: 'path', path: join(folder, 'people.csv') } as const;

const rule = (part: Pick<Rule, 'id' | 'kind' | 'column' | 'params'> & Partial<Rule>): Rule => ({
  severity: 'error',
  environments: [],
  ...part,
});
const document: SchemaDocument = {
  formatVersion: 1,
  columns: [],
  rules: [
    rule({ id: 'range(age)', kind: 'range', column: 'age', params: { minimum: 0, maximum: 120 } }),
    rule({ id: 'presence(name)', kind: 'presence', column: 'name', params: {} }),
    rule({ id: 'uniqueness(id)', kind: 'uniqueness', column: 'id', params: {} }),
    rule({ id: 'rowCount', kind: 'rowCount', column: null, params: { minimum: 100 } }),
    rule({ id: 'length(name)', kind: 'length', column: 'name', params: { maximum: 3 }, severity: 'warning' }),
  ],
};

let engine: EngineProcess;
beforeAll(async () => {
  writeFileSync(
    source.path,
    'id,name,age\n1,Ann,30\n2,Bo,300\n3,,-1\n4,Dörte,44\n5,Eve,51\n5,Finn,52\n7,Gil,\n8,"H ""x""",61\n',
  );
  engine = await startEngine(workspace);
  await engine.finish(await engine.client.datasets.import({ source, name: 'people', options: {} }));
  await engine.client.datasets.setRole({ dataset: 'people', column: 'age', role: 'sensitive' });
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

const validate = async (dataset: string, quarantine: boolean): Promise<ValidationReport> =>
  ValidationReport.parse(
    await engine.finish(await engine.client.validation.validate({ dataset, document, quarantine })),
  );

it('moves nothing unless it is asked', async () => {
  expect(await validate('people', false)).toMatchObject({ isValid: false, quarantined: null, keptVersion: null });
  expect(await engine.client.datasets.versions({ dataset: 'people' })).toHaveLength(1);
});

it('makes a new version of the rows that hold, in their order, with roles and a profile of their own', async () => {
  expect(await validate('people@1', true)).toMatchObject({ rows: 8, quarantined: 4, keptVersion: 2, isValid: false });
  const { rows, columns } = await engine.client.datasets.rows({ dataset: 'people@2' });
  expect(columns).toEqual(['id', 'name', 'age']);
  expect(rows.map(([id]) => id)).toEqual([1, 4, 7, 8]);
  const profile = await engine.client.datasets.profile({ dataset: 'people' });
  expect(profile.dataset).toMatchObject({ version: 2, rows: 4, quarantined: 4 });
  expect(profile.columns.map(({ name, rows, missing, role }) => [name, rows, missing, role])).toEqual([
    ['id', 4, 0, 'feature'],
    ['name', 4, 0, 'feature'],
    ['age', 4, 1, 'sensitive'],
  ]);
  expect((await engine.client.datasets.get({ dataset: 'people@1' })).rows).toBe(8);
});

it('keeps each row that fails with its number, column, value and everything it breaks', async () => {
  const { total, rows } = await engine.client.datasets.quarantine({ dataset: 'people@2' });
  expect(total).toBe(4);
  expect(rows.map(({ row, line, column, value }) => [row, line, column, value])).toEqual([
    [2, null, 'age', '300'],
    [3, null, 'age', '-1'],
    [5, null, 'id', '5'],
    [6, null, 'id', '5'],
  ]);
  expect(rows[1]?.reason.split('; ')).toHaveLength(2);
  expect(JSON.parse(rows[0]?.text ?? '')).toEqual({ id: 2, name: 'Bo', age: 300 });
});

it('says so in the audit log, and what is kept has nothing more to move', async () => {
  const { entries } = await engine.client.models.audit({ limit: 20 });
  expect(entries.find(({ event }) => event === 'dataset.quarantined')).toMatchObject({
    subject: 'people@2',
    details: { from: 1, rows: 4, quarantined: 4 },
  });
  expect(await validate('people@2', true)).toMatchObject({ quarantined: 0, keptVersion: null });
  expect(await engine.client.datasets.versions({ dataset: 'people' })).toHaveLength(2);
  expect(
    readdirSync(join(workspace, 'data'), { recursive: true }).filter((name) => `${name}`.endsWith('.parquet')),
  ).toHaveLength(3);
});

it('is one option on the command line, which names the new version and still answers "no"', async () => {
  const schema = join(folder, 'schema.json');
  writeFileSync(schema, JSON.stringify(document));
  const asked = ['validate', 'people@1', '--schema', schema, '--quarantine', '--workspace', workspace, '--quiet'];
  const { code, stdout } = await runCommand(asked);
  expect(code).toBe(3);
  expect(stdout).toContain('4 rows in quarantine; the others are people@3');
  const second = await runCommand([...asked, '--json']);
  expect(JSON.parse(second.stdout)).toMatchObject({ quarantined: 4, keptVersion: 4 });
});

it('judges no file that was changed under us', async () => {
  const [{ hash } = { hash: '' }] = await engine.client.datasets.versions({ dataset: 'people' });
  appendFileSync(join(workspace, 'data', `${hash}.parquet`), 'PAR1');
  const { jobId } = await engine.client.validation.validate({ dataset: 'people', document, quarantine: false });
  await engine.finish({ jobId }).catch(() => undefined);
  expect((await engine.client.jobs.get({ jobId })).error).toMatchObject({ code: 'CORRUPT' });
});
