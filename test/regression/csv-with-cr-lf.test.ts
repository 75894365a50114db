import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importTask } from '../../electron/services/datasets/import-task.ts';
import { silentTask } from '../helpers/silent-task.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-cr-lf-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['words', 'a,b\r\n1,x\r\n2,y\r\n3,z\r\n'],
  ['quoted words', 'a,b\r\n1,"x, and y"\r\n2,"z"\r\n3,w\r\n'],
  ['no end of the last line', 'a,b\r\n1,x\r\n2,y\r\n3,z'],
])('a text file whose lines end with CR LF is imported whole: %s', async (_, text) => {
  const path = join(folder, 'lines.csv');
  writeFileSync(path, text);
  const imported = await importTask({ path, format: undefined, options: {} }, silentTask(folder));
  expect(imported).toMatchObject({ rows: 3, quarantined: 0 });
});
