import type { Provider } from '../../../shared/contract/providers.ts';
import type { ServingTask } from '../../jobs/task.ts';
import { cacheFolder } from './fit-telling.ts';
import { type RowsSource, TrainingRows } from './training-rows.ts';
import { runTrial, type TrialItem, type TrialOutcome } from './trial.ts';
import { trialFolds } from './trial-folds.ts';

export interface TrialsTaskParams {
  readonly source: RowsSource;
  readonly threads: number;
  readonly providers: readonly Provider[];
  /** The job's folder: trials leave their files there. */
  readonly folder: string;
}

export interface TrialQuestion {
  readonly item: TrialItem;
  /** Milliseconds the trial may take; Infinity without a budget. */
  readonly budgetMs: number;
}

/** Runs trials one after the other on rows that are read once. */
export const trialsTask: ServingTask<TrialsTaskParams, TrialQuestion, TrialOutcome> = async (params, context) => {
  const { request } = params.source;
  const rows = await TrainingRows.read(params.source, context.signal);
  return ({ item, budgetMs }) =>
    runTrial(rows, trialFolds(rows, request, item), item, {
      threads: params.threads,
      providers: params.providers,
      seed: request.seed,
      endsAt: performance.now() + budgetMs,
      folder: params.folder,
      cacheFolder: cacheFolder(params.folder),
      signal: context.signal,
      shouldStop: () => context.shouldKeepBest(),
      // Progress is where a paused job is held.
      progress: (done, total, rate) =>
        context.progress({ stage: item.algorithm, done, total, unit: 'epochs', rate, etaMs: null }),
      measure: () => undefined,
      log: (line) => context.log(`Trial ${item.trial}: ${line}`),
      holds: (provider) => context.holds(provider),
    });
};
