import { ulid } from 'ulid';
import type { Job, JobEvent, JobKind, JobMetricPoint, JobProgress, JobState } from '../../shared/contract/jobs.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { JobId } from '../../shared/ids.ts';
import type { Workspace } from '../store/workspace.ts';
import { EventStream } from './event-stream.ts';
import type { AnyJobDefinition } from './job-definition.ts';
import { WorkerProcess } from './worker-process.ts';

/** Workers at a time: each uses all cores by itself. Jobs that only call other jobs do not count. */
const MOST_WORKERS = 2;
const TERMINAL: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'interrupted'];
/** Snapshots of progress reach listeners and the ledger at most this often. */
const PROGRESS_EVERY_MS = 100;
const FLUSH_EVERY_MS = 500;

export const isTerminal = (state: JobState): boolean => TERMINAL.includes(state);

/** What a running job holds besides its record. */
interface Running {
  readonly abort: AbortController;
  worker: WorkerProcess | undefined;
  shouldKeepBest: boolean;
  lastProgressAt: number;
  pending: JobEvent[];
  flush: NodeJS.Timeout | undefined;
}

/** Runs jobs, keeps their ledger, tells everyone who listens. */
export class JobRunner {
  readonly #workspace: Workspace;
  readonly #definitions = new Map<JobKind, AnyJobDefinition>();
  readonly #running = new Map<string, Running>();
  readonly #current = new Map<string, Job>();
  readonly #queue: string[] = [];
  readonly #events = new EventStream<JobEvent>();
  #workers = 0;
  #isClosed = false;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    // Whatever was under way when the last engine ended did not end well.
    for (const state of ['running', 'queued'] as const) {
      for (const job of workspace.records.jobs.inState(state))
        this.#put({ ...job, state: 'interrupted', endedAt: new Date().toISOString() });
    }
  }

  define(definition: AnyJobDefinition): void {
    this.#definitions.set(definition.kind, definition);
  }

  /** Writes the job into the ledger and starts it as soon as a worker is free. */
  start(kind: JobKind, params: unknown): Job {
    const definition = this.#definition(kind);
    const job: Job = {
      id: JobId.parse(ulid()),
      kind,
      title: definition.title(params),
      state: 'queued',
      progress: null,
      createdAt: new Date().toISOString(),
      startedAt: null,
      endedAt: null,
      params,
      result: null,
      error: null,
      isResumable: true,
    };
    this.#put(job);
    this.#enqueue(job);
    return job;
  }

  get(jobId: string): Job {
    const job = this.#current.get(jobId) ?? this.#workspace.records.jobs.byId(jobId);
    if (job) return job;
    throw new AppError('NOT_FOUND', { message: `There is no job ${jobId}.`, remedy: 'List them with `drydock jobs`.' });
  }

  list(limit: number): Job[] {
    return this.#workspace.records.jobs.list(limit).map((job) => this.#current.get(job.id) ?? job);
  }

  log(jobId: string): { at: string; line: string }[] {
    this.get(jobId);
    return this.#history(jobId).flatMap((event) =>
      event.kind === 'logged' ? [{ at: event.at, line: event.line }] : [],
    );
  }

  /** The job once it has ended, however it ended. */
  async wait(jobId: string): Promise<Job> {
    for await (const event of this.watch(jobId))
      if (event.kind === 'snapshot' && isTerminal(event.job.state)) return event.job;
    return this.get(jobId);
  }

  /** A snapshot while the job runs, what happened so far, then what happens; ends with the snapshot of a terminal state. */
  async *watch(jobId: string, signal?: AbortSignal): AsyncGenerator<JobEvent, void> {
    const job = this.get(jobId);
    const stop = new AbortController();
    const listening = this.#events.listen(signal ? AbortSignal.any([signal, stop.signal]) : stop.signal);
    // The listener must be in place before history is read, or an event between the two would be lost.
    let next = listening.next();
    try {
      const seen = this.#history(jobId);
      if (!isTerminal(job.state)) yield { kind: 'snapshot', job };
      for (const event of seen) yield event;
      if (isTerminal(job.state)) {
        yield { kind: 'snapshot', job };
        return;
      }
      for (;;) {
        const { value, done } = await next;
        if (done || !value) return;
        next = listening.next();
        if (eventJobId(value) !== jobId) continue;
        yield value;
        if (value.kind === 'snapshot' && isTerminal(value.job.state)) return;
      }
    } finally {
      stop.abort();
      await next.catch(() => undefined);
    }
  }

  /** Snapshots and progress of every job, from now on. */
  watchAll(signal?: AbortSignal): AsyncGenerator<JobEvent, void> {
    return this.#events.listen(signal);
  }

  /** Stops a job; with `keepBest` a training ends early with its best state instead. */
  cancel(jobId: string, keepBest = false): Job {
    const job = this.get(jobId);
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

  /** Starts an interrupted, cancelled or failed job again, with the checkpoint it left. */
  resume(jobId: string): Job {
    const job = this.get(jobId);
    if (job.state === 'running' || job.state === 'queued')
      throw new AppError('CONFLICT', { message: 'The job is running.' });
    if (job.state === 'succeeded')
      throw new AppError('CONFLICT', { message: 'The job has succeeded; there is nothing to resume.' });
    const again: Job = { ...job, state: 'queued', progress: null, endedAt: null, error: null, result: null };
    this.#put(again);
    this.#enqueue(again);
    return again;
  }

  /** Gives an interrupted job up: its checkpoint goes, its record stays. */
  drop(jobId: string): Job {
    const job = this.get(jobId);
    if (!isTerminal(job.state) || job.state === 'succeeded')
      throw new AppError('CONFLICT', {
        message: `A job that is ${job.state} cannot be dropped.`,
        remedy: 'Cancel it first.',
      });
    this.#workspace.removeJobFolder(jobId);
    return this.#put({ ...job, state: 'cancelled', isResumable: false });
  }

  /** Ends every worker; their jobs will be listed as interrupted at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const [jobId, running] of this.#running) {
      clearTimeout(running.flush);
      this.#flush(jobId, running);
      running.abort.abort();
      running.worker?.kill();
      const job = this.#current.get(jobId);
      if (job) this.#workspace.records.jobs.put({ ...job, state: 'interrupted', endedAt: new Date().toISOString() });
    }
  }

  #definition(kind: JobKind): AnyJobDefinition {
    const definition = this.#definitions.get(kind);
    if (definition) return definition;
    throw new AppError('NOT_YET_AVAILABLE', { message: `Jobs of kind "${kind}" are not yet in this version.` });
  }

  #enqueue(job: Job): void {
    this.#queue.push(job.id);
    queueMicrotask(() => this.#startNext());
  }

  #startNext(): void {
    if (this.#isClosed) return;
    const index = this.#queue.findIndex(
      (id) => this.#definition(this.get(id).kind).place === 'engine' || this.#workers < MOST_WORKERS,
    );
    const [jobId] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (jobId === undefined) return;
    void this.#run(this.get(jobId));
    this.#startNext();
  }

  async #run(job: Job): Promise<void> {
    const definition = this.#definition(job.kind);
    const running: Running = {
      abort: new AbortController(),
      worker: undefined,
      shouldKeepBest: false,
      lastProgressAt: 0,
      pending: [],
      flush: undefined,
    };
    this.#running.set(job.id, running);
    const needsWorker = definition.place === 'worker';
    if (needsWorker) this.#workers += 1;
    this.#put({ ...job, state: 'running', startedAt: new Date().toISOString() });
    const sinks = {
      progress: (progress: JobProgress) => this.#progressed(job.id, running, progress),
      measure: (point: JobMetricPoint) => this.#keep(job.id, running, { kind: 'measured', jobId: job.id, point }),
      log: (line: string) =>
        this.#keep(job.id, running, { kind: 'logged', jobId: job.id, at: new Date().toISOString(), line }),
    };
    try {
      const folder = this.#workspace.jobFolder(job.id);
      let result: unknown;
      if (definition.place === 'engine') {
        result = await definition.run(
          job.params,
          { ...sinks, folder, signal: running.abort.signal, shouldKeepBest: () => running.shouldKeepBest },
          job,
        );
      } else {
        const params = await definition.prepare(job.params, job);
        running.abort.signal.throwIfAborted();
        running.worker = new WorkerProcess({ ...sinks, task: definition.task, params, folder });
        const answer = await running.worker.result;
        if (this.#isClosed) return;
        result = await definition.commit(answer, job.params, job);
      }
      this.#finish(job.id, running, { state: 'succeeded', result, isResumable: false });
      this.#workspace.removeJobFolder(job.id);
    } catch (error) {
      if (this.#isClosed) return;
      const known = running.abort.signal.aborted
        ? new AppError('CANCELLED', { message: 'Cancelled.', kept: 'Its checkpoint is kept until it is dropped.' })
        : toAppError(error);
      const isCancelled = known.code === 'CANCELLED';
      this.#finish(job.id, running, { state: isCancelled ? 'cancelled' : 'failed', error: known.toWire() });
    } finally {
      if (!this.#isClosed) {
        this.#running.delete(job.id);
        this.#current.delete(job.id);
        if (needsWorker) this.#workers -= 1;
        this.#startNext();
      }
    }
  }

  #finish(jobId: string, running: Running, end: Partial<Job>): void {
    clearTimeout(running.flush);
    this.#flush(jobId, running);
    this.#end(this.get(jobId), end);
  }

  #end(job: Job, end: Partial<Job>): Job {
    return this.#put({ ...job, ...end, endedAt: new Date().toISOString() });
  }

  #put(job: Job): Job {
    this.#workspace.records.jobs.put(job);
    if (this.#running.has(job.id)) this.#current.set(job.id, job);
    this.#events.emit({ kind: 'snapshot', job });
    return job;
  }

  /** Progress lives in memory; the ledger gets it with the next change of state. */
  #progressed(jobId: string, running: Running, progress: JobProgress): void {
    const at = performance.now();
    const isDone = progress.total !== null && progress.done >= progress.total;
    if (at - running.lastProgressAt < PROGRESS_EVERY_MS && !isDone) return;
    running.lastProgressAt = at;
    const job = this.#current.get(jobId);
    if (job) this.#current.set(jobId, { ...job, progress });
    this.#events.emit({ kind: 'progressed', jobId: JobId.parse(jobId), progress });
  }

  /** Points and lines are told at once and written in batches, so that a fast curve costs few commits. */
  #keep(jobId: string, running: Running, event: JobEvent): void {
    running.pending.push(event);
    running.flush ??= setTimeout(() => this.#flush(jobId, running), FLUSH_EVERY_MS);
    this.#events.emit(event);
  }

  #flush(jobId: string, running: Running): void {
    running.flush = undefined;
    const events = running.pending;
    running.pending = [];
    if (events.length > 0) this.#workspace.records.jobs.addEvents(jobId, events);
  }

  #history(jobId: string): JobEvent[] {
    const running = this.#running.get(jobId);
    return [...this.#workspace.records.jobs.events(jobId), ...(running?.pending ?? [])];
  }
}

function eventJobId(event: JobEvent): string {
  return event.kind === 'snapshot' ? event.job.id : event.jobId;
}
