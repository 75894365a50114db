import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import { toAppError, type WireError } from '../../../shared/errors.ts';
import { leadingMetric, metricsOf } from '../../compute/evaluation/metrics.ts';
import { plainAnswers } from '../../compute/evaluation/scored-rows.ts';
import { scoreFrame } from '../../compute/onnx/scorer.ts';
import { studentQuantile } from '../../compute/stats/tails.ts';
import type { Estimator, FitContext, LabelledRows } from '../../compute/train/estimator.ts';
import { estimatorOf } from '../../compute/train/estimators.ts';
import { KeptCurve } from './kept-curve.ts';
import type { TrainingRows } from './training-rows.ts';
import type { JudgedFold } from './trial-folds.ts';

/** One configuration to be fitted and judged. */
export interface TrialItem {
  /** Counts from 1; the same for a configuration on all its rungs. */
  readonly trial: number;
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Of successive halving, the fewest rows first; the last has all of them. */
  readonly rung: number;
  /** Share of the training rows it is fitted on. */
  readonly share: number;
  /** The outer fold of a nested cross-validation whose judged rows it must not see; null: none. */
  readonly outer: number | null;
  /**
   * `outer`: judged on the outer fold itself, once the search inside has chosen. `folds`: by folds of the last round, whatever
   * the others were judged by.
   */
  readonly judges: 'inner' | 'outer' | 'folds';
}

/** What came of it. Files lie in the trial's own folder. */
export interface TrialOutcome {
  readonly metric: string;
  readonly isHigherBetter: boolean;
  /** Null when it failed. */
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly folds: readonly number[] | null;
  readonly rows: number;
  readonly rowsSeen: number;
  readonly seconds: number;
  /** Cores it was fitted with. */
  readonly threads: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly refit: Readonly<Record<string, unknown>>;
  readonly stoppedBecause: string;
  readonly curves: readonly JobMetricPoint[];
  /** The model, its inspection and what else the fit told; null with folds, where there is none of all rows. */
  readonly fittedPath: string | null;
  /** What it said of rows it had not learnt from: JudgedAnswers. */
  readonly answersPath: string | null;
  readonly error: WireError | null;
}

/** Rows of the file and what was said of them: the probability of the second class, of every class, or the number. */
export interface JudgedAnswers {
  readonly rows: Uint32Array;
  readonly answers: Float64Array;
  /** Numbers a row. */
  readonly width: number;
}

/** What a fitted trial leaves for the choice: everything of Fitted. */
export type SavedFit = Awaited<ReturnType<Estimator['fit']>>;

export interface TrialSurroundings
  extends Pick<
    FitContext,
    | 'providers'
    | 'signal'
    | 'cacheFolder'
    | 'shouldStop'
    | 'progress'
    | 'prepared'
    | 'measure'
    | 'log'
    | 'runsOn'
    | 'holds'
  > {
  readonly threads: number;
  readonly seed: number;
  /** `performance.now()` at which this trial should end; Infinity without a budget. */
  readonly endsAt: number;
  /** The job's folder. */
  readonly folder: string;
}

/** Curves are thinned to this many points for the record. */
const MOST_POINTS = 500;

export const trialFolder = (folder: string, { trial, rung, outer, judges }: TrialItem): string => {
  const round = outer === null ? (judges === 'folds' ? 'folds-' : '') : `${judges}-${outer}-`;
  return join(folder, 'trials', `${round}${trial}-${rung}`);
};

/** Whether a model's bytes name an operator of trees. */
const holdsTrees = (onnx: Uint8Array): boolean =>
  Buffer.from(onnx.buffer, onnx.byteOffset, onnx.byteLength).includes('TreeEnsemble');

/** Fits a configuration on each of its folds and judges it there. A configuration that fails is an outcome; a cancel is not. */
export async function runTrial(
  rows: TrainingRows,
  folds: readonly JudgedFold[],
  item: TrialItem,
  around: TrialSurroundings,
): Promise<TrialOutcome> {
  const began = performance.now();
  const folder = trialFolder(around.folder, item);
  await mkdir(folder, { recursive: true });
  try {
    return await fitAndJudge(rows, folds, item, { ...around, folder });
  } catch (error) {
    around.signal.throwIfAborted();
    const known = toAppError(error);
    // What is wrong with the request or with all rows is no configuration's fault.
    const isOfAll = known.code === 'BAD_INPUT' && item.share >= 1 && item.judges !== 'folds';
    if (known.code === 'INVALID_ARGUMENT' || known.code === 'CANCELLED' || isOfAll) throw error;
    return {
      ...NOTHING,
      threads: around.threads,
      seconds: (performance.now() - began) / 1000,
      params: item.params,
      error: known.toWire(),
    };
  }
}

/** What a failed trial has come to. */
export const NOTHING: Omit<TrialOutcome, 'seconds' | 'threads' | 'params' | 'error'> = {
  metric: '',
  isHigherBetter: true,
  value: null,
  lower: null,
  upper: null,
  metrics: {},
  folds: null,
  rows: 0,
  rowsSeen: 0,
  refit: {},
  stoppedBecause: 'failed',
  curves: [],
  fittedPath: null,
  answersPath: null,
};

async function fitAndJudge(
  rows: TrainingRows,
  folds: readonly JudgedFold[],
  item: TrialItem,
  around: TrialSurroundings,
): Promise<TrialOutcome> {
  const began = performance.now();
  const estimator = estimatorOf(item.algorithm);
  const { task, classes } = rows.target;
  const isWhole = item.share >= 1;
  const values: number[] = [];
  const sums = new Map<string, { sum: number; count: number }>();
  let curve: readonly JobMetricPoint[] = [];
  const judged: { rows: Uint32Array; answers: Float64Array; width: number }[] = [];
  const refits: SavedFit['refit'][] = [];
  let last: { fitted: SavedFit; score: ReturnType<typeof leadingMetric>; rows: number } | undefined;
  let rowsSeen = 0;
  for (const [index, fold] of folds.entries()) {
    const train = isWhole ? fold.train : someRows(fold.train, item.share, around.seed);
    const data = rows.data(train, fold.validation);
    const foldFolder = folds.length === 1 ? around.folder : join(around.folder, `fold-${index}`);
    await mkdir(foldFolder, { recursive: true });
    const kept = new KeptCurve(foldFolder);
    const fitted = await estimator.fit(data, item.params, {
      ...around,
      folder: foldFolder,
      budgetMs: Math.max(1, (around.endsAt - performance.now()) / (folds.length - index)),
      measure: (step, series) => {
        if (folds.length === 1) kept.add({ step, series: { ...series } });
        around.measure(step, series);
      },
    });
    curve = kept.points;
    rowsSeen += fitted.rowsSeen;
    refits.push(fitted.refit);
    const held = fold.judged.length === fold.validation.length ? data.validation : rows.labelled(fold.judged);
    const part: LabelledRows = fold.judged.length > 0 ? held : data.train;
    // ONNX Runtime sums trees in another order on another number of threads; stacks and calibrations are learnt from answers.
    const threads = holdsTrees(fitted.onnx) ? 1 : around.threads;
    const scores = await scoreFrame(fitted.onnx, part.features, { ...around, threads });
    const scored = { task, classes, targets: part.targets, scores, weights: part.weights };
    const score = leadingMetric(scored);
    values.push(score.value);
    for (const { name, value } of metricsOf(scored, 0.5)) {
      if (value === null) continue;
      const so = sums.get(name) ?? { sum: 0, count: 0 };
      sums.set(name, { sum: so.sum + value, count: so.count + 1 });
    }
    if (fold.judged.length > 0) judged.push({ rows: fold.judged, ...plainAnswers(scores, task) });
    last = { fitted, score, rows: train.length };
  }
  if (!last) throw new RangeError('A trial needs a fold.');
  const { fitted, score } = last;
  const isOne = folds.length === 1;
  const answersPath = judged.length > 0 ? join(around.folder, 'answers.bin') : null;
  if (answersPath !== null) await writeFile(answersPath, serialize(joined(judged)));
  const fittedPath = isOne && isWhole ? join(around.folder, 'fitted.bin') : null;
  if (fittedPath !== null) await writeFile(fittedPath, serialize(fitted));
  const spread = isOne ? null : foldSpread(values);
  return {
    metric: score.metric,
    isHigherBetter: score.isHigherBetter,
    value: spread?.value ?? score.value,
    lower: spread ? spread.lower : score.lower,
    upper: spread ? spread.upper : score.upper,
    metrics: Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count])),
    folds: isOne ? null : values,
    rows: last.rows,
    rowsSeen,
    seconds: (performance.now() - began) / 1000,
    threads: around.threads,
    params: fitted.params,
    refit: middleOf(refits),
    stoppedBecause: fitted.stoppedBecause,
    curves: thinned(curve),
    fittedPath,
    answersPath,
    error: null,
  };
}

/** Of what the fits of several folds say of the next one (rounds, epochs), the one in the middle: by what differs between them. */
function middleOf(refits: readonly SavedFit['refit'][]): SavedFit['refit'] {
  const [first = {}] = refits;
  const differing = Object.keys(first).filter((name) => refits.some((refit) => refit[name] !== first[name]));
  const order = refits.toSorted((a, b) => {
    for (const name of differing) {
      const [x, y] = [a[name], b[name]];
      if (typeof x === 'number' && typeof y === 'number' && x !== y) return x - y;
    }
    return 0;
  });
  return order[(order.length - 1) >> 1] ?? first;
}

/** Mean over folds with Student's 95 % interval of it; folds share rows, so it is a guide, not a promise (Bengio and Grandvalet 2004). */
function foldSpread(values: readonly number[]): { value: number; lower: number; upper: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = studentQuantile(0.975, values.length - 1) * Math.sqrt(variance / values.length);
  return { value: mean, lower: mean - half, upper: mean + half };
}

/** Answers of all folds by row, repetitions averaged. */
function joined(parts: readonly JudgedAnswers[]): JudgedAnswers {
  const width = parts[0]?.width ?? 1;
  const places = new Map<number, number>();
  for (const { rows } of parts) for (const row of rows) if (!places.has(row)) places.set(row, places.size);
  const order = Uint32Array.from(places.keys()).sort();
  for (const [place, row] of order.entries()) places.set(row, place);
  const answers = new Float64Array(order.length * width);
  const counts = new Float64Array(order.length);
  for (const part of parts) {
    for (const [index, row] of part.rows.entries()) {
      const place = places.get(row) ?? 0;
      counts[place] = (counts[place] ?? 0) + 1;
      for (let k = 0; k < width; k++)
        answers[place * width + k] = (answers[place * width + k] ?? 0) + (part.answers[index * width + k] ?? 0);
    }
  }
  return { rows: order, answers: answers.map((sum, at) => sum / (counts[Math.floor(at / width)] ?? 1)), width };
}

function thinned(points: readonly JobMetricPoint[]): readonly JobMetricPoint[] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return every <= 1 ? points : points.filter((_, index) => index % every === 0 || index === points.length - 1);
}

/** A share of rows, drawn with the seed: the same ones for every configuration, fewer rows being part of more. */
function someRows(rows: Uint32Array, share: number, seed: number): Uint32Array {
  const drawn = [...rows].map((row) => ({ row, order: hashed(row, seed) })).sort((a, b) => a.order - b.order);
  return Uint32Array.from(drawn.slice(0, Math.max(2, Math.round(rows.length * share))), ({ row }) => row).sort();
}

/** An even number of 32 bits for a row and a seed (Murmur's finaliser). */
function hashed(row: number, seed: number): number {
  let mixed = Math.imul(row ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
