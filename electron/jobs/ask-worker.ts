import { ulid } from 'ulid';
import type { Workspace } from '../store/workspace.ts';
import { WorkerProcess } from './worker-process.ts';

const ignore = (): void => {};

/** Runs a task in a throw-away worker, without a job: a question whose answer nobody keeps. */
export async function askWorker(workspace: Workspace, task: string, params: unknown): Promise<unknown> {
  const name = `question-${ulid()}`;
  const folder = workspace.jobFolder(name);
  try {
    return await new WorkerProcess({
      task,
      params,
      folder,
      progress: ignore,
      measure: ignore,
      tried: ignore,
      log: ignore,
    }).result;
  } finally {
    workspace.removeJobFolder(name);
  }
}
