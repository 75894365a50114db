import { join } from 'node:path';
import type { FitContext } from '../../compute/train/estimator.ts';
import type { TaskContext } from '../../jobs/task.ts';

/** What a fit tells and asks, as the job's own, under a label. */
export function fitTelling(
  label: string,
  threads: number,
  context: TaskContext,
): Pick<FitContext, 'signal' | 'cacheFolder' | 'shouldStop' | 'progress' | 'prepared' | 'log' | 'runsOn' | 'holds'> {
  const began = performance.now();
  let provider: string | undefined;
  let prepared = { began, done: 0 };
  return {
    signal: context.signal,
    cacheFolder: cacheFolder(context.folder),
    shouldStop: () => context.shouldKeepBest(),
    progress: (done, total, rate) =>
      context.progress({
        stage: label,
        done,
        total,
        unit: 'epochs',
        rate,
        etaMs: total === null || done === 0 ? null : ((performance.now() - began) / done) * (total - done),
        threads,
        ...(provider ? { provider } : {}),
      }),
    prepared: (done, total) => {
      // A pass over other rows begins.
      if (done < prepared.done) prepared = { began: performance.now(), done };
      prepared.done = done;
      const spent = performance.now() - prepared.began;
      context.progress({
        stage: `${label}: images`,
        done,
        total,
        unit: 'rows',
        rate: spent > 0 ? (1000 * done) / spent : null,
        etaMs: (spent / done) * (total - done),
      });
    },
    log: (line) => context.log(`${label}: ${line}`),
    holds: (provider) => context.holds(provider),
    runsOn: (what) => {
      provider = what;
      context.log(`${label}: runs on ${what}`);
    },
  };
}

/** Of a job: what its fits may share, whichever process they run in. */
export const cacheFolder = (folder: string): string => join(folder, 'cache');
