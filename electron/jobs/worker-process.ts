import { type ChildProcess, fork } from 'node:child_process';
import { AppError, fromWire } from '../../shared/errors.ts';
import { entryPoint } from '../program-files.ts';
import type { TaskContext } from './task.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** How long a cancelled task has to stop by itself. */
const GRACE_MS = 5000;

export interface WorkerRun {
  readonly task: string;
  readonly params: unknown;
  readonly folder: string;
  readonly progress: TaskContext['progress'];
  readonly measure: TaskContext['measure'];
  readonly log: TaskContext['log'];
}

/** One task in a process of its own. */
export class WorkerProcess {
  readonly result: Promise<unknown>;
  readonly #child: ChildProcess;
  #isCancelled = false;
  #killer: NodeJS.Timeout | undefined;
  #lastWords = '';

  constructor(run: WorkerRun) {
    this.#child = fork(entryPoint('worker'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#child.stdout?.on('data', (data: Buffer) => this.#hear(data));
    this.#child.stderr?.on('data', (data: Buffer) => this.#hear(data));
    this.result = this.#follow(run);
    this.#tell({ kind: 'run', task: run.task, params: run.params, folder: run.folder });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks the task to stop; kills it when it has not within five seconds. */
  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#tell({ kind: 'cancel' });
    this.#killer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
  }

  keepBest(): void {
    this.#tell({ kind: 'keepBest' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #tell(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message);
  }

  /** Native libraries write why they die to standard error; the last of it goes into the error. */
  #hear(data: Buffer): void {
    this.#lastWords = (this.#lastWords + data.toString('utf8')).slice(-2000);
  }

  #follow(run: WorkerRun): Promise<unknown> {
    return new Promise((succeed, fail) => {
      let isSettled = false;
      const settle = (end: () => void) => {
        if (isSettled) return;
        isSettled = true;
        clearTimeout(this.#killer);
        end();
      };
      this.#child.on('message', (message: FromWorker) => {
        switch (message.kind) {
          case 'progressed':
            return run.progress(message.progress);
          case 'measured':
            return run.measure(message.point);
          case 'logged':
            return run.log(message.line);
          case 'succeeded':
            return settle(() => succeed(message.result));
          case 'failed':
            if (message.stack && message.error.code === 'INTERNAL') run.log(message.stack);
            return settle(() => fail(fromWire(message.error)));
        }
      });
      this.#child.on('error', (error) =>
        settle(() =>
          fail(
            new AppError('WORKER_CRASHED', {
              message: `The worker could not be started: ${error.message}`,
              cause: error,
            }),
          ),
        ),
      );
      this.#child.on('exit', (code, signal) => settle(() => fail(this.#deathOf(code, signal))));
    });
  }

  #deathOf(code: number | null, signal: NodeJS.Signals | null): AppError {
    if (this.#isCancelled) return new AppError('CANCELLED', { message: 'Cancelled.' });
    const words = this.#lastWords.trim().split('\n').slice(-6).join('\n');
    const details = { exitCode: code, signal, lastWords: words };
    const kept = 'The engine and everything committed before are untouched.';
    if (/heap out of memory|bad_alloc|std::bad_alloc|Cannot allocate memory/i.test(words) || code === 134) {
      return new AppError('OUT_OF_MEMORY', {
        message: `The worker ran out of memory. ${words.split('\n')[0] ?? ''}`.trim(),
        remedy: 'Use fewer rows or columns, or a machine with more memory.',
        kept,
        details,
      });
    }
    const how = signal ? `was killed by ${signal}` : `ended with code ${code}`;
    const hint = signal === 'SIGKILL' ? ' (the system does that when memory runs out)' : '';
    return new AppError('WORKER_CRASHED', {
      message: `The worker ${how}${hint}.`,
      remedy: 'Resume the job, or start it again with less data.',
      kept,
      details,
    });
  }
}
