import type { TaskContext } from '../../electron/jobs/task.ts';

const silent = () => undefined;

/** What a task is given where nobody watches: it works in the folder, tells nothing, and is cancelled by the signal. */
export const silentTask = (folder: string, signal = new AbortController().signal): TaskContext => ({
  signal,
  folder,
  shouldKeepBest: () => false,
  progress: silent,
  measure: silent,
  tried: silent,
  log: silent,
  holds: async () => undefined,
});
