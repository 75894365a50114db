import { ulid } from 'ulid';
import type { Job, JobEvent, JobKind, JobMetricPoint, JobProgress } from '../../shared/contract/jobs.ts';
import type { Trial } from '../../shared/contract/search.ts';
import { AppError, type AppErrorCode, toAppError } from '../../shared/errors.ts';
import { JobId } from '../../shared/ids.ts';
import type { Workspace } from '../store/workspace.ts';
import type { AnyJobDefinition } from './job-definition.ts';
import { isTerminal, JobLedger } from './job-ledger.ts';
import { endPause, requestPause } from './pause.ts';
import { fallenDevice } from './worker-death.ts';
import { WorkerProcess } from './worker-process.ts';

/** Workers at a time: each uses all cores by itself. Jobs that only call other jobs do not count. */
const MOST_WORKERS = 2;

/** After these, a second attempt may go on from what the first one left in its folder. */
const WORTH_RESUMING: readonly AppErrorCode[] = [
  'WORKER_CRASHED',
  'OUT_OF_MEMORY',
  'TIMED_OUT',
  'INTERRUPTED',
  'INTERNAL',
];

/** What a running job holds besides its record. */
interface Running {
  readonly abort: AbortController;
  worker: WorkerProcess | undefined;
  shouldKeepBest: boolean;
  /** True while it counts among the workers: a paused one has given its place away. */
  holdsPlace: boolean;
}

/** Runs jobs by their definitions, at most two workers at a time. */
export class JobRunner {
  readonly #workspace: Workspace;
  readonly #ledger: JobLedger;
  readonly #definitions = new Map<JobKind, AnyJobDefinition>();
  readonly #running = new Map<string, Running>();
  readonly #queue: string[] = [];
  #workers = 0;
  #isClosed = false;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#ledger = new JobLedger(workspace.records.jobs);
    // Whatever was under way when the last engine ended did not end well.
    for (const state of ['running', 'queued'] as const) {
      for (const job of this.#ledger.inState(state)) this.#end(job, { state: 'interrupted' });
    }
  }

  define(definition: AnyJobDefinition): void {
    this.#definitions.set(definition.kind, definition);
  }

  /** Writes the job into the ledger and starts it as soon as a worker is free. */
  start(kind: JobKind, params: unknown): Job {
    const job: Job = {
      id: JobId.parse(ulid()),
      kind,
      title: this.#definition(kind).title(params),
      state: 'queued',
      progress: null,
      createdAt: new Date().toISOString(),
      startedAt: null,
      endedAt: null,
      params,
      result: null,
      error: null,
      isResumable: true,
      isPaused: false,
    };
    return this.#enqueue(job);
  }

  get(jobId: string): Job {
    return this.#ledger.get(jobId);
  }

  /** Newest first, without results. */
  list(limit: number): Job[] {
    return this.#ledger.list(limit);
  }

  log(jobId: string): { at: string; line: string }[] {
    return this.#ledger.log(jobId);
  }

  /** The job once it has ended, however it ended. */
  wait(jobId: string): Promise<Job> {
    return this.#ledger.wait(jobId);
  }

  /** A snapshot while the job runs, what happened so far, then what happens; ends with the snapshot of a terminal state. */
  watch(jobId: string, signal?: AbortSignal): AsyncGenerator<JobEvent, void> {
    return this.#ledger.watch(jobId, signal);
  }

  /** Events of every job, from now on; snapshots come without results. */
  watchAll(signal?: AbortSignal): AsyncGenerator<JobEvent, void> {
    return this.#ledger.watchAll(signal);
  }

  /** Holds a running job of a kind that can be held; it keeps its memory and gives its place to the next in the queue. */
  pause(jobId: string): Job {
    const job = this.get(jobId);
    const running = this.#running.get(jobId);
    if (running === undefined || job.isPaused || this.#definition(job.kind).isPausable !== true) {
      throw new AppError('CONFLICT', {
        message: job.isPaused ? 'The job is paused already.' : `A job that is ${job.state} cannot be paused here.`,
        remedy: 'A training can be paused while it runs; other jobs can be cancelled and resumed.',
      });
    }
    requestPause(this.#workspace.jobFolder(jobId));
    const paused = this.#ledger.put({ ...job, isPaused: true });
    this.#givePlace(running);
    this.#startNext();
    return paused;
  }

  #takePlace(running: Running): void {
    running.holdsPlace = true;
    this.#workers += 1;
  }

  #givePlace(running: Running): void {
    if (running.holdsPlace) this.#workers -= 1;
    running.holdsPlace = false;
  }

  #goOn(job: Job): Job {
    endPause(this.#workspace.jobFolder(job.id));
    const running = this.#running.get(job.id);
    if (running) this.#takePlace(running);
    return this.#ledger.put({ ...job, isPaused: false });
  }

  /** Stops a job; with `keepBest` a training ends early with its best state instead. */
  cancel(jobId: string, keepBest = false): Job {
    const found = this.get(jobId);
    // Who is held cannot hear that it is to end.
    const job = found.isPaused ? this.#goOn(found) : found;
    const running = this.#running.get(jobId);
    if (running && keepBest) {
      running.shouldKeepBest = true;
      running.worker?.keepBest();
      return job;
    }
    if (running) {
      running.abort.abort();
      running.worker?.cancel();
      return job;
    }
    if (job.state === 'queued' || job.state === 'interrupted') {
      const index = this.#queue.indexOf(jobId);
      if (index >= 0) this.#queue.splice(index, 1);
      return this.#end(job, { state: 'cancelled' });
    }
    throw new AppError('CONFLICT', {
      message: `The job has ${job.state} already.`,
      remedy: 'Nothing needs to be done.',
    });
  }

  /** Lets a paused job go on; starts an interrupted, cancelled or failed one again, with the checkpoint it left. */
  resume(jobId: string): Job {
    const job = this.get(jobId);
    if (job.isPaused) return this.#goOn(job);
    if (!isTerminal(job.state)) {
      throw new AppError('CONFLICT', { message: `The job is ${job.state}.`, remedy: 'Wait for its end.' });
    }
    if (job.state === 'succeeded') {
      throw new AppError('CONFLICT', {
        message: 'The job has succeeded; there is nothing to resume.',
        remedy: 'Start it anew.',
      });
    }
    return this.#enqueue({ ...job, state: 'queued', endedAt: null, error: null, isResumable: true });
  }

  /** Gives an ended job up: its checkpoint goes, its record stays. */
  drop(jobId: string): Job {
    const job = this.get(jobId);
    if (!isTerminal(job.state) || job.state === 'succeeded') {
      throw new AppError('CONFLICT', {
        message: `A job that is ${job.state} cannot be dropped.`,
        remedy: job.state === 'succeeded' ? 'Nothing needs to be done.' : 'Cancel it first.',
      });
    }
    this.#workspace.removeJobFolder(jobId);
    const state = job.state === 'failed' ? 'failed' : 'cancelled';
    return this.#ledger.put({ ...job, state, isResumable: false });
  }

  /** Ends every worker and lists what was under way as interrupted. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ends: Promise<void>[] = [];
    for (const [jobId, running] of this.#running) {
      running.abort.abort();
      if (running.worker) ends.push(running.worker.kill());
      this.#end(this.get(jobId), { state: 'interrupted' });
    }
    for (const jobId of this.#queue) this.#end(this.get(jobId), { state: 'interrupted' });
    await Promise.all(ends);
  }

  #definition(kind: JobKind): AnyJobDefinition {
    const definition = this.#definitions.get(kind);
    if (definition) return definition;
    throw new AppError('NOT_YET_AVAILABLE', { message: `Jobs of kind "${kind}" are not yet in this version.` });
  }

  #enqueue(job: Job): Job {
    // Strictly: a job that cannot be written is not begun.
    this.#ledger.tell(this.#ledger.write(job));
    this.#queue.push(job.id);
    // Later: whoever starts a job gets it as `queued` and can listen before anything happens.
    queueMicrotask(() => this.#startNext());
    return job;
  }

  #startNext(): void {
    for (;;) {
      if (this.#isClosed) return;
      const index = this.#queue.findIndex(
        (id) => this.#definition(this.get(id).kind).place === 'engine' || this.#workers < MOST_WORKERS,
      );
      const [jobId] = index < 0 ? [] : this.#queue.splice(index, 1);
      if (jobId === undefined) return;
      void this.#run(this.get(jobId));
    }
  }

  async #run(queued: Job): Promise<void> {
    const definition = this.#definition(queued.kind);
    const running: Running = {
      abort: new AbortController(),
      worker: undefined,
      shouldKeepBest: false,
      holdsPlace: false,
    };
    this.#running.set(queued.id, running);
    if (definition.place === 'worker') this.#takePlace(running);
    const job = this.#ledger.put({ ...queued, state: 'running', progress: null, startedAt: new Date().toISOString() });
    try {
      const record = await this.#work(definition, job, running);
      if (this.#isClosed) return;
      this.#succeed(job, record);
      this.#workspace.removeJobFolder(job.id);
    } catch (error) {
      if (this.#isClosed) return;
      this.#failed(job, running, error);
    } finally {
      if (!this.#isClosed) {
        this.#running.delete(job.id);
        this.#givePlace(running);
        this.#startNext();
      }
    }
  }

  /** Does the job's work; answers what writes its result. */
  async #work(definition: AnyJobDefinition, job: Job, running: Running): Promise<() => unknown> {
    const { id: jobId, params } = job;
    const { signal } = running.abort;
    const folder = this.#workspace.jobFolder(jobId);
    endPause(folder);
    const sinks = {
      progress: (progress: JobProgress) => this.#ledger.progressed(jobId, progress),
      measure: (point: JobMetricPoint) => this.#ledger.keep(jobId, { kind: 'measured', jobId, point }),
      tried: (trial: Trial) => this.#ledger.keep(jobId, { kind: 'tried', jobId, trial }),
      log: (line: string) => this.#ledger.keep(jobId, { kind: 'logged', jobId, at: new Date().toISOString(), line }),
    };
    if (definition.place === 'engine') {
      const context = {
        ...sinks,
        folder,
        signal,
        shouldKeepBest: () => running.shouldKeepBest,
        holds: async () => undefined,
      };
      const result = await definition.run(params, context, job);
      return () => result;
    }
    let taskParams: unknown = await definition.prepare(params, job);
    const fallen = new Set<string>();
    for (;;) {
      signal.throwIfAborted();
      running.worker = new WorkerProcess({
        ...sinks,
        task: definition.task,
        params: taskParams,
        folder,
        holds: definition.holds?.(params),
      });
      if (running.shouldKeepBest) running.worker.keepBest();
      try {
        const answer: unknown = await running.worker.result;
        // A cancel that came too late: nothing is committed yet, so it still holds.
        signal.throwIfAborted();
        return definition.commit(answer, params, job);
      } catch (error) {
        const device = fallenDevice(error);
        if (device === null || fallen.has(device) || definition.without === undefined) throw error;
        fallen.add(device);
        taskParams = definition.without(device, taskParams);
        sinks.log(`${toAppError(error).message} It goes on without, from its last checkpoint.`);
      }
    }
  }

  /** What the job made and that it succeeded are written together: a crash leaves both or neither. */
  #succeed({ id }: Job, record: () => unknown): void {
    const ended = this.#workspace.transaction(() => {
      const end = {
        state: 'succeeded',
        result: record(),
        isResumable: false,
        isPaused: false,
        endedAt: new Date().toISOString(),
      } as const;
      return this.#ledger.write({ ...this.get(id), ...end });
    });
    this.#ledger.tell(ended);
  }

  #failed(job: Job, running: Running, error: unknown): void {
    const hasCheckpoint = this.#definition(job.kind).keepsCheckpoint === true;
    const known = running.abort.signal.aborted
      ? new AppError('CANCELLED', {
          message: 'Cancelled.',
          kept: hasCheckpoint ? 'Its checkpoint is kept until it is dropped.' : 'Nothing was changed.',
        })
      : toAppError(error);
    const isCancelled = known.code === 'CANCELLED';
    // What a wrong input or a full disk left is of no use to a second attempt; it goes first, to make room for the record.
    const isWorthKeeping = isCancelled ? hasCheckpoint : WORTH_RESUMING.includes(known.code);
    if (!isWorthKeeping) this.#workspace.removeJobFolder(job.id);
    this.#end(this.get(job.id), { state: isCancelled ? 'cancelled' : 'failed', error: known.toWire() });
  }

  #end(job: Job, end: Partial<Job>): Job {
    return this.#ledger.put({ ...job, ...end, isPaused: false, endedAt: new Date().toISOString() });
  }
}
