import type { Job, JobEvent, JobProgress, JobState } from '../../shared/contract/jobs.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { JobRecords } from '../store/job-records.ts';
import { EventStream } from './event-stream.ts';

const TERMINAL: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'interrupted'];
/** Progress reaches listeners at most this often: as often as a window draws it. */
const PROGRESS_EVERY_MS = 200;
const FLUSH_EVERY_MS = 500;
/** How long a full disk is waited for before what could not be written is tried again. */
const RETRY_MS = 1000;
/** Points and lines of a job that are held while the disk is full. */
const MOST_PENDING = 10_000;

export const isTerminal = (state: JobState): boolean => TERMINAL.includes(state);

/** What is known of a running job and not yet in the database. */
interface Live {
  job: Job;
  lastProgressAt: number;
  pending: JobEvent[];
  flush: NodeJS.Timeout | undefined;
}

/** Every job's newest snapshot, curve and log: the running ones in memory, all in the database; tells who listens. */
export class JobLedger {
  readonly #records: JobRecords;
  readonly #live = new Map<string, Live>();
  /** Snapshots that found the disk full. */
  readonly #unwritten = new Map<string, Job>();
  #retry: NodeJS.Timeout | undefined;
  readonly #events = new EventStream<JobEvent>();

  constructor(records: JobRecords) {
    this.#records = records;
  }

  get(jobId: string): Job {
    const job = this.#live.get(jobId)?.job ?? this.#unwritten.get(jobId) ?? this.#records.byId(jobId);
    if (job) return job;
    throw new AppError('NOT_FOUND', { message: `There is no job ${jobId}.`, remedy: 'List them with `drydock jobs`.' });
  }

  /** Newest first, without results. */
  list(limit: number): Job[] {
    return this.#records.list(limit).map((job) => this.#live.get(job.id)?.job ?? this.#unwritten.get(job.id) ?? job);
  }

  inState(state: JobState): Job[] {
    return this.#records.inState(state);
  }

  log(jobId: string): { at: string; line: string }[] {
    this.get(jobId);
    return this.#history(jobId).flatMap((event) =>
      event.kind === 'logged' ? [{ at: event.at, line: event.line }] : [],
    );
  }

  /** Writes a snapshot and tells it. On a full disk it is told, and written once there is room. */
  put(job: Job): Job {
    try {
      this.write(job);
      this.#unwritten.delete(job.id);
    } catch (error) {
      if (toAppError(error).code !== 'DISK_FULL') throw error;
      this.#unwritten.set(job.id, job);
      this.#writeLater();
    }
    return this.tell(job);
  }

  #writeLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      for (const job of this.#unwritten.values()) this.put(job);
    }, RETRY_MS).unref();
  }

  /** Writes a snapshot with the job's pending points and lines; inside a transaction, `tell` it when that is done. */
  write(job: Job): Job {
    const live = this.#live.get(job.id);
    if (live) this.#flush(live);
    this.#records.put(job);
    return job;
  }

  /** Makes a written snapshot known to whoever listens. */
  tell(job: Job): Job {
    if (isTerminal(job.state)) this.#live.delete(job.id);
    else if (job.state === 'running') this.#live.set(job.id, { job, lastProgressAt: 0, pending: [], flush: undefined });
    this.#events.emit({ kind: 'snapshot', job });
    return job;
  }

  /** Progress lives in memory; the database gets it with the next change of state. */
  progressed(jobId: Job['id'], progress: JobProgress): void {
    const live = this.#live.get(jobId);
    if (!live) return;
    live.job = { ...live.job, progress };
    const at = performance.now();
    const isDone = progress.total !== null && progress.done >= progress.total;
    if (at - live.lastProgressAt < PROGRESS_EVERY_MS && !isDone) return;
    live.lastProgressAt = at;
    this.#events.emit({ kind: 'progressed', jobId, progress });
  }

  /** A point of a curve or a line of the log: told at once and written in batches, so that a fast curve costs few commits. */
  keep(jobId: Job['id'], event: JobEvent): void {
    const live = this.#live.get(jobId);
    if (!live) return;
    live.pending.push(event);
    live.flush ??= setTimeout(() => this.#flush(live), FLUSH_EVERY_MS);
    this.#events.emit(event);
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
      yield* seen;
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

  /** Snapshots (without results) and progress of every job, from now on. */
  async *watchAll(signal?: AbortSignal): AsyncGenerator<JobEvent, void> {
    for await (const event of this.#events.listen(signal)) {
      if (event.kind === 'snapshot') yield { kind: 'snapshot', job: { ...event.job, result: null } };
      else if (event.kind === 'progressed') yield event;
    }
  }

  #flush(live: Live): void {
    clearTimeout(live.flush);
    live.flush = undefined;
    if (live.pending.length === 0) return;
    try {
      this.#records.addEvents(live.job.id, live.pending);
      live.pending = [];
    } catch (error) {
      if (toAppError(error).code !== 'DISK_FULL') throw error;
      // Kept in memory until there is room, as long as they are not too many.
      live.pending = live.pending.slice(-MOST_PENDING);
      live.flush = setTimeout(() => this.#flush(live), RETRY_MS).unref();
    }
  }

  #history(jobId: string): JobEvent[] {
    return [...this.#records.events(jobId), ...(this.#live.get(jobId)?.pending ?? [])];
  }
}

function eventJobId(event: JobEvent): string {
  return event.kind === 'snapshot' ? event.job.id : event.jobId;
}
