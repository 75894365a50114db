import { availableParallelism } from 'node:os';
import type { EnsembleManifest, EnsembleResult } from '../../../shared/contract/ensembles.ts';
import type { TrainingManifest } from '../../../shared/contract/models.ts';
import type { TrainingRequest } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import { averagedModel } from '../../compute/ensembles/averaged-model.ts';
import { learnStack, type Stack, stackAnswers, stackedModel } from '../../compute/ensembles/stacking.ts';
import { plainAnswers } from '../../compute/evaluation/scored-rows.ts';
import type { Scores } from '../../compute/onnx/scorer.ts';
import { estimatorOf } from '../../compute/train/estimators.ts';
import { ranked, readAnswers } from './choose-trial.ts';
import { type FinalFit, type FinalOptions, finalFit, fitAgain, fitWithin } from './final-fit.ts';
import type { TrialPlan } from './plan-trials.ts';
import type { EndedTrial } from './run-trials.ts';
import type { TrainingRows } from './training-rows.ts';
import type { JudgedAnswers, SavedFit } from './trial.ts';
import { trialFolds } from './trial-folds.ts';

export interface EnsembleFit {
  readonly final: FinalFit;
  /** What it said of rows it had not learnt from; null where there are none. */
  readonly answers: JudgedAnswers | null;
  readonly result: EnsembleResult | null;
  readonly manifest: EnsembleManifest | null;
}

/** Refuses an ensemble that the request leaves nothing to make of, before anything is fitted. */
export function requireEnsemble(
  { ensemble, crossValidation, target }: TrainingRequest,
  { estimators }: TrialPlan,
): void {
  if (ensemble !== undefined && ensemble !== 'none' && target.labels)
    throw new AppError('INVALID_ARGUMENT', {
      message: 'Ensembles are of one answer, and several labels are asked for.',
      remedy: 'Leave the ensemble out.',
    });
  if (ensemble === 'bagging' && crossValidation === null)
    throw new AppError('INVALID_ARGUMENT', {
      message: 'Bagging takes the mean of fold models, and there are no folds.',
      remedy: 'Ask for cross-validation too (--folds 5).',
    });
  if (ensemble === 'stacking' && estimators.length < 2)
    throw new AppError('INVALID_ARGUMENT', {
      message: 'Stacking weighs the best models of several algorithms, and there is one.',
      remedy: 'Use the algorithm "auto".',
    });
}

/** The final model: of the chosen trial, the mean of its fold models, or a stack of the best trial of each algorithm. */
export async function fitEnsemble(
  rows: TrainingRows,
  { trials, chosen, request }: { trials: readonly EndedTrial[]; chosen: EndedTrial; request: TrainingRequest },
  options: FinalOptions,
): Promise<EnsembleFit> {
  if (request.ensemble === 'bagging') return bagged(rows, chosen, request, options);
  if (request.ensemble === 'stacking') {
    const stacked = await stackedFit(rows, trials, options);
    if (stacked) return stacked;
    options.context.log('Fewer than two algorithms were judged on the same rows: the best is taken alone.');
  }
  const final = await finalFit(rows, chosen, options);
  return { final, answers: await readAnswers(chosen), result: null, manifest: null };
}

/** Fold models are fitted as in the trial, so that each is the one that was judged there. */
async function bagged(
  rows: TrainingRows,
  chosen: EndedTrial,
  request: TrainingRequest,
  options: FinalOptions,
): Promise<EnsembleFit> {
  const { item } = chosen;
  const began = performance.now();
  const models = await foldModels(rows, request, { ...item, threads: availableParallelism(), most: null }, options);
  const [first] = models.fits;
  if (!first) throw new RangeError('Bagging needs a fold.');
  const { inspection: _, trees: __, ...fitted } = first;
  return {
    answers: await readAnswers(chosen),
    final: {
      estimator: estimatorOf(item.algorithm),
      fitted: { ...fitted, onnx: models.onnx },
      rows: 'trainAndValidation',
      again: item.params,
      threads: availableParallelism(),
      curves: chosen.outcome.curves,
      seconds: (performance.now() - began) / 1000,
      rowsSeen: models.fits.reduce((sum, { rowsSeen }) => sum + rowsSeen, 0),
      stoppedBecause: `${models.fits.length} fold models`,
    },
    result: {
      kind: 'bagging',
      members: models.fits.map(() => ({
        algorithm: item.algorithm,
        trial: item.trial,
        weights: [1 / models.fits.length],
      })),
    },
    manifest: { kind: 'bagging', models: models.fits.length },
  };
}

interface FoldModels {
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly threads: number;
  /** So many were made the first time; null: as many as the time allows, two at least. */
  readonly most: number | null;
}

async function foldModels(
  rows: TrainingRows,
  request: TrainingRequest,
  { algorithm, params, threads, most }: FoldModels,
  options: FinalOptions,
) {
  const folds = trialFolds(rows, request, { outer: null, judges: 'inner' });
  const fits: Awaited<ReturnType<typeof fitWithin>>[] = [];
  for (const [index, { train, validation }] of folds.entries()) {
    const isOut = most === null ? performance.now() > options.endsAt || options.context.shouldKeepBest() : false;
    if (fits.length >= (most ?? folds.length) || (isOut && fits.length >= 2)) break;
    fits.push(
      await fitWithin(estimatorOf(algorithm), rows.data(train, validation), params, {
        ...options,
        name: `${algorithm}-fold-${index}`,
        threads,
        isWhole: true,
      }),
    );
  }
  return {
    fits,
    onnx: averagedModel(
      fits.map(({ onnx }) => onnx),
      rows.target.classes,
    ),
  };
}

/** Null where fewer than two algorithms have answers to the same rows. */
async function stackedFit(
  rows: TrainingRows,
  trials: readonly EndedTrial[],
  options: FinalOptions,
): Promise<EnsembleFit | null> {
  const best = new Map<string, { trial: EndedTrial; answers: JudgedAnswers }>();
  let judged: Uint32Array | null = null;
  for (const trial of ranked(trials)) {
    if (best.has(trial.item.algorithm)) continue;
    const answers = await readAnswers(trial);
    if (answers === null) continue;
    judged ??= answers.rows;
    if (answers.rows.length === judged.length) best.set(trial.item.algorithm, { trial, answers });
  }
  if (best.size < 2 || judged === null) return null;
  const members = [...best.values()];
  const began = performance.now();
  const { classes } = rows.target;
  const { targets, weights } = rows.labelled(judged);
  const held = members.map(({ answers }) => scoresOf(answers, classes));
  const stack = learnStack(held, { targets, weights });
  const finals: FinalFit[] = [];
  for (const { trial } of members) finals.push(await finalFit(rows, trial, options));
  const [first] = finals;
  if (!first) return null;
  const onnx = stackedModel(
    finals.map(({ fitted }) => fitted.onnx),
    { stack, classes },
  );
  const inputs = stack.weights.length === 1 ? 1 : (classes?.length ?? 1);
  return {
    answers: { rows: judged, ...plainAnswers(stackAnswers(stack, held), rows.target.task) },
    final: {
      ...first,
      estimator: { ...first.estimator, algorithm: 'stacking', label: 'Stack' },
      fitted: { onnx, rowsSeen: 0, stoppedBecause: '', params: {}, refit: {} },
      again: {},
      seconds: (performance.now() - began) / 1000,
      rowsSeen: finals.reduce((sum, { rowsSeen }) => sum + rowsSeen, 0),
      stoppedBecause: finals.map(({ estimator, stoppedBecause }) => `${estimator.label}: ${stoppedBecause}`).join('; '),
    },
    result: {
      kind: 'stacking',
      members: members.map(({ trial }, index) => ({
        algorithm: trial.item.algorithm,
        trial: trial.item.trial,
        weights: stack.weights.flatMap((list) => [...list.slice(index * inputs, (index + 1) * inputs)]),
      })),
    },
    manifest: {
      kind: 'stacking',
      members: finals.map(({ estimator, again, rows: on }) => ({
        algorithm: estimator.algorithm,
        params: { ...again },
        rows: on,
      })),
      weights: stack.weights.map((list) => [...list]),
      intercepts: [...stack.intercepts],
    },
  };
}

/** The model of a manifest once more, an ensemble or not. */
export async function ensembleAgain(
  rows: TrainingRows,
  { fit, request }: { readonly fit: NonNullable<TrainingManifest['fit']>; readonly request: TrainingRequest },
  options: Omit<FinalOptions, 'seed'>,
): Promise<Pick<SavedFit, 'onnx' | 'engine'>> {
  const { ensemble } = fit;
  if (ensemble === null) return fitAgain(rows, fit, options);
  if (ensemble.kind === 'bagging') {
    const { fits, onnx } = await foldModels(
      rows,
      request,
      { ...fit, most: ensemble.models },
      { ...options, seed: fit.seed },
    );
    const engine = fits[0]?.engine;
    return { onnx, ...(engine === undefined ? {} : { engine }) };
  }
  const models: Uint8Array[] = [];
  for (const member of ensemble.members) models.push((await fitAgain(rows, { ...fit, ...member }, options)).onnx);
  const stack: Stack = {
    weights: ensemble.weights.map((list) => Float64Array.from(list)),
    intercepts: Float64Array.from(ensemble.intercepts),
  };
  return { onnx: stackedModel(models, { stack, classes: rows.target.classes }) };
}

/** Answers as a scorer gives them; of two classes only the second one's share is kept. */
function scoresOf({ answers, width }: JudgedAnswers, classes: readonly string[] | null): Scores {
  if (classes === null) return { kind: 'numbers', predictions: Float32Array.from(answers) };
  const probabilities =
    width > 1
      ? Float32Array.from(answers)
      : Float32Array.from({ length: 2 * answers.length }, (_, i) =>
          i % 2 === 1 ? (answers[i >> 1] ?? 0) : 1 - (answers[i >> 1] ?? 0),
        );
  return { kind: 'classes', classes: classes.length, probabilities, labels: [] };
}
