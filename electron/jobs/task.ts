import type { JobMetricPoint, JobProgress } from '../../shared/contract/jobs.ts';
import type { Trial } from '../../shared/contract/search.ts';

/** What a task may ask of the worker process it runs in. */
export interface TaskContext {
  /** Aborted when the job is cancelled. A task that does not stop within 5 s is killed. */
  readonly signal: AbortSignal;
  /**
   * The job's own folder, inside the workspace so that results can be renamed into place. Results and checkpoints go
   * here. It survives a crash and is handed to the next attempt; the engine removes it once the job has ended.
   */
  readonly folder: string;
  /** True once the user asked a training to stop and keep its best state. */
  shouldKeepBest(): boolean;
  progress(progress: JobProgress): void;
  measure(point: JobMetricPoint): void;
  /** A configuration of a search has ended. */
  tried(trial: Trial): void;
  /**
   * Told, and waited for, before a device is used that may bring the process down with it, such as a graphics card; null once
   * it is let go. Should the process die meanwhile, that device is to blame.
   */
  holds(device: string | null): Promise<void>;
  log(line: string): void;
}

/** Work that is asked for piece by piece: what is needed for all pieces is made once, then each question is answered in turn. */
export type ServingTask<Params, Question, Answer> = (
  params: Params,
  context: TaskContext,
) => Promise<(question: Question) => Promise<Answer>>;

/** Long work that runs in a child process: paths and plain values in, files and a plain result out; no workspace. */
export type Task<Params, Result> = (params: Params, context: TaskContext) => Promise<Result>;
