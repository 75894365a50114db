import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { fitBroken, fitWhole } from '../helpers/breakable-fit.ts';

const SCRIPT = 'fit-process.ts';
const KILLS = 4;

it.each([
  ['boosting', { rounds: 400, patience: 400, leaves: 63, rowShare: 0.8 }],
  ['forest', { trees: 400 }],
])(
  '%s that is killed at random moments ends as the same model as an unbroken fit',
  { timeout: 600_000 },
  async (algorithm, params) => {
    const [whole, broken] = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), 'drydock-fit-'))));
    if (whole === undefined || broken === undefined) throw new Error('no folders');
    const args = [algorithm, JSON.stringify(params)];
    try {
      const wanted = await fitWhole(SCRIPT, whole, args);
      expect(wanted).toMatch(/^model /);
      const random = seededRandom(3);
      for (let kill = 0; kill < KILLS; kill++) {
        const printed = await fitBroken(SCRIPT, broken, args, random);
        expect(printed).not.toContain('model ');
        expect(printed.includes('resumed')).toBe(kill > 0);
      }
      const last = await fitWhole(SCRIPT, broken, args);
      expect(last).toContain('resumed');
      expect(last.split('\n').filter((line) => line.startsWith('model '))).toEqual([wanted.trim()]);
    } finally {
      await Promise.all([whole, broken].map((folder) => rm(folder, { recursive: true, force: true })));
    }
  },
);
