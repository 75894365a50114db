import type { Job, JobKind } from '../../shared/contract/jobs.ts';
import type { MemoryNeed } from '../../shared/memory-need.ts';
import type { TaskContext } from './task.ts';

/** A job whose work runs in a worker process and whose result the engine then commits. */
export interface WorkerJobDefinition<Params, TaskParams, TaskResult, Result> {
  readonly place: 'worker';
  readonly kind: JobKind;
  /** True when its task tells its progress at every step of its own, so that it can be held there. */
  readonly isPausable?: true;
  /** True when its task goes on from what an earlier attempt left in the job's folder; others begin anew, and leave nothing. */
  readonly keepsCheckpoint?: true;
  /** Name in electron/jobs/tasks.ts. */
  readonly task: string;
  title(params: Params): string;
  /** The data it holds, by which it names memory that runs out. */
  holds?(params: Params): MemoryNeed;
  /** Resolves names to paths before the worker starts; throws AppError on a wrong request. */
  prepare(params: Params, job: Job): Promise<TaskParams>;
  /** What the task goes on with, from its checkpoint, after a device has brought its process down; left out: the job has failed. */
  without?(device: string, params: TaskParams): TaskParams;
  /**
   * Moves files into the artifact store and answers what writes the records. That runs in one transaction with the job's
   * success, so that a job is never done twice; its answer is the job's result.
   */
  commit(result: TaskResult, params: Params, job: Job): Promise<() => Result>;
}

/** A job that only calls other services (the demo, later pipelines). It runs in the engine and computes nothing itself. */
export interface EngineJobDefinition<Params, Result> {
  readonly place: 'engine';
  readonly kind: JobKind;
  readonly isPausable?: undefined;
  readonly keepsCheckpoint?: undefined;
  title(params: Params): string;
  run(params: Params, context: TaskContext, job: Job): Promise<Result>;
}

// biome-ignore lint/suspicious/noExplicitAny: the list holds definitions of every kind; each is typed where it is made
export type AnyJobDefinition = WorkerJobDefinition<any, any, any, unknown> | EngineJobDefinition<any, unknown>;
