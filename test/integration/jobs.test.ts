import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobRunner } from '../../electron/jobs/job-runner.ts';
import { Workspace } from '../../electron/store/workspace.ts';
import { Bundle } from '../../shared/contract/bundles.ts';
import type { Job, JobEvent, JobProgress } from '../../shared/contract/jobs.ts';
import { type EngineProcess, startEngine } from '../helpers/engine-process.ts';

const SAMPLE = join(resolve(import.meta.dirname, '..', '..'), 'resources', 'sample', 'census-ma-2015.parquet');

let folder: string;
let engine: EngineProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-jobs-'));
  engine = await startEngine(join(folder, 'workspace'));
  const source = { kind: 'path', path: SAMPLE } as const;
  await engine.finish(await engine.client.datasets.import({ source, name: 'census', options: {} }));
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A training that would take minutes. */
const longTraining = (name: string) =>
  engine.client.training.train({
    dataset: 'census',
    target: { column: 'employed', over: null },
    algorithm: 'network',
    params: { epochs: 2000, patience: 2000 },
    name,
  });

/** Events of a job until `isEnough`, or until it has ended. */
async function eventsUntil(jobId: Job['id'], isEnough: (event: JobEvent) => boolean): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of await engine.client.jobs.watch({ jobId })) {
    events.push(event);
    if (isEnough(event)) break;
  }
  return events;
}

const isMeasured = (event: JobEvent): boolean => event.kind === 'measured';
/** The progress of a job once it has not moved for half a second; fails after ten. */
async function steadyProgress(jobId: Job['id']): Promise<JobProgress> {
  let before: JobProgress | null = null;
  for (let look = 0; look < 20; look += 1) {
    const { progress } = await engine.client.jobs.get({ jobId });
    if (progress !== null && progress.done === before?.done) return progress;
    before = progress;
    await new Promise((resume) => setTimeout(resume, 500));
  }
  throw new Error('The job does not hold still.');
}

const never = (): boolean => false;
const ended = async (jobId: Job['id']): Promise<Job> => {
  await eventsUntil(jobId, never);
  return engine.client.jobs.get({ jobId });
};

describe('a job', () => {
  it('goes from queued over running to succeeded, with stages told on the way', async () => {
    const source = { kind: 'path', path: SAMPLE } as const;
    const { jobId } = await engine.client.datasets.import({ source, name: 'again', options: {} });
    const events = await eventsUntil(jobId, never);
    const states = events.flatMap((event) => (event.kind === 'snapshot' ? [event.job.state] : []));
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual(
      expect.arrayContaining(['running', 'succeeded']),
    );
    expect(states.at(-1)).toBe('succeeded');
    expect(events.some(({ kind }) => kind === 'progressed')).toBe(true);
    expect(await engine.client.jobs.get({ jobId })).toMatchObject({ result: { name: 'again' }, isResumable: false });
  });

  it('is listed without its result, which may be large', async () => {
    const [newest] = await engine.client.jobs.list({ limit: 1 });
    expect(newest).toMatchObject({ state: 'succeeded', result: null });
  });

  it('that is paused holds still, gives its place away, and goes on where it was', async () => {
    const { jobId } = await longTraining('paused');
    await eventsUntil(jobId, isMeasured);
    expect(await engine.client.jobs.pause({ jobId })).toMatchObject({ state: 'running', isPaused: true });
    await expect(engine.client.jobs.pause({ jobId })).rejects.toMatchObject({ code: 'CONFLICT' });
    // What is under way when it is asked ends first.
    const held = await steadyProgress(jobId);
    expect(held.memoryBytes).toBeGreaterThan(50e6);
    const others = [await longTraining('other'), await longTraining('one more')];
    for (const other of others) await eventsUntil(other.jobId, isMeasured);
    expect((await engine.client.jobs.get({ jobId })).progress?.done).toBe(held.done);
    for (const other of others) await engine.client.jobs.cancel({ jobId: other.jobId });
    expect(await engine.client.jobs.resume({ jobId })).toMatchObject({ state: 'running', isPaused: false });
    await eventsUntil(jobId, (event) => event.kind === 'progressed' && event.progress.done > held.done);
    await engine.client.jobs.pause({ jobId });
    await steadyProgress(jobId);
    // One that is held is cancelled at once, as any other.
    await engine.client.jobs.cancel({ jobId });
    expect(await ended(jobId)).toMatchObject({ state: 'cancelled', isPaused: false });
    await engine.client.jobs.drop({ jobId });
  });

  it('that is cancelled ends as cancelled, leaves no model, and can be taken up where it was', async () => {
    const { jobId } = await longTraining('cancelled');
    await eventsUntil(jobId, isMeasured);
    await engine.client.jobs.cancel({ jobId });
    expect(await ended(jobId)).toMatchObject({ state: 'cancelled', isResumable: true, error: { code: 'CANCELLED' } });
    expect((await engine.client.models.list()).filter(({ name }) => name === 'cancelled')).toEqual([]);
    await engine.client.jobs.resume({ jobId });
    const events = await eventsUntil(jobId, isMeasured);
    expect(events.some(isMeasured)).toBe(true);
    await engine.client.jobs.cancel({ jobId });
    await ended(jobId);
    expect(await engine.client.jobs.drop({ jobId })).toMatchObject({ state: 'cancelled', isResumable: false });
    expect(readdirSync(join(folder, 'workspace', 'runs'))).not.toContain(jobId);
  });

  it('that is told to keep its best ends early with a model', async () => {
    const { jobId } = await longTraining('kept');
    await eventsUntil(jobId, isMeasured);
    await engine.client.jobs.cancel({ jobId, keepBest: true });
    expect(await ended(jobId)).toMatchObject({ state: 'succeeded' });
    expect((await engine.client.models.list()).map(({ name }) => name)).toContain('kept');
  });

  it.skipIf(process.platform !== 'linux')('whose worker does not hear a cancel is ended by force', async () => {
    const { jobId } = await longTraining('deaf');
    await eventsUntil(jobId, isMeasured);
    const workers = engine.workers();
    for (const worker of workers) process.kill(worker, 'SIGSTOP');
    await engine.client.jobs.cancel({ jobId });
    expect(await ended(jobId)).toMatchObject({ state: 'cancelled' });
    expect(engine.workers()).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('whose worker is killed fails in words, and the engine goes on', async () => {
    const { jobId } = await longTraining('killed');
    await eventsUntil(jobId, isMeasured);
    for (const worker of engine.workers()) process.kill(worker, 'SIGKILL');
    const job = await ended(jobId);
    expect(job).toMatchObject({ state: 'failed', isResumable: true });
    expect(['WORKER_CRASHED', 'OUT_OF_MEMORY']).toContain(job.error?.code);
    expect(job.error?.remedy).toBeTruthy();
    await engine.client.jobs.resume({ jobId });
    await eventsUntil(jobId, isMeasured);
    await engine.client.jobs.cancel({ jobId });
    expect(await ended(jobId)).toMatchObject({ state: 'cancelled' });
  });

  it('that waits for a worker can be cancelled before it starts', async () => {
    const running = [await longTraining('first'), await longTraining('second')];
    const { jobId } = await longTraining('third');
    expect((await engine.client.jobs.get({ jobId })).state).toBe('queued');
    expect((await engine.client.jobs.cancel({ jobId })).state).toBe('cancelled');
    for (const other of running) {
      await engine.client.jobs.cancel(other);
      expect(await ended(other.jobId)).toMatchObject({ state: 'cancelled' });
    }
  });

  it('that has succeeded can be neither cancelled nor resumed nor dropped', async () => {
    const [done] = (await engine.client.jobs.list({ limit: 100 })).filter(({ state }) => state === 'succeeded');
    const jobId = done?.id ?? ('' as Job['id']);
    for (const refused of [
      engine.client.jobs.cancel({ jobId }),
      engine.client.jobs.resume({ jobId }),
      engine.client.jobs.drop({ jobId }),
    ]) {
      await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' });
    }
  });
});

describe('the end of a job', () => {
  it('is written with what it made, or neither is', async () => {
    const workspace = await Workspace.open(join(folder, 'transaction'));
    const jobs = new JobRunner(workspace);
    const table = join(folder, 'table.csv');
    writeFileSync(table, 'a,b\n1,2\n');
    const bundle = Bundle.parse({
      id: '01HZZZZZZZZZZZZZZZZZZZZZZZ',
      model: 'm',
      modelVersion: 1,
      path: join(workspace.path, 'bundles', 'm-v1'),
      isZip: false,
      sizeBytes: 1,
      createdAt: '2026-01-02T03:04:05.000Z',
      targets: [],
      files: [],
      verification: null,
    });
    let isBroken = true;
    jobs.define({
      place: 'worker',
      kind: 'import',
      task: 'preview',
      title: () => 'Look at a table',
      prepare: async () => ({ path: table, format: undefined, options: {}, suggestedName: 'table' }),
      commit: async () => () => {
        workspace.records.bundles.put(bundle);
        if (isBroken) throw new Error('The disk went away between two writes.');
        return 'written';
      },
    });
    const { id } = jobs.start('import', {});
    expect(await jobs.wait(id)).toMatchObject({ state: 'failed' });
    expect(workspace.records.bundles.list()).toEqual([]);
    isBroken = false;
    jobs.resume(id);
    expect(await jobs.wait(id)).toMatchObject({ state: 'succeeded', result: 'written' });
    expect(workspace.records.bundles.list()).toEqual([bundle]);
    await jobs.close();
    workspace.close();
  });
});

describe('a copied workspace', () => {
  it('finds its own bundles', async () => {
    const first = await Workspace.open(join(folder, 'here'));
    const path = join(first.path, 'bundles', 'm-v1');
    const outside = join(folder, 'elsewhere', 'm-v2');
    for (const [index, place] of [path, outside].entries()) {
      first.records.bundles.put(
        Bundle.parse({
          id: `01HZZZZZZZZZZZZZZZZZZZZZZ${index}`,
          model: 'm',
          modelVersion: index + 1,
          path: place,
          isZip: false,
          sizeBytes: 1,
          createdAt: '2026-01-02T03:04:05.000Z',
          targets: [],
          files: [],
          verification: null,
        }),
      );
    }
    const stored = first.database.prepare('SELECT path FROM bundles ORDER BY id').all();
    expect(stored).toEqual([{ path: 'bundles/m-v1' }, { path: outside }]);
    expect(first.records.bundles.list().map((bundle) => bundle.path)).toEqual([outside, path]);
    first.close();
  });
});
