import { type ChildProcess, fork } from 'node:child_process';
import { AppError, fromWire } from '../../shared/errors.ts';
import { type MemoryNeed, namedMemoryError } from '../../shared/memory-need.ts';
import { entryPoint } from '../program-files.ts';
import type { TaskContext } from './task.ts';
import { workerDeath } from './worker-death.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** How long a cancelled task has to stop by itself. */
const GRACE_MS = 5000;

/** A group of its own: a forced end reaches what the task has started too, and a terminal's Ctrl-C does not reach it. */
const HAS_GROUPS = process.platform !== 'win32';

export interface WorkerRun {
  readonly task: string;
  /** The folder of the job it works for: the task is one of SERVING_TASKS, asked with `ask`. Left out: it runs and ends. */
  readonly serves?: string;
  readonly params: unknown;
  readonly folder: string;
  /** The data it works on, by which it names memory that runs out. */
  readonly holds?: MemoryNeed | undefined;
  readonly progress: TaskContext['progress'];
  readonly measure: TaskContext['measure'];
  readonly tried: TaskContext['tried'];
  readonly log: TaskContext['log'];
}

const named = (error: AppError, { holds }: WorkerRun): unknown =>
  holds ? namedMemoryError(error, holds, 'the worker') : error;

/** One task in a process of its own. */
export class WorkerProcess {
  /** The task's answer; rejects with the AppError the task threw, or with the reason why its process ended. */
  readonly result: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #isCancelled = false;
  #killer: NodeJS.Timeout | undefined;
  #lastWords = '';
  #held: string | null = null;
  readonly #open = new Map<number, { succeed(answer: unknown): void; fail(error: unknown): void }>();
  #asked = 0;

  constructor(run: WorkerRun) {
    this.#child = fork(entryPoint('worker'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      detached: HAS_GROUPS,
    });
    this.#child.stdout?.on('data', (data: Buffer) => this.#hear(data));
    this.#child.stderr?.on('data', (data: Buffer) => this.#hear(data));
    this.#ended = new Promise((done) => {
      this.#child.once('exit', () => done());
      this.#child.once('error', () => done());
    });
    this.result = this.#follow(run);
    const { task, params, folder, serves } = run;
    this.#tell(
      serves === undefined
        ? { kind: 'run', task, params, folder }
        : { kind: 'serve', task, params, folder, pausedWith: serves },
    );
    // One that serves has no result but its end, which its open questions are told.
    if (serves !== undefined) this.result.catch(() => undefined);
  }

  /** Asks one that serves; rejects with what the task threw, or with the reason why its process ended. */
  ask(question: unknown): Promise<unknown> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((succeed, fail) => {
      this.#open.set(id, { succeed, fail });
      void this.result.catch(fail);
      this.#tell({ kind: 'ask', id, question });
    });
  }

  /** Asks the task to stop; kills it when it has not within five seconds. */
  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#tell({ kind: 'cancel' });
    this.#killer = setTimeout(() => void this.kill(), GRACE_MS);
  }

  keepBest(): void {
    this.#tell({ kind: 'keepBest' });
  }

  /** Ends the process and what it has started, at once; resolves when it is gone. */
  kill(): Promise<void> {
    this.#killGroup();
    this.#child.kill('SIGKILL');
    return this.#ended;
  }

  #killGroup(): void {
    if (!HAS_GROUPS || this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch (error) {
      // ESRCH: nobody is left in the group, which is what was wanted.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }

  #tell(message: ToWorker): void {
    // A worker that is gone is noticed by its exit.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Native libraries write why they die to standard error; the last of it goes into the error. */
  #hear(data: Buffer): void {
    this.#lastWords = (this.#lastWords + data.toString('utf8')).slice(-4000);
  }

  #follow(run: WorkerRun): Promise<unknown> {
    return new Promise((succeed, fail) => {
      this.#child.on('message', (message: FromWorker) => {
        switch (message.kind) {
          case 'progressed':
            return run.progress(message.progress);
          case 'measured':
            return run.measure(message.point);
          case 'tried':
            return run.tried(message.trial);
          case 'logged':
            return run.log(message.line);
          case 'held':
            this.#held = message.device;
            return;
          case 'answered':
            this.#open.get(message.id)?.succeed(message.answer);
            this.#open.delete(message.id);
            return;
          case 'refused':
            this.#open.get(message.id)?.fail(named(fromWire(message.error), run));
            this.#open.delete(message.id);
            return;
          case 'succeeded':
            return succeed(message.result);
          case 'failed':
            if (message.stack && message.error.code === 'INTERNAL') run.log(message.stack);
            return fail(named(fromWire(message.error), run));
        }
      });
      this.#child.once('error', (error) => {
        fail(
          new AppError('WORKER_CRASHED', {
            message: `The worker could not be started: ${error.message}`,
            remedy: 'Try again when other programs have ended.',
            cause: error,
          }),
        );
      });
      // By its close all its words have been heard. A result that was told before stands.
      this.#child.once('close', (exitCode, signal) => {
        clearTimeout(this.#killer);
        this.#killGroup();
        fail(
          this.#isCancelled
            ? new AppError('CANCELLED', { message: 'Cancelled.' })
            : named(
                workerDeath({ exitCode, signal, lastWords: this.#lastWords, held: this.#held, holds: run.holds }),
                run,
              ),
        );
      });
    });
  }
}
