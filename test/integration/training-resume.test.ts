import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { fitBroken, fitWhole } from '../helpers/breakable-fit.ts';

const SCRIPT = 'train-network.ts';
const KILLS = 3;
const Fitted = z.object({ hash: z.string(), stoppedBecause: z.string(), memory: z.array(z.number()) });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-resume-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fitted = async (own: string, epochs: number, rows: number) =>
  Fitted.parse(JSON.parse(await fitWhole(SCRIPT, own, [String(epochs), String(rows)])));

describe('a training of a network', { timeout: 240_000 }, () => {
  it('that is killed again and again ends with the model of an unbroken one, bit for bit', async () => {
    const [epochs, rows] = [260, 6000];
    const whole = await fitted(await mkdtemp(join(folder, 'whole-')), epochs, rows);
    const own = await mkdtemp(join(folder, 'killed-'));
    const random = seededRandom(Date.now());
    for (let kill = 0; kill < KILLS; kill++)
      expect(await fitBroken(SCRIPT, own, [String(epochs), String(rows)], random)).toBe('');
    const resumed = await fitted(own, epochs, rows);
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
