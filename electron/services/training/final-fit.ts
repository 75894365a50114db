import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import type { TrainingManifest } from '../../../shared/contract/models.ts';
import type { Provider } from '../../../shared/contract/providers.ts';
import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Estimator, TrainingData } from '../../compute/train/estimator.ts';
import { estimatorOf, estimatorsOf } from '../../compute/train/estimators.ts';
import { hasDiverged } from '../../compute/train/network-training.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { fitTelling } from './fit-telling.ts';
import { KeptCurve } from './kept-curve.ts';
import type { EndedTrial } from './run-trials.ts';
import type { TrainingRows } from './training-rows.ts';
import type { SavedFit } from './trial.ts';

export interface FinalFit {
  readonly estimator: Estimator;
  readonly fitted: SavedFit;
  /** The rows the model was fitted on; parameters with which these rows give it again. */
  readonly rows: 'train' | 'trainAndValidation';
  readonly again: Readonly<Record<string, unknown>>;
  readonly threads: number;
  readonly curves: readonly JobMetricPoint[];
  readonly seconds: number;
  readonly rowsSeen: number;
  readonly stoppedBecause: string;
}

export interface FinalOptions {
  readonly seed: number;
  /** `performance.now()` at which the budget is used up; Infinity without one. */
  readonly endsAt: number;
  readonly providers: readonly Provider[];
  readonly context: TaskContext;
}

/**
 * The model of the chosen configuration. Where folds judged it and left none, it is fitted on all rows at once. Where its trial
 * left none otherwise (fewer rows), it is fitted on the training rows first. Then once more on training and validation rows together, with as many rounds or epochs as were best: the newest rows are
 * learnt too, and nothing is chosen by rows that were learnt. That is left out where the budget would not last, the user asked
 * to stop, or there are no validation rows.
 */
export async function finalFit(
  rows: TrainingRows,
  { item, outcome }: EndedTrial,
  options: FinalOptions,
): Promise<FinalFit> {
  const { context, endsAt } = options;
  const estimator = estimatorOf(item.algorithm);
  const threads = availableParallelism();
  const began = performance.now();
  let curves: readonly JobMetricPoint[] = [];
  const follow = (points: readonly JobMetricPoint[]): void => {
    curves = points;
  };
  const fitAll = (params: SavedFit['refit'], how: Pick<FitWithin, 'follow'>): Promise<SavedFit> =>
    fitWithin(estimator, rows.data(rows.allRows, new Uint32Array()), params, {
      ...options,
      name: `${item.algorithm}-all-rows`,
      threads,
      isWhole: true,
      ...how,
    });
  const isSaved = outcome.fittedPath !== null;
  if (!isSaved && outcome.folds !== null) {
    // The folds have said how many rounds or epochs are best: no rows are held back to find that out again.
    const fitted = await fitAll(outcome.refit, { follow });
    return {
      estimator,
      fitted,
      rows: 'trainAndValidation',
      again: outcome.refit,
      threads,
      curves,
      seconds: (performance.now() - began) / 1000,
      rowsSeen: fitted.rowsSeen,
      stoppedBecause: `${outcome.stoppedBecause}, then fitted on all rows`,
    };
  }
  const first =
    outcome.fittedPath === null
      ? await fitWithin(estimator, rows.data(rows.parts.train, rows.parts.validation), item.params, {
          ...options,
          // Trials may have used the budget up: what was chosen still gets the time in which it was judged.
          endsAt: Math.max(endsAt, began + 1000 * outcome.seconds),
          name: `${item.algorithm}-chosen`,
          threads,
          follow,
        })
      : (deserialize(await readFile(outcome.fittedPath)) as SavedFit);
  const seconds = isSaved ? outcome.seconds : (performance.now() - began) / 1000;
  const common = {
    estimator,
    threads: isSaved ? outcome.threads : threads,
    curves: isSaved ? outcome.curves : curves,
    seconds,
    rowsSeen: first.rowsSeen,
  };
  const isShort = performance.now() + 1500 * seconds > endsAt;
  const kept = {
    ...common,
    fitted: first,
    rows: 'train',
    again: first.refit,
    stoppedBecause: first.stoppedBecause,
  } as const;
  // What diverged on the training rows would do so on all of them, and no row would be left to tell.
  const isUnstable = hasDiverged(first.stoppedBecause);
  if (rows.parts.validation.length === 0 || isShort || isUnstable || context.shouldKeepBest()) return kept;
  const fitted = await fitAll(first.refit, {}).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'DIVERGED') return null;
    throw error;
  });
  if (fitted === null || hasDiverged(fitted.stoppedBecause)) {
    context.log(`${estimator.label}: diverged on all rows together; the model of the training rows is kept`);
    return kept;
  }
  context.log(`${estimator.label}: fitted again on ${countText(rows.allRows.length)} rows, validation rows included`);
  return {
    ...common,
    fitted,
    rows: 'trainAndValidation',
    threads,
    again: first.refit,
    stoppedBecause: `${first.stoppedBecause}, then fitted on all rows`,
  };
}

/** The model of a manifest once more. */
export function fitAgain(
  rows: TrainingRows,
  fit: NonNullable<TrainingManifest['fit']>,
  options: Omit<FinalOptions, 'seed'>,
): Promise<SavedFit> {
  const { train, validation } = rows.parts;
  const data = fit.rows === 'train' ? rows.data(train, validation) : rows.data(rows.allRows, new Uint32Array());
  return fitWithin(estimatorOf(fit.algorithm), data, fit.params, {
    ...options,
    seed: fit.seed,
    name: `${fit.algorithm}-again`,
    threads: fit.threads,
  });
}

/** A linear baseline may take as long as the candidates did, and at least this. */
const LEAST_BASELINE_MS = 5000;

/**
 * The linear model that others are compared with: the trial of that kind at its defaults, else one fitted for it in the time
 * that the trials took. Null where there is no time left or it cannot be fitted; a missing baseline fails no training.
 */
export async function linearBaseline(
  rows: TrainingRows,
  trials: readonly EndedTrial[],
  options: FinalOptions,
): Promise<Uint8Array | null> {
  const { task } = rows.target;
  const estimator = estimatorsOf(rows.takes).find(({ isBaseline, tasks }) => isBaseline && tasks.includes(task));
  const known = trials.find(
    ({ item, outcome }) => item.algorithm === estimator?.algorithm && outcome.fittedPath !== null,
  );
  if (known?.outcome.fittedPath) return (deserialize(await readFile(known.outcome.fittedPath)) as SavedFit).onnx;
  const { context, endsAt } = options;
  const spent = trials.reduce((sum, { outcome }) => sum + outcome.seconds * 1000, 0);
  const budgetMs = Math.min(endsAt - performance.now(), Math.max(LEAST_BASELINE_MS, spent));
  if (!estimator || budgetMs <= 0 || context.shouldKeepBest()) return null;
  try {
    const { onnx } = await fitWithin(
      estimator,
      rows.data(rows.parts.train, rows.parts.validation),
      {},
      {
        ...options,
        endsAt: performance.now() + budgetMs,
        name: 'linear-baseline',
        threads: availableParallelism(),
      },
    );
    return onnx;
  } catch (error) {
    context.signal.throwIfAborted();
    context.log(`No linear baseline: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

interface FitWithin extends FinalOptions {
  /** Of the folder for its checkpoints. */
  readonly name: string;
  readonly threads: number;
  /** Neither the budget nor a wish to stop ends it early: without it there is no model. */
  readonly isWhole?: boolean;
  /** Given the curve, which grows with the fit. */
  follow?(points: readonly JobMetricPoint[]): void;
}

/** One fit in this process, told as the job's own. */
export async function fitWithin(
  estimator: Estimator,
  data: TrainingData,
  params: Readonly<Record<string, unknown>>,
  { context, seed, endsAt, providers, name, threads, isWhole = false, follow }: FitWithin,
): Promise<SavedFit> {
  const folder = join(context.folder, name);
  await mkdir(folder, { recursive: true });
  const curve = new KeptCurve(folder);
  follow?.(curve.points);
  return estimator.fit(data, params, {
    ...fitTelling(estimator.label, threads, context),
    seed,
    threads,
    providers,
    folder,
    budgetMs: isWhole ? Number.POSITIVE_INFINITY : Math.max(1, endsAt - performance.now()),
    ...(isWhole ? { shouldStop: () => false } : {}),
    measure: (step, series) => curve.add({ step, series: { ...series } }),
  });
}
