import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { calibrationText } from '../../../shared/contract/calibration.ts';
import { ensembleText } from '../../../shared/contract/ensembles.ts';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import type { Task as LearningTask, ModelInput } from '../../../shared/contract/models.ts';
import type { Provider } from '../../../shared/contract/providers.ts';
import type { Trial } from '../../../shared/contract/search.ts';
import type { TrainingResult } from '../../../shared/contract/training.ts';
import { evaluateRows } from '../../compute/evaluation/evaluate-rows.ts';
import type { EvaluationBody } from '../../compute/evaluation/scored-rows.ts';
import { frameColumn } from '../../compute/frame/frame.ts';
import { writeImageAnswers } from '../../compute/images/image-answers.ts';
import { imagesOf } from '../../compute/images/image-column.ts';
import { type Scores, scoreFrame } from '../../compute/onnx/scorer.ts';
import { inspectionLines } from '../../compute/train/inspection-lines.ts';
import type { Task, TaskContext } from '../../jobs/task.ts';
import { mayFold, withFoldsOfFew } from './auto-folds.ts';
import { calibrateFinal } from './calibrate-final.ts';
import { chooseTrial } from './choose-trial.ts';
import { foldFigures, nestedFigures } from './cross-validated.ts';
import { fitEnsemble, requireEnsemble } from './ensemble-fit.ts';
import { type FinalFit, linearBaseline } from './final-fit.ts';
import { findingsOfSplit, tooGood } from './findings.ts';
import { imageColumnOf } from './image-column-of.ts';
import { lastRound, leftAfterSearch } from './last-round.ts';
import { fitManifest, type TaskManifest } from './manifest.ts';
import { planTrials, type TrialPlan } from './plan-trials.ts';
import { type RunTrialsOptions, runTrials, trialOf } from './run-trials.ts';
import { describeSplit } from './split-text.ts';
import { tableNeed } from './table-need.ts';
import { type RowsSource, TrainingRows } from './training-rows.ts';
import { crewSize, ownCrew, type TrialCrew, workerCrew } from './trial-crew.ts';
import { TrialLedger } from './trial-ledger.ts';
import { writeOutOfFold, writeTestRows } from './write-rows.ts';

export interface TrainTaskParams extends RowsSource {
  /** Execution providers that work here, or the one asked for. */
  readonly providers: readonly Provider[];
  /** Trials of an earlier search that this one knows. */
  readonly earlier: readonly Trial[];
}

export interface TrainTaskResult {
  readonly task: LearningTask;
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly classes: readonly string[] | null;
  readonly inputs: readonly ModelInput[];
  readonly onnxPath: string;
  readonly testPath: string;
  /** The linear model beside which this one is judged; null where it is the linear one, or none could be fitted. */
  readonly linearPath: string | null;
  /** What was learnt, as a document; null where the algorithm tells nothing. */
  readonly inspectionPath: string | null;
  /** What was answered for each held-out image, with a small picture; left out where the rows are no images. */
  readonly answersPath?: string;
  /** What models of the folds said of rows they had not learnt from; left out without folds. */
  readonly outOfFoldPath?: string;
  /** What is needed to train the model again. */
  readonly manifest: TaskManifest;
  readonly evaluation: EvaluationBody;
  readonly curves: readonly JobMetricPoint[];
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly threads: number;
  readonly splitText: string;
  readonly summary: Omit<TrainingResult, 'model' | 'seconds' | 'rowsPerSecond'>;
}

/**
 * Trains on a dataset: reads it, looks for leaks, divides the rows, tries what is asked for, fits the best on all rows that
 * are not test rows, evaluates it on those. Trials that an earlier attempt has ended are not run again.
 */
export const trainTask: Task<TrainTaskParams, TrainTaskResult> = async (given, context) => {
  const began = performance.now();
  const { providers, earlier } = given;
  const { seed, budgetSeconds } = given.request;
  tell(context, 'read');
  const rows = await TrainingRows.read(given, context.signal);
  const request = withFoldsOfFew(given.request, rows);
  const hasLastRound = mayFold(request, rows);
  const params = { ...given, request };
  const findings = findingsOfSplit(rows, params.columns, request);
  for (const { message } of findings) context.log(`Note: ${message}`);
  const ledger = new TrialLedger(join(context.folder, 'trials.jsonl'));
  // What an attempt before this one has spent counts: a kill makes no budget longer.
  const endsAt = budgetSeconds === null ? Number.POSITIVE_INFINITY : began + budgetSeconds * 1000 - ledger.spentMs;
  const plan = planTrials(request, {
    task: rows.target.task,
    takes: rows.takes,
    trainRows: rows.parts.train.length,
    earlier,
  });
  requireEnsemble(given.request, plan);
  const crew = makeCrew(params, rows, context, plan);
  const options: RunTrialsOptions = {
    crew,
    ledger,
    context,
    endsAt,
    stage: plan.isSearch ? 'search' : 'train',
    tried: tellTrial(context, plan.isSearch),
  };
  try {
    const nested = await nestedFigures(rows, request, {
      plan,
      options: { ...options, endsAt: nestedEnd(options, request.crossValidation?.isNested) },
    });
    const trials = await runTrials(plan.source(null), {
      ...options,
      ...(plan.isSearch && budgetSeconds !== null
        ? { left: leftAfterSearch(request, { budgetMs: 1000 * budgetSeconds, hasLastRound, atOnce: crew.size }) }
        : {}),
    });
    const last = { seed, endsAt, providers, context };
    const finalists = hasLastRound ? await lastRound(trials, { crew, ledger, context, endsAt }) : trials;
    await crew.close();
    const { chosen, leaderboard, text } = await chooseTrial(finalists, rows);
    context.log(text);
    const fit = await fitEnsemble(rows, { trials: finalists, chosen, request }, last);
    const calibrated = await calibrateFinal(rows, fit.final.fitted.onnx, {
      request,
      answers: fit.answers,
      isOutOfFold: chosen.outcome.folds !== null,
    });
    const final = { ...fit.final, fitted: { ...fit.final.fitted, onnx: calibrated.onnx } };
    if (fit.result) context.log(ensembleText(fit.result));
    if (calibrated.result) context.log(calibrationText(calibrated.result));
    const linear = final.estimator.isBaseline ? null : await linearBaseline(rows, trials, last);
    const crossValidated = nested ?? (await foldFigures(rows, chosen));
    tell(context, 'evaluate');
    const { evaluation, scores } = await evaluate(params, rows, { final, linear, signal: context.signal });
    const outOfFoldPath = join(context.folder, 'out-of-fold.parquet');
    if (crossValidated) await writeOutOfFold(rows, crossValidated.answers, outOfFoldPath, context);
    const files = await writeFiles(params, rows, { final, linear, context });
    const answersPath = join(context.folder, 'answers.parquet');
    const hasAnswers = await writePictures(params, rows, { scores, path: answersPath, context });
    context.log(`${final.estimator.label}: ${final.stoppedBecause}`);
    return {
      ...files,
      ...(crossValidated ? { outOfFoldPath } : {}),
      ...(hasAnswers ? { answersPath } : {}),
      task: rows.target.task,
      algorithm: final.estimator.algorithm,
      params: final.fitted.params,
      classes: rows.target.classes,
      inputs: rows.inputs,
      manifest: await fitManifest(rows, final, { seed, calibration: calibrated.curves, ensemble: fit.manifest }),
      evaluation,
      curves: final.curves,
      seconds: (performance.now() - began) / 1000,
      rowsPerSecond: final.rowsSeen / final.seconds,
      threads: availableParallelism(),
      splitText: describeSplit(request),
      summary: {
        trainRows: rows.parts.train.length,
        validationRows: rows.parts.validation.length,
        testRows: rows.test.rows.targets.length,
        droppedRows: { ...rows.dropped },
        excluded: rows.advice.flatMap((one) =>
          one.isExcluded ? [{ column: one.column, reason: one.reason ?? 'Left out by hand.' }] : [],
        ),
        leaderboard,
        trials: [...earlier.map((trial) => ({ ...trial, isEarlier: true })), ...trials.map(trialOf)],
        choice: text,
        crossValidated: crossValidated?.figures ?? null,
        calibration: calibrated.result,
        ensemble: fit.result,
        findings: [...findings, ...tooGood(evaluation.metrics, rows.advice)],
        stoppedBecause: final.stoppedBecause,
      },
    };
  } finally {
    await crew.close();
  }
};

function tell(context: TaskContext, stage: string): void {
  context.signal.throwIfAborted();
  context.progress({ stage, done: 0, total: 1, unit: 'steps', rate: null, etaMs: null });
}

/** Searches are run by workers, one a core; what is fitted once, here, with all cores and its curves. */
function makeCrew(
  params: TrainTaskParams,
  rows: TrainingRows,
  context: TaskContext,
  { isSearch, estimators, source }: TrialPlan,
): TrialCrew {
  const { request, providers, path, columns, testPath, from } = params;
  const options = { request, providers, context };
  const size = isSearch ? Math.min(source(null).atOnce, crewSize(rows.frame.rows, rows.numbersARow)) : 1;
  return size === 1
    ? ownCrew(rows, { ...options, hasPrefix: estimators.length > 1 })
    : workerCrew({ path, columns, request, testPath, from }, size, {
        ...options,
        holds: tableNeed({ rows: rows.frame.rows, columns }),
      });
}

/** Of the time, the outer folds take half: each is a search of its own, and the search of all rows and the last fit follow. */
function nestedEnd({ endsAt }: RunTrialsOptions, isNested = false): number {
  const now = performance.now();
  return isNested && Number.isFinite(endsAt) ? now + (endsAt - now) * 0.5 : endsAt;
}

/** Tells each trial, and for a search the best so far as a curve over trials. */
function tellTrial(context: TaskContext, isSearch: boolean): (trial: Trial) => void {
  let best: number | null = null;
  return (trial) => {
    context.tried(trial);
    const { value, isHigherBetter, metric } = trial;
    if (value === null || trial.state !== 'finished' || !isSearch) return;
    best = best === null ? value : isHigherBetter ? Math.max(best, value) : Math.min(best, value);
    context.measure({ step: trial.trial, series: { [`${metric} of trial`]: value, [`best ${metric}`]: best } });
  };
}

async function evaluate(
  { request }: TrainTaskParams,
  rows: TrainingRows,
  {
    final,
    linear,
    signal,
  }: { readonly final: FinalFit; readonly linear: Uint8Array | null; readonly signal: AbortSignal },
): Promise<{ readonly evaluation: EvaluationBody; readonly scores: Scores }> {
  const { test, target } = rows;
  const scoring = { threads: availableParallelism(), signal };
  const training = rows.labelled(rows.parts.train);
  const scores = await scoreFrame(final.fitted.onnx, test.rows.features, scoring);
  const evaluation = evaluateRows({
    task: target.task,
    classes: target.classes,
    targets: test.rows.targets,
    scores,
    trainingTargets: training.targets,
    linear: linear ? await scoreFrame(linear, test.rows.features, scoring) : null,
    weights: test.rows.weights,
    weightsColumn: request.weights,
    trainingWeights: training.weights,
    groups: {
      rows: test.frame.rows,
      columns: new Map(request.sensitive.map((name) => [name, frameColumn(test.frame, name)])),
    },
    threshold: null,
    sliceColumns: null,
  });
  return { evaluation, scores };
}

/** What was answered for each held-out image, for people to look at; false where rows are no images. */
async function writePictures(
  { testPath, path: trainPath, columns }: TrainTaskParams,
  { test, target }: TrainingRows,
  { scores, path, context }: { readonly scores: Scores; readonly path: string; readonly context: TaskContext },
): Promise<boolean> {
  const column = imageColumnOf(columns);
  if (!column || scores.kind !== 'classes') return false;
  const { numbers } = imagesOf(test.frame);
  const { targets } = test.rows;
  await writeImageAnswers(
    { path: testPath ?? trainPath, column: column.name, rows: numbers, targets, classes: target.classes ?? [], scores },
    path,
    context,
  );
  return true;
}

async function writeFiles(
  params: TrainTaskParams,
  rows: TrainingRows,
  {
    final,
    linear,
    context,
  }: { readonly final: FinalFit; readonly linear: Uint8Array | null; readonly context: TaskContext },
): Promise<Pick<TrainTaskResult, 'onnxPath' | 'linearPath' | 'inspectionPath' | 'testPath'>> {
  const at = (name: string): string => join(context.folder, name);
  const { onnx, inspection, trees = [] } = final.fitted;
  const onnxPath = at('model.onnx');
  await writeFile(onnxPath, onnx);
  const linearPath = linear ? at('linear.onnx') : null;
  if (linear && linearPath !== null) await writeFile(linearPath, linear);
  const inspectionPath = inspection ? at('inspection.json') : null;
  if (inspectionPath !== null && inspection) await writeFile(inspectionPath, inspectionLines(inspection, trees));
  const testPath = at('test.parquet');
  await writeTestRows(params, rows, testPath, context);
  return { onnxPath, linearPath, inspectionPath, testPath };
}
