import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Job } from '../../shared/contract/jobs.ts';
import type { EngineProcess } from './engine-process.ts';

/** What a training or a detection has come to: all of it that depends on rows, seed and parameters alone. */
const Outcome = z.object({
  model: z.object({
    hash: z.string(),
    metrics: z.array(z.object({ name: z.string(), value: z.number().nullable() })),
    /** Of its curve, what does not depend on the clock: where it begins, and that no step is told twice. */
    curves: z.array(z.object({ step: z.number() })).transform((points) => ({
      begins: points[0]?.step,
      isAscending: points.every(({ step }, at) => step > (points[at - 1]?.step ?? 0)),
    })),
  }),
});
export type Outcome = z.infer<typeof Outcome>['model'];

/** Starts a job that makes a model. */
export type StartJob = (engine: EngineProcess) => Promise<{ readonly jobId: Job['id'] }>;

/** A job in peace: what it came to, and how long it took. */
export async function unbroken(engine: EngineProcess, start: StartJob): Promise<{ outcome: Outcome; tookMs: number }> {
  const began = performance.now();
  const outcome = Outcome.parse(await engine.finish(await start(engine))).model;
  return { outcome, tookMs: performance.now() - began };
}

export interface Broken {
  readonly outcome: Outcome;
  /** Kills that met the worker at its work; the job was taken up again after each. */
  readonly kills: number;
  /** Lines of its log that tell from where a fit went on. */
  readonly resumed: number;
}

/**
 * Starts the job and kills its worker at a random moment of the time that it takes in peace, takes it up again and kills it again, until
 * it was killed so often, or has ended before the next one. Then it comes to its end.
 */
export async function broken(
  engine: EngineProcess,
  start: StartJob,
  { kills: wanted, tookMs, random }: { readonly kills: number; readonly tookMs: number; readonly random: () => number },
): Promise<Broken> {
  const { client } = engine;
  const { jobId } = await start(engine);
  let kills = 0;
  for (let kill = 0; kill < wanted; kill++) {
    await wait(random() * tookMs);
    for (const worker of engine.workers()) process.kill(worker, 'SIGKILL');
    await engine.finish({ jobId }).catch(() => undefined);
    const { state, error } = await client.jobs.get({ jobId });
    if (state === 'succeeded') break;
    if (error?.code !== 'WORKER_CRASHED') throw new Error(`${state}: ${JSON.stringify(error)}`);
    kills += 1;
    await client.jobs.resume({ jobId });
  }
  const outcome = Outcome.parse(await engine.finish({ jobId })).model;
  const log = await client.jobs.log({ jobId });
  return { outcome, kills, resumed: log.filter(({ line }) => line.includes('resumed after')).length };
}
