import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/contract.ts';
import type { Job, JobEvent, JobStarted } from '../../shared/contract/jobs.ts';
import { AppError, fromWire } from '../../shared/errors.ts';
import type { JobId } from '../../shared/ids.ts';
import { type Connection, connect } from './connection.ts';
import { describeProgress, type ProgressLine } from './progress-line.ts';

export type Client = ContractRouterClient<Contract>;

export interface SessionOptions {
  readonly workspace: string;
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly seed: number | undefined;
  readonly progress: ProgressLine;
  print(text: string): void;
}

/** One run of a verb: the engine it talks to, how it shows progress, and what a Ctrl-C does. */
export class Session {
  readonly options: SessionOptions;
  #connection: Promise<Connection> | undefined;
  #connected: Connection | undefined;
  #runningJob: JobId | undefined;
  #interrupted = Promise.withResolvers<void>();
  #isInterrupted = false;
  #isWaiting = false;

  constructor(options: SessionOptions) {
    this.options = options;
  }

  /** The engine's calls; the workspace is opened (or its running engine found) by the first use. */
  async client(): Promise<Client> {
    this.#connection ??= connect(this.options.workspace);
    this.#connected = await this.#connection;
    return this.#connected.client;
  }

  async close(): Promise<void> {
    if (this.#connection === undefined) return;
    const connection = await this.#connection.catch(() => undefined);
    await connection?.close(() => {
      this.options.progress.clear();
      this.options.progress.show(
        'Done. Another command works in this workspace through this process, which ends with it; Ctrl-C ends both.',
      );
    });
  }

  /** What befell the command whose engine ended under it; undefined where it did not. */
  lost(): AppError | undefined {
    if (!this.#connected?.isLost()) return undefined;
    return new AppError('INTERRUPTED', {
      message: 'The process that had the workspace open ended, and with it what this command had begun there.',
      kept: 'Everything committed before.',
      remedy: 'See `drydock jobs` for what can be resumed, or run the command again.',
    });
  }

  /** The command that continues a job. */
  resumeCommand(jobId: JobId): string {
    return `drydock jobs resume ${jobId} --workspace ${JSON.stringify(this.options.workspace)}`;
  }

  /** Cancels the running job, or ends what `untilInterrupted` waits for; throws when there is neither. */
  async interrupt(): Promise<void> {
    this.#isInterrupted = true;
    this.#interrupted.resolve();
    if (this.#runningJob !== undefined) {
      await (await this.client()).jobs.cancel({ jobId: this.#runningJob, keepBest: false });
    } else if (!this.#isWaiting) {
      throw new AppError('CANCELLED', {
        message: 'Cancelled before anything was started.',
        kept: 'Everything as it was.',
      });
    }
  }

  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  untilInterrupted(): Promise<void> {
    this.#isWaiting = true;
    return this.#interrupted.promise;
  }

  /**
   * Starts a job and follows it to its end with progress on stderr. Answers its result document; throws what it failed
   * with. `onLog` is given each line the job logs.
   */
  async job(start: (client: Client) => Promise<JobStarted>, onLog?: (line: string) => void): Promise<unknown> {
    const client = await this.client();
    const { jobId } = await start(client);
    return this.follow(jobId, onLog);
  }

  async follow(jobId: JobId, onLog?: (line: string) => void): Promise<unknown> {
    const client = await this.client();
    this.#runningJob = jobId;
    try {
      let last: Job | undefined;
      for await (const event of await client.jobs.watch({ jobId })) {
        if (event.kind === 'snapshot') last = event.job;
        else this.#show(event, onLog);
      }
      this.options.progress.clear();
      return this.#resultOf(last ?? (await client.jobs.get({ jobId })));
    } finally {
      this.options.progress.clear();
      this.#runningJob = undefined;
    }
  }

  #show(event: Exclude<JobEvent, { kind: 'snapshot' }>, onLog: ((line: string) => void) | undefined): void {
    if (event.kind === 'progressed') this.options.progress.show(describeProgress(event.progress));
    if (event.kind === 'logged' && onLog !== undefined) {
      this.options.progress.clear();
      onLog(event.line);
    }
  }

  #resultOf(job: Job): unknown {
    if (job.state === 'succeeded') return job.result;
    const next = job.isResumable ? { remedy: `Resume it with: ${this.resumeCommand(job.id)}` } : {};
    const details = { jobId: job.id };
    switch (job.state) {
      case 'failed': {
        const error = fromWire(job.error);
        throw new AppError(error.code, {
          message: error.message,
          ...next,
          ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
          ...(error.kept === undefined ? {} : { kept: error.kept }),
          details: { ...error.details, ...details },
        });
      }
      case 'cancelled':
        throw new AppError('CANCELLED', {
          message: `Cancelled: ${job.title}.`,
          kept: job.isResumable ? 'Its checkpoint, and everything committed before.' : 'Everything committed before.',
          ...next,
          details,
        });
      default:
        throw new AppError('INTERRUPTED', {
          message: `${job.title} was interrupted because the engine ended.`,
          kept: 'Everything committed before.',
          ...next,
          details,
        });
    }
  }
}
