import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../shared/contract/jobs.ts';
import { type EngineProcess, isAlive, startEngine } from '../helpers/engine-process.ts';

const SAMPLE = join(resolve(import.meta.dirname, '..', '..'), 'resources', 'sample', 'census-ma-2015.parquet');
const KILLS = 50;
const KINDS = ['import', 'train', 'export'] as const;
type Kind = (typeof KINDS)[number];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-kills-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Repeatable draws from 0 to 1 (a linear congruential generator). */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Files of the store whose bytes do not hash to their name. */
const falselyNamed = (workspace: string): string[] =>
  ['data', 'models'].flatMap((kind) =>
    readdirSync(join(workspace, kind)).filter((name) => !name.startsWith(sha256(join(workspace, kind, name)))),
  );

/** Files of a bundle that its list of sums denies. */
const brokenFiles = (bundle: string): string[] =>
  readFileSync(join(bundle, 'SHA256SUMS'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ [ *]/))
    .filter(([sum, name = '']) => !existsSync(join(bundle, name)) || sha256(join(bundle, name)) !== sum)
    .map(([, name = '']) => name);

function start(engine: EngineProcess, kind: Kind): Promise<{ jobId: Job['id'] }> {
  const { client } = engine;
  switch (kind) {
    case 'import':
      return client.datasets.import({ source: { kind: 'path', path: SAMPLE }, name: 'census', options: {} });
    case 'train':
      return client.training.train({
        dataset: 'base',
        target: { column: 'employed', over: null },
        algorithm: 'linear',
        name: 'income',
      });
    case 'export':
      return client.bundles.export({ model: 'base-model', isZip: false, targets: ['oip'] });
  }
}

/** What is committed, by kind, as ids. */
async function committed({ client }: EngineProcess): Promise<Record<Kind, string[]>> {
  const [datasets, models, bundles] = await Promise.all([
    client.datasets
      .versions({ dataset: 'base' })
      .then(async (base) => [...base, ...(await client.datasets.versions({ dataset: 'census' }).catch(() => []))]),
    client.models.list(),
    client.bundles.list(),
  ]);
  return {
    import: datasets.map(({ id }) => String(id)),
    train: models.map(({ id }) => String(id)),
    export: bundles.map(({ id }) => String(id)),
  };
}

describe.skipIf(process.platform !== 'linux')('an engine or worker killed at random moments', () => {
  it(`loses nothing committed, commits nothing twice and leaves no half artifact or orphan, ${KILLS} times`, async () => {
    const workspace = join(folder, 'workspace');
    const draw = draws(20261124);
    const took: Record<Kind, number> = { import: 0, train: 0, export: 0 };
    const ends: Record<string, number> = {};

    // Each kind of job once in peace: its time says when to kill the next ones.
    let engine = await startEngine(workspace);
    await engine.finish(
      await engine.client.datasets.import({ source: { kind: 'path', path: SAMPLE }, name: 'base', options: {} }),
    );
    await engine.finish(
      await engine.client.training.train({
        dataset: 'base',
        target: { column: 'employed', over: null },
        algorithm: 'linear',
        name: 'base-model',
      }),
    );
    for (const kind of KINDS) {
      const began = performance.now();
      await engine.finish(await start(engine, kind));
      took[kind] = performance.now() - began;
    }
    let before = await committed(engine);

    for (let kill = 0; kill < KILLS; kill += 1) {
      const kind = KINDS[kill % KINDS.length] ?? 'import';
      const { jobId } = await start(engine, kind);
      await wait(draw() * took[kind] * 1.1);
      const workers = engine.workers();
      const [worker] = workers;
      const isWorkerOnly = draw() < 0.3;
      if (isWorkerOnly && worker !== undefined) {
        process.kill(worker, 'SIGKILL');
        // The engine lives on and says how the job ended.
        await engine.finish({ jobId }).catch(() => undefined);
      }
      await engine.kill();
      engine = await startEngine(workspace);
      // Asked at once: later, their numbers may be those of other processes.
      await expect.poll(() => workers.filter(isAlive)).toEqual([]);

      const after = await committed(engine);
      const jobs = await engine.client.jobs.list({ limit: 1000 });
      const job = await engine.client.jobs.get({ jobId });
      ends[job.state] = (ends[job.state] ?? 0) + 1;
      expect(jobs.filter(({ state }) => state === 'running' || state === 'queued')).toEqual([]);
      // An export of the same model replaces its bundle; the other kinds add a version.
      const isNew = job.state === 'succeeded' && kind !== 'export';
      for (const other of KINDS) {
        expect(after[other]).toEqual(expect.arrayContaining(before[other]));
        expect(after[other]).toHaveLength(before[other].length + (isNew && other === kind ? 1 : 0));
      }
      expect(falselyNamed(workspace)).toEqual([]);
      for (const bundle of await engine.client.bundles.list()) expect(brokenFiles(bundle.path)).toEqual([]);
      expect((await engine.client.models.audit({ limit: 1 })).isChainIntact).toBe(true);
      before = after;
      if (job.state === 'succeeded') continue;
      // Every other one is taken up again, the rest is given up.
      if (kill % 2 === 0) {
        await engine.client.jobs.resume({ jobId });
        await engine.finish({ jobId });
        before = await committed(engine);
      } else {
        await engine.client.jobs.drop({ jobId });
      }
    }
    expect(readdirSync(join(workspace, 'runs')).filter((name) => !name.startsWith('.'))).toEqual([]);
    await engine.stop();
    console.log(`${KILLS} kills: ${JSON.stringify(ends)}`);
    // The kills must have met jobs in the middle of their work, not only after it.
    expect(KILLS - (ends['succeeded'] ?? 0)).toBeGreaterThan(KILLS / 3);
  }, 600_000);
});
