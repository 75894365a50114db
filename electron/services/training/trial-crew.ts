import { mkdirSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Provider } from '../../../shared/contract/providers.ts';
import type { TrainingRequest } from '../../../shared/contract/training.ts';
import { toAppError } from '../../../shared/errors.ts';
import { withoutProvider } from '../../compute/onnx/providers.ts';
import { estimatorOf } from '../../compute/train/estimators.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { fallenDevice } from '../../jobs/worker-death.ts';
import { WorkerProcess, type WorkerRun } from '../../jobs/worker-process.ts';
import { fitTelling } from './fit-telling.ts';
import type { RowsSource, TrainingRows } from './training-rows.ts';
import { NOTHING, runTrial, type TrialItem, type TrialOutcome } from './trial.ts';
import { trialFolds } from './trial-folds.ts';
import type { TrialQuestion, TrialsTaskParams } from './trials-task.ts';

/** Runs trials, `size` at a time. */
export interface TrialCrew {
  readonly size: number;
  run(item: TrialItem, budgetMs: number): Promise<TrialOutcome>;
  /** Those under way end early with what they have. */
  stop(): void;
  close(): Promise<void>;
}

/** A worker that dies is started anew and its trial run again, this often: it may have been killed, or be the trial's fault. */
const MOST_DEATHS = 3;
/** Copies of the rows, encoded and as they are, that a fit holds at the same time. */
const COPIES = 6;
/** Share of the machine's memory that all workers may have. */
const MEMORY_SHARE = 0.5;

/** Workers at a time: one a core, fewer where their rows would not fit into half of the memory. */
export function crewSize(rows: number, columns: number): number {
  const bytesEach = rows * columns * 8 * COPIES;
  const fitting = Math.floor((totalmem() * MEMORY_SHARE) / Math.max(1, bytesEach));
  return Math.max(1, Math.min(availableParallelism(), fitting));
}

export interface CrewOptions {
  readonly request: TrainingRequest;
  readonly providers: readonly Provider[];
  readonly context: TaskContext;
}

/** Trials one at a time in this process with all cores, their curves told as they grow. */
export function ownCrew(
  rows: TrainingRows,
  { request, providers, context, hasPrefix }: CrewOptions & { readonly hasPrefix: boolean },
): TrialCrew {
  return {
    size: 1,
    run(item, budgetMs) {
      const prefix = hasPrefix ? `${item.algorithm}.` : '';
      return runTrial(rows, trialFolds(rows, request, item), item, {
        ...fitTelling(estimatorOf(item.algorithm).label, availableParallelism(), context),
        threads: availableParallelism(),
        providers,
        seed: request.seed,
        endsAt: performance.now() + budgetMs,
        folder: context.folder,
        measure: (step, series) =>
          context.measure({
            step,
            series: Object.fromEntries(Object.entries(series).map(([name, value]) => [prefix + name, value])),
          }),
      });
    },
    stop: () => undefined,
    close: async () => undefined,
  };
}

/** Trials in worker processes, each with its share of the cores and rows of its own. */
export function workerCrew(
  source: RowsSource,
  size: number,
  { context, providers, holds }: CrewOptions & Pick<WorkerRun, 'holds'>,
): TrialCrew {
  let params: TrialsTaskParams = {
    source,
    providers,
    threads: Math.max(1, Math.floor(availableParallelism() / size)),
    folder: context.folder,
  };
  const workers: (WorkerProcess | null)[] = Array.from({ length: size }, () => null);
  const free = workers.map((_, index) => index);
  let isClosed = false;
  const start = (index: number): WorkerProcess => {
    const folder = join(context.folder, `crew-${index}`);
    mkdirSync(folder, { recursive: true });
    const silent = () => undefined;
    return new WorkerProcess({
      task: 'trials',
      params,
      folder,
      serves: context.folder,
      holds,
      progress: silent,
      measure: silent,
      tried: silent,
      log: (line) => context.log(line),
    });
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    await Promise.all(workers.map((worker) => worker?.kill()));
  };
  context.signal.addEventListener('abort', () => void close(), { once: true });
  return {
    size,
    async run(item, budgetMs) {
      const index = free.shift();
      if (index === undefined) throw new RangeError('More trials are under way than there are workers.');
      const question: TrialQuestion = { item, budgetMs };
      try {
        for (let death = 1; ; death++) {
          workers[index] ??= start(index);
          try {
            return (await workers[index].ask(question)) as TrialOutcome;
          } catch (error) {
            context.signal.throwIfAborted();
            const known = toAppError(error);
            const device = fallenDevice(error);
            if (device !== null) params = { ...params, providers: withoutProvider(params.providers, device) };
            const isDead = known.code === 'WORKER_CRASHED' || known.code === 'OUT_OF_MEMORY';
            if (!isDead || isClosed) throw error;
            workers[index] = null;
            context.log(
              `Trial ${item.trial}: ${known.message} ${death < MOST_DEATHS ? 'It is run again.' : 'It has failed.'}`,
            );
            if (death >= MOST_DEATHS)
              return {
                ...NOTHING,
                seconds: 0,
                threads: params.threads,
                params: item.params,
                stoppedBecause: 'its worker died',
                error: known.toWire(),
              };
          }
        }
      } finally {
        free.push(index);
      }
    },
    stop: () => {
      for (const worker of workers) worker?.keepBest();
    },
    close,
  };
}
