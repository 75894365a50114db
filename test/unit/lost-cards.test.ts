import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fallenDevice, workerDeath } from '../../electron/jobs/worker-death.ts';

const SCRIPT = resolve(import.meta.dirname, '..', 'helpers', 'held-by-a-card.ts');
const ended = (how: string) => spawnSync(process.execPath, [SCRIPT, how], { encoding: 'utf8' });

describe('a call to a graphics card', () => {
  it('that never returns ends the process, which nothing else could, with words that say why', () => {
    const { signal, status, stderr } = ended('hangs');
    expect(process.platform === 'win32' ? status : signal).toBe(process.platform === 'win32' ? 1 : 'SIGABRT');
    expect(stderr).toContain('WebGPU has not answered for 1 s.');
  });

  it('that returns does not, however long the next one is in coming', () => {
    expect(ended('returns')).toMatchObject({ status: 0, signal: null });
  });
});

describe('the end of a worker', () => {
  const died = { exitCode: null, signal: 'SIGSEGV', lastWords: '', held: 'webgpu' } as const;

  it.each([
    ['by a fault while it computes on a card', died, 'webgpu'],
    ['by a code, as on Windows, while it does', { ...died, signal: null, exitCode: 0xc0000005 }, 'webgpu'],
    ['by memory that a card did not have', { ...died, signal: 'SIGABRT', lastWords: 'Out of memory' }, 'webgpu'],
    ['by a fault when it held none', { ...died, held: null }, null],
    ['by somebody who kills it', { ...died, signal: 'SIGKILL' }, null],
  ] as const)('%s is laid to what it fell with', (_, death, device) => {
    const error = workerDeath(death);
    expect(fallenDevice(error)).toBe(device);
    expect(error.message.includes('while it computed on webgpu')).toBe(device !== null);
    expect(error.remedy).toBeTruthy();
  });
});
