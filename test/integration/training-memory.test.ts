import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

const SCRIPT = resolve(import.meta.dirname, '..', 'helpers', 'train-network.ts');
const [EPOCHS, ROWS] = [400, 4000];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-memory-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a training of a network takes no more memory after hundreds of epochs than after a few dozen', {
  timeout: 240_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, folder, String(EPOCHS), String(ROWS)]);
  const memory = z.array(z.number()).parse(JSON.parse(stdout));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const grown = mean(memory.slice(-50)) - mean(memory.slice(50, 100));
  expect(memory).toHaveLength(EPOCHS);
  expect(grown / 2 ** 20).toBeLessThan(25);
});
