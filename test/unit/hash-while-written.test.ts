import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashWhileWritten } from '../../electron/services/datasets/hash-while-written.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-hash-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const pieces = Array.from({ length: 40 }, (_, index) => Buffer.alloc(1 + index * 7919, index));
const expected = createHash('sha256').update(Buffer.concat(pieces)).digest('hex');

async function write(path: string): Promise<void> {
  for (const piece of pieces) {
    await appendFile(path, piece);
    await setImmediate();
  }
}

it('hashes all of a file that grows meanwhile', async () => {
  const path = join(folder, 'grows');
  expect(await hashWhileWritten(path, write(path), signal)).toBe(expected);
});

it('hashes the file that takes the place of the one it began with', async () => {
  const path = join(folder, 'moved');
  await writeFile(path, 'an older one');
  const writing = write(`${path}.new`).then(() => rename(`${path}.new`, path));
  expect(await hashWhileWritten(path, writing, signal)).toBe(expected);
});

it('fails as the writing does', async () => {
  const path = join(folder, 'fails');
  const writing = write(path).then(() => Promise.reject(new Error('The disk is full.')));
  await expect(hashWhileWritten(path, writing, signal)).rejects.toThrow('The disk is full.');
});
