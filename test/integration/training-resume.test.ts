import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';

const SCRIPT = resolve(import.meta.dirname, '..', 'helpers', 'train-network.ts');
const Fitted = z.object({ hash: z.string(), stoppedBecause: z.string(), memory: z.array(z.number()) });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-resume-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(own: string, epochs: number, rows: number): { child: ChildProcess; answer: Promise<string> } {
  const child = spawn(process.execPath, [SCRIPT, own, String(epochs), String(rows)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += String(chunk)));
  return { child, answer: new Promise((done) => child.once('close', () => done(printed))) };
}

const fitted = async (own: string, epochs: number, rows: number) =>
  Fitted.parse(JSON.parse(await start(own, epochs, rows).answer));

describe('a training of a network', { timeout: 240_000 }, () => {
  it('that is killed again and again ends with the model of an unbroken one, bit for bit', async () => {
    const [epochs, rows] = [260, 6000];
    const whole = await fitted(await mkdtemp(join(folder, 'whole-')), epochs, rows);
    const own = await mkdtemp(join(folder, 'killed-'));
    const random = seededRandom(Date.now());
    let kills = 0;
    for (; kills < 3; kills++) {
      const { child, answer } = start(own, epochs, rows);
      // At any moment once there is something to go on from: while it computes, or while it writes.
      for (let waited = 0; waited < 60_000 && !existsSync(join(own, 'checkpoint.bin')); waited += 50) await pause(50);
      await pause(700 + 900 * random());
      child.kill('SIGKILL');
      if ((await answer) !== '') break;
    }
    const resumed = await fitted(own, epochs, rows);
    expect(kills).toBeGreaterThan(0);
    expect(resumed.hash).toBe(whole.hash);
    expect(resumed.stoppedBecause).toBe(whole.stoppedBecause);
    expect(resumed.memory.length).toBeLessThan(epochs);
  });

  it('takes no more memory after hundreds of epochs than after a few dozen', async () => {
    const { memory } = await fitted(await mkdtemp(join(folder, 'memory-')), 400, 4000);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const grown = mean(memory.slice(-50)) - mean(memory.slice(50, 100));
    expect(memory).toHaveLength(400);
    expect(grown / 2 ** 20).toBeLessThan(25);
  });
});

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
