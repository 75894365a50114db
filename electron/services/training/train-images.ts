import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import { AppError } from '../../../shared/errors.ts';
import { evaluateRows } from '../../compute/evaluation/evaluate-rows.ts';
import { leadingMetric } from '../../compute/evaluation/metrics.ts';
import { type Frame, frameColumn, takeRows } from '../../compute/frame/frame.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { writeImageAnswers } from '../../compute/images/image-answers.ts';
import type { ImageEstimator, ImageRows, ImageTrainingData } from '../../compute/images/image-estimator.ts';
import { IMAGE_ESTIMATORS, imageEstimatorOf } from '../../compute/images/image-estimators.ts';
import { scoreImages } from '../../compute/images/image-scorer.ts';
import { PIXEL_INPUT } from '../../compute/images/pixel-nodes.ts';
import { readImages } from '../../compute/images/read-images.ts';
import type { Scores } from '../../compute/onnx/scorer.ts';
import type { Fitted } from '../../compute/train/estimator.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { writeImageTestRows } from './image-test-rows.ts';
import { splitRows } from './split-rows.ts';
import { describeSplit } from './split-text.ts';
import { readTarget, type Target } from './target.ts';
import type { TrainTaskParams, TrainTaskResult } from './train-task.ts';

interface ImageCandidate extends Fitted {
  readonly estimator: ImageEstimator;
  readonly seconds: number;
  readonly curves: readonly JobMetricPoint[];
  readonly score: ReturnType<typeof leadingMetric>;
}

/** Trains on images: divides the rows, fits the algorithms for images, evaluates the best on test images. */
export const trainImages = (params: TrainTaskParams, context: TaskContext): Promise<TrainTaskResult> =>
  new ImageTraining(params, context).run();

class ImageTraining {
  readonly #params: TrainTaskParams;
  readonly #context: TaskContext;
  readonly #column: string;

  constructor(params: TrainTaskParams, context: TaskContext) {
    this.#params = params;
    this.#context = context;
    this.#column = params.columns.find(({ type }) => type === 'image')?.name ?? '';
  }

  async run(): Promise<TrainTaskResult> {
    const began = performance.now();
    const { request, path, columns } = this.#params;
    if (request.calibration !== undefined && request.calibration !== 'none' && request.calibration !== 'auto')
      throw new AppError('INVALID_ARGUMENT', {
        message: `Models of images are not calibrated by ${request.calibration}.`,
        remedy: 'Leave the calibration out.',
      });
    if (request.ensemble !== undefined && request.ensemble !== 'none')
      throw new AppError('INVALID_ARGUMENT', {
        message: `There is no ${request.ensemble} of models of images.`,
        remedy: 'Leave the ensemble out.',
      });
    const frame = await readColumns(
      path,
      columns.filter(({ type }) => type !== 'image').map(({ name }) => name),
      { signal: this.#context.signal },
    );
    const target = this.#target(frame);
    const parts = this.#divide(frame, target);
    const other = await this.#otherDataset(target);
    const weights = request.weights === null ? null : this.#numbers(frame, request.weights);
    const part = (rows: Uint32Array): ImageRows => ({
      rows: rows.length,
      targets: Float64Array.from(rows, (row) => target.values[row] ?? 0),
      weights: weights === null ? null : Float64Array.from(rows, (row) => weights[row] ?? 0),
      pixels: () => readImages(path, this.#column, rows, this.#context.signal),
    });
    const classes = target.classes ?? [];
    const data: ImageTrainingData = {
      task: classes.length === 2 ? 'binary' : 'multiclass',
      classes,
      train: part(parts.train),
      validation: part(parts.validation),
      typicalSide: this.#typicalSide(frame, parts.train),
    };
    const test = other ?? { rows: part(parts.test), numbers: parts.test, frame: takeRows(frame, parts.test), path };
    const candidates = await this.#fit(
      data,
      request.budgetSeconds === null ? Number.POSITIVE_INFINITY : began + request.budgetSeconds * 1000,
    );
    const chosen = choose(candidates);
    const scores = await this.#score(chosen.onnx, test.rows, 'evaluate');
    const evaluation = evaluateRows({
      task: data.task,
      classes,
      targets: test.rows.targets,
      scores,
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
    const { folder } = this.#context;
    const onnxPath = join(folder, 'model.onnx');
    await writeFile(onnxPath, chosen.onnx);
    const testPath = join(folder, 'test.parquet');
    await writeImageTestRows(test.path, test.numbers, testPath, this.#context);
    const answersPath = join(folder, 'answers.parquet');
    if (scores.kind === 'classes')
      await writeImageAnswers(
        { path: test.path, column: this.#column, rows: test.numbers, targets: test.rows.targets, classes, scores },
        answersPath,
        this.#context,
      );
    const seconds = (performance.now() - began) / 1000;
    return {
      task: data.task,
      algorithm: chosen.estimator.algorithm,
      params: chosen.params,
      classes,
      inputs: [{ name: PIXEL_INPUT, type: 'image', column: this.#column }],
      onnxPath,
      testPath,
      linearPath: null,
      inspectionPath: null,
      answersPath,
      evaluation,
      curves: chosen.curves,
      seconds,
      rowsPerSecond: chosen.rowsSeen / chosen.seconds,
      threads: availableParallelism(),
      splitText: describeSplit(request),
      summary: {
        trainRows: data.train.rows,
        validationRows: data.validation.rows,
        testRows: test.rows.rows,
        droppedRows: parts.dropped > 0 ? { 'target missing': parts.dropped } : {},
        excluded: columns
          .filter(({ name, type }) => type !== 'image' && name !== request.target.column)
          .map(({ name }) => ({ column: name, reason: 'The model learns from the image alone.' })),
        leaderboard: candidates
          .toSorted((a, b) => b.score.order - a.score.order)
          .map(({ estimator, score, seconds: took, params }) => ({
            algorithm: estimator.algorithm,
            metric: score.metric,
            value: score.value,
            lower: score.lower,
            upper: score.upper,
            seconds: took,
            isChosen: estimator === chosen.estimator,
            trial: null,
            params: { ...params },
            difference: null,
            isTied: false,
          })),
        calibration: null,
        ensemble: null,
        trials: [],
        choice: '',
        crossValidated: null,
        findings: [],
        stoppedBecause: chosen.stoppedBecause,
      },
    };
  }

  #target(frame: Frame): Target {
    const { request, columns } = this.#params;
    const column = columns.find(({ name }) => name === request.target.column);
    if (!column || column.type === 'image')
      throw new AppError('INVALID_ARGUMENT', {
        message: `"${request.target.column}" is nothing that images can be sorted by.`,
        remedy: 'Predict the label.',
      });
    const target = readTarget(frameColumn(frame, column.name), column.type, request.target, request.task);
    if (target.classes !== null) return target;
    throw new AppError('INVALID_ARGUMENT', {
      message: `"${column.name}" holds numbers; images are sorted into classes.`,
      remedy: 'Predict the label, or whether the number is over a bound.',
    });
  }

  #numbers(frame: Frame, name: string): Float64Array {
    const column = frameColumn(frame, name);
    if (column.kind === 'number') return column.values;
    throw new AppError('INVALID_ARGUMENT', {
      message: `"${name}" holds text, not weights.`,
      remedy: 'Choose a column of numbers.',
    });
  }

  #divide(frame: Frame, target: Target) {
    const { split, seed } = this.#params.request;
    const rows = Uint32Array.from(
      [...target.values.keys()].filter((row) => !Number.isNaN(target.values[row] ?? Number.NaN)),
    );
    const parts = splitRows(split, {
      rows,
      targets: target.values,
      isClassification: true,
      column: 'column' in split ? frameColumn(frame, split.column) : null,
      seed,
    });
    if (new Set(Array.from(parts.train, (row) => target.values[row])).size < 2)
      throw new AppError('BAD_INPUT', {
        message: `The ${parts.train.length} training images are all of one class.`,
        remedy: 'Change the split, or use more images.',
        kept: 'The dataset is as it was.',
      });
    return { ...parts, dropped: frame.rows - rows.length };
  }

  /** Images of the dataset that a split names as its test part, those of known classes. */
  async #otherDataset(target: Target) {
    const { testPath, request } = this.#params;
    if (testPath === null) return null;
    const names = [...new Set([request.target.column, ...request.sensitive])];
    const read = await readColumns(testPath, names, { signal: this.#context.signal });
    const column = frameColumn(read, request.target.column);
    const index = new Map(target.classes?.map((label, at) => [label, at]));
    const labels =
      column.kind === 'text'
        ? Array.from(column.codes, (code) => column.dictionary[code] ?? '')
        : Array.from(column.values, String);
    const numbers = Uint32Array.from([...labels.keys()].filter((row) => index.has(labels[row] ?? '')));
    const rows: ImageRows = {
      rows: numbers.length,
      targets: Float64Array.from(numbers, (row) => index.get(labels[row] ?? '') ?? 0),
      weights: null,
      pixels: () => readImages(testPath, this.#column, numbers, this.#context.signal),
    };
    return { rows, numbers, frame: takeRows(read, numbers), path: testPath };
  }

  /** Median of the longer sides, as the import wrote them. */
  #typicalSide(frame: Frame, rows: Uint32Array): number {
    const [width, height] = ['width', 'height'].map((name) => frame.columns.get(name));
    if (width?.kind !== 'number' || height?.kind !== 'number') return 64;
    const sides = Float64Array.from(rows, (row) => Math.max(width.values[row] ?? 0, height.values[row] ?? 0)).sort();
    return sides[sides.length >> 1] ?? 64;
  }

  async #fit(data: ImageTrainingData, endsAt: number): Promise<ImageCandidate[]> {
    const { request, backbone } = this.#params;
    const isAuto = request.algorithm === 'auto';
    const estimators = isAuto ? IMAGE_ESTIMATORS : [imageEstimatorOf(request.algorithm)];
    const context = this.#context;
    const candidates: ImageCandidate[] = [];
    for (const [index, estimator] of estimators.entries()) {
      const left = endsAt - performance.now();
      if (candidates.length > 0 && (left <= 0 || context.shouldKeepBest())) break;
      const folder = join(context.folder, estimator.algorithm);
      await mkdir(folder, { recursive: true });
      const curves: JobMetricPoint[] = [];
      const prefix = estimators.length > 1 ? `${estimator.algorithm}.` : '';
      const began = performance.now();
      const fitted = await estimator.fit(data, isAuto ? {} : request.params, {
        seed: request.seed,
        threads: availableParallelism(),
        signal: context.signal,
        folder,
        backbone,
        budgetMs: left / (estimators.length - index),
        shouldStop: () => context.shouldKeepBest(),
        prepared: preparing(`${estimator.label}: images`, context),
        progress: (done, total, rate) => {
          const spent = performance.now() - began;
          context.progress({
            stage: estimator.label,
            done,
            total,
            unit: 'epochs',
            rate,
            etaMs: total === null || done === 0 ? null : (spent / done) * (total - done),
          });
        },
        measure: (step, series) => {
          curves.push({ step, series: { ...series } });
          context.measure({
            step,
            series: Object.fromEntries(Object.entries(series).map(([name, value]) => [prefix + name, value])),
          });
        },
        log: (line) => context.log(`${estimator.label}: ${line}`),
      });
      const seconds = (performance.now() - began) / 1000;
      const judged = data.validation.rows > 0 ? data.validation : data.train;
      const scores = await this.#score(fitted.onnx, judged, 'judge');
      const score = leadingMetric({
        task: data.task,
        classes: data.classes,
        targets: judged.targets,
        scores,
        weights: judged.weights,
      });
      context.log(
        `${estimator.label}: ${score.metric} ${score.value.toFixed(4)} on validation images, ${seconds.toFixed(1)} s`,
      );
      candidates.push({ ...fitted, estimator, seconds, curves, score });
    }
    return candidates;
  }

  #score(onnx: Uint8Array, rows: ImageRows, stage: string): Promise<Scores> {
    return scoreImages(onnx, rows.pixels(), {
      threads: availableParallelism(),
      done: (done) => {
        this.#context.signal.throwIfAborted();
        this.#context.progress({ stage, done, total: rows.rows, unit: 'rows', rate: null, etaMs: null });
      },
    });
  }
}

/** The best on validation images; a simpler one whose interval reaches the best one's value is preferred. */
function choose(candidates: readonly ImageCandidate[]): ImageCandidate {
  const best = candidates.toSorted((a, b) => b.score.order - a.score.order)[0];
  if (!best) throw new AppError('INVALID_ARGUMENT', { message: 'No algorithm fits images.' });
  const isHigherBetter = best.score.order === best.score.value;
  const ties = candidates.filter(({ score }) => {
    const bound = isHigherBetter ? score.upper : score.lower;
    return bound !== null && (isHigherBetter ? bound >= best.score.value : bound <= best.score.value);
  });
  return ties.toSorted((a, b) => a.estimator.rank - b.estimator.rank)[0] ?? best;
}

/** Tells how far images are prepared, with the rate since the first one of a pass. */
function preparing(stage: string, context: TaskContext): (done: number, total: number) => void {
  let [began, before] = [performance.now(), 0];
  return (done, total) => {
    if (done < before) began = performance.now();
    before = done;
    const spent = performance.now() - began;
    context.progress({
      stage,
      done,
      total,
      unit: 'rows',
      rate: spent > 0 ? (1000 * done) / spent : null,
      etaMs: (spent / done) * (total - done),
    });
  };
}
