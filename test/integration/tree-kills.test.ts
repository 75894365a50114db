import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';

const SCRIPT = resolve(import.meta.dirname, '..', 'helpers', 'fit-process.ts');
const KILLS = 6;

/** Fits in a process of its own, killed after so many milliseconds; answers what it printed. */
async function fit(algorithm: string, params: object, folder: string, killAfterMs: number | null): Promise<string> {
  const child = spawn(process.execPath, [SCRIPT, algorithm, JSON.stringify(params), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
  });
  const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  await new Promise((done) => child.once('close', done));
  if (timer) clearTimeout(timer);
  return printed;
}

it.each([
  ['boosting', { rounds: 400, patience: 400, leaves: 63, rowShare: 0.8 }],
  ['forest', { trees: 200 }],
])(
  '%s that is killed at random moments ends as the same model as an unbroken fit',
  { timeout: 600_000 },
  async (algorithm, params) => {
    const [whole, broken] = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), 'drydock-fit-'))));
    if (whole === undefined || broken === undefined) throw new Error('no folders');
    try {
      const began = performance.now();
      const wanted = await fit(algorithm, params, whole, null);
      const took = performance.now() - began;
      expect(wanted).toMatch(/^model /);
      const random = seededRandom(3);
      let resumed = 0;
      for (let kill = 0; kill < KILLS; kill++)
        resumed += Number((await fit(algorithm, params, broken, took * (0.3 + 0.6 * random()))).includes('resumed'));
      const last = await fit(algorithm, params, broken, null);
      expect(resumed + Number(last.includes('resumed'))).toBeGreaterThan(0);
      expect(last.split('\n').filter((line) => line.startsWith('model '))).toEqual([wanted.trim()]);
    } finally {
      await Promise.all([whole, broken].map((folder) => rm(folder, { recursive: true, force: true })));
    }
  },
);
