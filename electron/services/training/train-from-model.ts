import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import { evaluateRows } from '../../compute/evaluation/evaluate-rows.ts';
import { leadingMetric } from '../../compute/evaluation/metrics.ts';
import { type Frame, frameColumn } from '../../compute/frame/frame.ts';
import { openScorer, type Scores } from '../../compute/onnx/scorer.ts';
import { requireFitData } from '../../compute/train/check-data.ts';
import { fineTune, readColumnModel } from '../../compute/train/fine-tune/fine-tune.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { describeSplit } from './split-text.ts';
import type { TrainTaskParams, TrainTaskResult } from './train-task.ts';
import { TrainingRows } from './training-rows.ts';
import { writeTestRows } from './write-rows.ts';

const ALGORITHM = 'finetune';

async function scoreWith(onnx: Uint8Array, features: Frame): Promise<Scores> {
  const scorer = await openScorer(onnx, { threads: availableParallelism() });
  try {
    return await scorer.score(features);
  } finally {
    await scorer.close();
  }
}

/** Trains a registered model of columns on, with a new head, and evaluates it on test rows. */
export async function trainFromModel(params: TrainTaskParams, context: TaskContext): Promise<TrainTaskResult> {
  const began = performance.now();
  const { request, backbone: from } = params;
  const inputs = (await readColumnModel(from, undefined)).columns;
  // What the model takes is an input whatever the advice says: it was chosen when the model was made.
  const include = [...new Set([...(request.include ?? []), ...inputs.map(({ name }) => name)])];
  const source = { ...params, request: { ...request, include } };
  const rows = await TrainingRows.read(source, context.signal);
  const all = rows.data(rows.parts.train, rows.parts.validation);
  const data = { ...all, columns: all.columns.filter(({ name }) => inputs.some((input) => input.name === name)) };
  requireFitData(data);
  const folder = join(context.folder, ALGORITHM);
  await mkdir(folder, { recursive: true });
  const curves: JobMetricPoint[] = [];
  const fitted = await fineTune(data, from, request.params, {
    seed: request.seed,
    threads: availableParallelism(),
    signal: context.signal,
    folder,
    budgetMs: request.budgetSeconds === null ? Number.POSITIVE_INFINITY : request.budgetSeconds * 1000,
    shouldStop: () => context.shouldKeepBest(),
    progress: (done, total, rate) => {
      const etaMs = total === null || done === 0 ? null : ((performance.now() - began) / done) * (total - done);
      const threads = availableParallelism();
      context.progress({ stage: `Fine-tuning ${from.name}`, done, total, unit: 'epochs', rate, etaMs, threads });
    },
    measure: (step, series) => {
      curves.push({ step, series: { ...series } });
      context.measure({ step, series: { ...series } });
    },
    log: (line) => context.log(line),
  });
  const fitSeconds = (performance.now() - began) / 1000;
  const judged = data.validation.targets.length > 0 ? data.validation : data.train;
  const score = leadingMetric({
    task: data.task,
    classes: data.classes,
    targets: judged.targets,
    scores: await scoreWith(fitted.onnx, judged.features),
    weights: judged.weights,
  });
  const { test } = rows;
  const evaluation = evaluateRows({
    task: data.task,
    classes: data.classes,
    targets: test.rows.targets,
    scores: await scoreWith(fitted.onnx, test.rows.features),
    trainingTargets: data.train.targets,
    linear: null,
    weights: test.rows.weights,
    weightsColumn: request.weights,
    trainingWeights: data.train.weights,
    groups: {
      rows: test.frame.rows,
      columns: new Map(request.sensitive.map((name) => [name, frameColumn(test.frame, name)])),
    },
    threshold: null,
    sliceColumns: null,
  });
  const onnxPath = join(context.folder, 'model.onnx');
  await writeFile(onnxPath, fitted.onnx);
  const testPath = join(context.folder, 'test.parquet');
  await writeTestRows(params, rows.parts.test, testPath, context);
  const seconds = (performance.now() - began) / 1000;
  return {
    task: data.task,
    algorithm: ALGORITHM,
    params: fitted.params,
    classes: data.classes,
    inputs: inputs.map(({ name, type }) => ({ name, type })),
    onnxPath,
    testPath,
    linearPath: null,
    inspectionPath: null,
    evaluation,
    curves,
    seconds,
    rowsPerSecond: fitted.rowsSeen / fitSeconds,
    threads: availableParallelism(),
    splitText: describeSplit(request),
    summary: {
      trainRows: data.train.targets.length,
      validationRows: data.validation.targets.length,
      testRows: test.rows.targets.length,
      droppedRows: { ...rows.dropped },
      excluded: rows.advice.flatMap(({ column }) =>
        inputs.some(({ name }) => name === column) ? [] : [{ column, reason: `${from.name} does not take it.` }],
      ),
      leaderboard: [
        {
          algorithm: ALGORITHM,
          metric: score.metric,
          value: score.value,
          lower: score.lower,
          upper: score.upper,
          seconds: fitSeconds,
          isChosen: true,
          trial: null,
          params: { ...fitted.params },
          difference: null,
          isTied: false,
        },
      ],
      trials: [],
      choice: '',
      crossValidated: null,
      calibration: null,
      ensemble: null,
      findings: [],
      stoppedBecause: fitted.stoppedBecause,
    },
  };
}
