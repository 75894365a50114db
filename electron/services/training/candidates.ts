import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import type { Provider } from '../../../shared/contract/providers.ts';
import { AppError } from '../../../shared/errors.ts';
import { leadingMetric } from '../../compute/evaluation/metrics.ts';
import type { Frame } from '../../compute/frame/frame.ts';
import { openScorer, type Scores } from '../../compute/onnx/scorer.ts';
import type { Estimator, FitContext, Fitted, TrainingData } from '../../compute/train/estimator.ts';
import { ESTIMATORS, estimatorOf } from '../../compute/train/estimators.ts';
import type { TaskContext } from '../../jobs/task.ts';

/** A fitted estimator and how it does on validation rows. */
export interface Candidate extends Fitted {
  readonly estimator: Estimator;
  readonly seconds: number;
  readonly curves: readonly JobMetricPoint[];
  readonly score: ReturnType<typeof leadingMetric>;
}

export interface CandidatesRequest {
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly providers: readonly Provider[];
  /** `performance.now()` at which the budget is used up; Infinity without one. */
  readonly endsAt: number;
}

/** Fits the algorithm that is asked for, or for `auto` every one that knows the task, the simplest first. */
export async function fitCandidates(
  data: TrainingData,
  request: CandidatesRequest,
  context: TaskContext,
): Promise<Candidate[]> {
  const isAuto = request.algorithm === 'auto';
  const estimators = isAuto
    ? ESTIMATORS.filter(({ tasks, isLeftOutOfAuto }) => tasks.includes(data.task) && !isLeftOutOfAuto).toSorted(
        (a, b) => a.rank - b.rank,
      )
    : [estimatorOf(request.algorithm)];
  const candidates: Candidate[] = [];
  for (const [index, estimator] of estimators.entries()) {
    const left = request.endsAt - performance.now();
    if (candidates.length > 0 && (left <= 0 || context.shouldKeepBest())) break;
    const curves: JobMetricPoint[] = [];
    const prefix = estimators.length > 1 ? `${estimator.algorithm}.` : '';
    const started = performance.now();
    const fitted = await estimator.fit(data, isAuto ? {} : request.params, {
      ...(await fitContext(estimator, estimator.algorithm, context)),
      seed: request.seed,
      providers: request.providers,
      budgetMs: left / (estimators.length - index),
      measure: (step, series) => {
        curves.push({ step, series: { ...series } });
        context.measure({
          step,
          series: Object.fromEntries(Object.entries(series).map(([name, value]) => [prefix + name, value])),
        });
      },
    });
    const seconds = (performance.now() - started) / 1000;
    const judged = data.validation.targets.length > 0 ? data.validation : data.train;
    const scores = await scoreWith(fitted.onnx, judged.features);
    const { targets, weights } = judged;
    const score = leadingMetric({ task: data.task, classes: data.classes, targets, scores, weights });
    context.log(
      `${estimator.label}: ${score.metric} ${score.value.toFixed(4)} on validation rows, ${seconds.toFixed(1)} s`,
    );
    candidates.push({ ...fitted, estimator, seconds, curves, score });
  }
  return candidates;
}

/** The best on validation rows; a simpler one whose interval reaches the best one's value is preferred. */
export function chooseCandidate(candidates: readonly Candidate[]): Candidate {
  const byOrder = candidates.toSorted((a, b) => b.score.order - a.score.order);
  const best = byOrder[0];
  if (!best) throw new AppError('INVALID_ARGUMENT', { message: 'No algorithm fits this task.' });
  const isHigherBetter = best.score.order === best.score.value;
  const ties = candidates.filter(({ score }) => {
    const bound = isHigherBetter ? score.upper : score.lower;
    return bound !== null && (isHigherBetter ? bound >= best.score.value : bound <= best.score.value);
  });
  return ties.toSorted((a, b) => a.estimator.rank - b.estimator.rank)[0] ?? best;
}

/**
 * The chosen model once more on training and validation rows together, with as many rounds or epochs as were best: the
 * newest rows are learnt too, and nothing is chosen by rows that were learnt. Stays as it is where the budget would not
 * last, the user asked to stop, or there are no validation rows.
 */
export async function refitOnAll(
  chosen: Candidate,
  data: TrainingData,
  request: CandidatesRequest,
  context: TaskContext,
): Promise<Candidate> {
  const { estimator } = chosen;
  const isShort = performance.now() + 1500 * chosen.seconds > request.endsAt;
  if (data.validation.targets.length > 0 || isShort || context.shouldKeepBest()) return chosen;
  const fitted = await estimator.fit(data, chosen.refit, {
    ...(await fitContext(estimator, `${estimator.algorithm}-all-rows`, context)),
    seed: request.seed,
    providers: request.providers,
    budgetMs: Number.POSITIVE_INFINITY,
    measure: () => undefined,
  });
  context.log(`${estimator.label}: fitted again on ${data.train.targets.length} rows, validation rows included`);
  return {
    ...chosen,
    onnx: fitted.onnx,
    inspection: fitted.inspection,
    trees: fitted.trees,
    stoppedBecause: `${chosen.stoppedBecause}, then fitted on all rows`,
  };
}

/** A linear baseline may take as long as the candidates did, and at least this. */
const LEAST_BASELINE_MS = 5000;

/**
 * The linear model that others are compared with: the candidate of that kind, else one fitted for it in the time that the
 * candidates took. Null where there is no time left or it cannot be fitted; a missing baseline fails no training.
 */
export async function linearBaseline(
  data: TrainingData,
  candidates: readonly Candidate[],
  request: CandidatesRequest,
  context: TaskContext,
): Promise<Uint8Array | null> {
  const fitted = candidates.find(({ estimator }) => estimator.algorithm === 'linear');
  if (fitted) return fitted.onnx;
  const estimator = ESTIMATORS.find(({ algorithm, tasks }) => algorithm === 'linear' && tasks.includes(data.task));
  const spent = candidates.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
  const budgetMs = Math.min(request.endsAt - performance.now(), Math.max(LEAST_BASELINE_MS, spent));
  if (!estimator || budgetMs <= 0 || context.shouldKeepBest()) return null;
  try {
    const { onnx } = await estimator.fit(
      data,
      {},
      {
        ...(await fitContext(estimator, 'linear-baseline', context)),
        seed: request.seed,
        providers: request.providers,
        budgetMs,
        measure: () => undefined,
      },
    );
    return onnx;
  } catch (error) {
    context.signal.throwIfAborted();
    context.log(`No linear baseline: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

async function fitContext(
  estimator: Estimator,
  folderName: string,
  context: TaskContext,
): Promise<Omit<FitContext, 'seed' | 'budgetMs' | 'measure'>> {
  const folder = join(context.folder, folderName);
  await mkdir(folder, { recursive: true });
  const started = performance.now();
  let provider: string | undefined;
  return {
    threads: availableParallelism(),
    signal: context.signal,
    folder,
    shouldStop: () => context.shouldKeepBest(),
    progress: (done, total, rate) => {
      const spent = performance.now() - started;
      context.progress({
        stage: estimator.label,
        done,
        total,
        unit: 'epochs',
        rate,
        etaMs: total === null || done === 0 ? null : (spent / done) * (total - done),
        ...(provider === undefined ? {} : { provider }),
      });
    },
    log: (line) => context.log(`${estimator.label}: ${line}`),
    runsOn: (what) => {
      provider = what;
      context.log(`${estimator.label}: runs on ${what}`);
    },
  };
}

export async function scoreWith(onnx: Uint8Array, features: Frame): Promise<Scores> {
  const scorer = await openScorer(onnx, { threads: availableParallelism() });
  try {
    return await scorer.score(features);
  } finally {
    await scorer.close();
  }
}
