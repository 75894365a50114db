import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { DuckDb } from '../../electron/compute/frame/duckdb.ts';
import { readColumns } from '../../electron/compute/frame/read-columns.ts';
import { runCommand } from '../helpers/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-wide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('refuses a CSV file of 50,000 columns and names the limit', async () => {
  const path = join(folder, 'wide.csv');
  const line = (of: (column: number) => string): string => Array.from({ length: 50_000 }, (_, i) => of(i)).join(',');
  writeFileSync(path, [line((i) => `c${i}`), ...Array.from({ length: 20 }, () => line(String))].join('\n'));
  const { code, stdout } = await runCommand([
    'import',
    path,
    '--workspace',
    join(folder, 'workspace'),
    '--quiet',
    '--json',
  ]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'BAD_INPUT', message: expect.stringContaining('20000 columns'), kept: 'Nothing was changed.' },
  });
});

it('imports a Parquet file of more columns than are read at once, each with its values and figures', async () => {
  const path = join(folder, 'wide.parquet');
  const columns = 2_300;
  {
    await using database = await DuckDb.open();
    const select = Array.from({ length: columns }, (_, i) =>
      i % 500 === 7 ? `'w' || (range % 3) AS c${i}` : `CASE WHEN range % 4 <> 1 THEN range * 1000 + ${i} END AS c${i}`,
    );
    await database.writeParquet(`SELECT ${select.join(', ')} FROM range(12)`, path);
  }
  const workspace = join(folder, 'workspace');
  const imported = await runCommand(['import', path, '--name', 'wide', '--workspace', workspace, '--quiet', '--json']);
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  const { dataset } = JSON.parse(imported.stdout) as { dataset: { rows: number; columns: { name: string }[] } };
  expect([dataset.rows, dataset.columns.map(({ name }) => name)]).toEqual([
    12,
    Array.from({ length: columns }, (_, i) => `c${i}`),
  ]);
  const shown = JSON.parse((await runCommand(['show', 'wide', '--workspace', workspace, '--json'])).stdout) as {
    columns: { name: string }[];
  };
  const figuresOf = (name: string) => shown.columns.find((column) => column.name === name);
  expect(figuresOf('c2299')).toMatchObject({ missing: 3, distinct: 9, min: 2299, max: 13299 });
  expect(figuresOf('c1507')).toMatchObject({ missing: 0, distinct: 3, min: 'w0', max: 'w2' });
  const shownAt = async (...options: string[]) =>
    JSON.parse((await runCommand(['show', 'wide', ...options, '--workspace', workspace, '--json'])).stdout) as unknown;
  expect(await shownAt('--columns', 'c1507,c3')).toMatchObject({ columns: [{ name: 'c3' }, { name: 'c1507' }] });
  expect(await shownAt('--skip', '2299')).toMatchObject({ columns: [{ name: 'c2299' }] });
  const [stored = ''] = readdirSync(join(workspace, 'data'));
  const frame = await readColumns(join(workspace, 'data', stored), ['c3', 'c1507', 'c2299']);
  expect(frame.columns.get('c2299')).toEqual({
    kind: 'number',
    values: Float64Array.from({ length: 12 }, (_, row) => (row % 4 === 1 ? Number.NaN : row * 1000 + 2299)),
  });
  expect(frame.columns.get('c1507')).toMatchObject({ dictionary: ['w0', 'w1', 'w2'] });
});
