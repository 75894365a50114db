import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
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
