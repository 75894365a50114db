import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Column } from '../../../shared/contract/datasets.ts';
import type { JobMetricPoint } from '../../../shared/contract/jobs.ts';
import type { Task as LearningTask, ModelInput } from '../../../shared/contract/models.ts';
import type { Provider } from '../../../shared/contract/providers.ts';
import type { ColumnAdvice, TrainingRequest, TrainingResult } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import { evaluateRows } from '../../compute/evaluation/evaluate-rows.ts';
import type { EvaluationBody } from '../../compute/evaluation/scored-rows.ts';
import { DuckDb, quoteIdentifier, quoteLiteral } from '../../compute/frame/duckdb.ts';
import { type Frame, frameColumn, takeRows } from '../../compute/frame/frame.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import type { LabelledRows, TrainingData } from '../../compute/train/estimator.ts';
import type { Task, TaskContext } from '../../jobs/task.ts';
import { adviseColumn } from './advise.ts';
import {
  type CandidatesRequest,
  chooseCandidate,
  fitCandidates,
  linearBaseline,
  refitOnAll,
  scoreWith,
} from './candidates.ts';
import { type SplitRows, splitRows } from './split-rows.ts';
import { readTarget, type Target } from './target.ts';

export interface TrainTaskParams {
  readonly path: string;
  readonly columns: readonly Column[];
  readonly request: TrainingRequest;
  /** The file of the test dataset when the split names one. */
  readonly testPath: string | null;
  /** The ONNX model that images are learnt from. */
  readonly backbone: { readonly path: string; readonly name: string };
  /** Execution providers that work here, or the one asked for. */
  readonly providers: readonly Provider[];
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
  readonly evaluation: EvaluationBody;
  readonly curves: readonly JobMetricPoint[];
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly threads: number;
  /** Left out: the CPU. */
  readonly provider?: Provider | undefined;
  /** The library that trained the model, where it is not ONNX Runtime or this program itself. */
  readonly engine?: string | undefined;
  readonly splitText: string;
  readonly summary: Omit<TrainingResult, 'model' | 'seconds' | 'rowsPerSecond'>;
}

/** Trains on a dataset: reads it, looks for leaks, divides the rows, fits the candidates, evaluates the best on test rows. */
export const trainTask: Task<TrainTaskParams, TrainTaskResult> = (params, context) =>
  new Training(params, context).run();

class Training {
  readonly #params: TrainTaskParams;
  readonly #request: TrainingRequest;
  readonly #context: TaskContext;

  constructor(params: TrainTaskParams, context: TaskContext) {
    this.#params = params;
    this.#request = params.request;
    this.#context = context;
  }

  async run(): Promise<TrainTaskResult> {
    const began = performance.now();
    const { columns, path } = this.#params;
    const request = this.#request;
    this.#tell('read', 0, 1);
    const names = columns.map((column) => column.name);
    this.#requireColumns(names);
    const frame = await readColumns(path, names, { signal: this.#context.signal });
    const target = readTarget(
      frameColumn(frame, request.target.column),
      this.#typeOf(request.target.column),
      request.target,
      request.task,
    );

    const advice = this.#advise(frame, target);
    const features = columns.filter((column) => advice.some((one) => one.column === column.name && !one.isExcluded));
    if (features.length === 0) {
      throw new AppError('BAD_INPUT', {
        message: 'No column is left to learn from.',
        remedy: 'Include some columns again: every one was left out.',
        details: { excluded: advice },
      });
    }
    const parts = await this.#divide(frame, target);
    const featureNames = features.map((column) => column.name);
    const onlyFeatures = (rows: Frame): Frame => ({
      rows: rows.rows,
      columns: new Map(featureNames.map((name) => [name, frameColumn(rows, name)])),
    });
    const labelled = (rows: Uint32Array): LabelledRows => ({
      features: onlyFeatures(takeRows(frame, rows)),
      targets: Float64Array.from(rows, (row) => target.values[row] ?? Number.NaN),
      weights: this.#weights(frame, rows),
    });
    const data: TrainingData = {
      task: target.task,
      classes: target.classes,
      columns: features.map(({ name, type }) => ({ name, type })),
      train: labelled(parts.train),
      validation: labelled(parts.validation),
    };
    const test: { rows: LabelledRows; frame: Frame } = parts.other ?? {
      rows: labelled(parts.test),
      frame: takeRows(frame, parts.test),
    };

    const asked: CandidatesRequest = {
      algorithm: request.algorithm,
      params: request.params,
      seed: request.seed,
      providers: this.#params.providers,
      endsAt: request.budgetSeconds === null ? Number.POSITIVE_INFINITY : began + request.budgetSeconds * 1000,
    };
    const candidates = await fitCandidates(data, asked, this.#context);
    const best = chooseCandidate(candidates);
    const chosen =
      parts.validation.length === 0
        ? best
        : await refitOnAll(best, { ...data, ...allRows(parts, labelled) }, asked, this.#context);
    const scores = await scoreWith(chosen.onnx, test.rows.features);
    const linear =
      chosen.estimator.algorithm === 'linear' ? null : await linearBaseline(data, candidates, asked, this.#context);
    this.#tell('evaluate', 0, 1);
    const evaluation = evaluateRows({
      task: target.task,
      classes: target.classes,
      targets: test.rows.targets,
      scores,
      trainingTargets: data.train.targets,
      linear: linear ? await scoreWith(linear, test.rows.features) : null,
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
    const folder = this.#context.folder;
    const onnxPath = join(folder, 'model.onnx');
    await writeFile(onnxPath, chosen.onnx);
    const linearPath = linear ? join(folder, 'linear.onnx') : null;
    if (linear && linearPath !== null) await writeFile(linearPath, linear);
    const inspectionPath = chosen.inspection ? join(folder, 'inspection.json') : null;
    // A line for the whole, then one a tree, so that one tree is read without the others.
    if (inspectionPath !== null)
      await writeFile(
        inspectionPath,
        [chosen.inspection, ...(chosen.trees ?? [])].map((part) => JSON.stringify(part)).join('\n'),
      );
    const testPath = join(folder, 'test.parquet');
    await this.#writeTestRows(testPath, parts);
    const inputs = data.columns.map(
      ({ name }): ModelInput => ({
        name,
        type: frameColumn(data.train.features, name).kind === 'text' ? 'string' : 'float',
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    this.#context.log(`${chosen.estimator.label}: ${chosen.stoppedBecause}`);
    return {
      task: target.task,
      algorithm: chosen.estimator.algorithm,
      params: chosen.params,
      classes: target.classes,
      inputs,
      onnxPath,
      testPath,
      linearPath,
      inspectionPath,
      evaluation,
      curves: chosen.curves,
      seconds,
      rowsPerSecond: chosen.rowsSeen / chosen.seconds,
      threads: availableParallelism(),
      provider: chosen.provider,
      engine: chosen.engine,
      splitText: describeSplit(this.#request),
      summary: {
        trainRows: data.train.targets.length,
        validationRows: data.validation.targets.length,
        testRows: test.rows.targets.length,
        droppedRows: parts.dropped,
        excluded: advice.flatMap((one) =>
          one.isExcluded ? [{ column: one.column, reason: one.reason ?? 'Left out by hand.' }] : [],
        ),
        leaderboard: candidates
          .toSorted((a, b) => b.score.order - a.score.order)
          .map(({ estimator, score, seconds: took }) => ({
            algorithm: estimator.algorithm,
            metric: score.metric,
            value: score.value,
            lower: score.lower,
            upper: score.upper,
            seconds: took,
            isChosen: estimator === chosen.estimator,
            trial: null,
            params: {},
            difference: null,
            isTied: false,
          })),
        trials: [],
        choice: '',
        crossValidated: null,
        findings: [],
        stoppedBecause: chosen.stoppedBecause,
      },
    };
  }

  #tell(stage: string, done: number, total: number): void {
    this.#context.signal.throwIfAborted();
    this.#context.progress({ stage, done, total, unit: 'steps', rate: null, etaMs: null });
  }

  #typeOf(name: string): Column['type'] {
    return this.#params.columns.find((column) => column.name === name)?.type ?? 'text';
  }

  /** Every column the request names must be there. */
  #requireColumns(names: readonly string[]): void {
    const { target, exclude, sensitive, weights, split } = this.#request;
    const wanted = [
      target.column,
      ...exclude,
      ...sensitive,
      ...(weights === null ? [] : [weights]),
      ...('column' in split ? [split.column] : []),
    ];
    for (const name of wanted) {
      if (names.includes(name)) continue;
      throw new AppError('INVALID_ARGUMENT', {
        message: `The dataset has no column "${name}".`,
        remedy: `Its columns: ${names.slice(0, 30).join(', ')}${names.length > 30 ? ', …' : ''}.`,
      });
    }
  }

  /** Advice for every column but the target, with what the request says itself on top. */
  #advise(frame: Frame, target: Target): ColumnAdvice[] {
    const { request, columns } = this.#params;
    const splitColumn = request.split.kind === 'column' ? request.split.column : null;
    return columns
      .filter((column) => column.name !== request.target.column)
      .map((column): ColumnAdvice => {
        const advice = adviseColumn({
          column,
          values: frameColumn(frame, column.name),
          target,
          targetColumn: request.target.column,
        });
        if (request.exclude.includes(column.name)) return { ...advice, isExcluded: true, reason: 'Left out by hand.' };
        if (column.name === splitColumn)
          return { ...advice, isExcluded: true, reason: 'It names the parts of the split.' };
        if (column.name === request.weights) return { ...advice, isExcluded: true, reason: 'It holds weights.' };
        if (request.include?.includes(column.name)) return { ...advice, isExcluded: false };
        return advice;
      });
  }

  async #divide(frame: Frame, target: Target) {
    const { split, seed } = this.#request;
    const rows: number[] = [];
    let [unanswered, unweighted] = [0, 0];
    const weights = this.#request.weights === null ? null : frameColumn(frame, this.#request.weights);
    for (let row = 0; row < frame.rows; row++) {
      if (Number.isNaN(target.values[row] ?? Number.NaN)) unanswered += 1;
      else if (weights?.kind === 'number' && !((weights.values[row] ?? 0) > 0)) unweighted += 1;
      else rows.push(row);
    }
    const column = 'column' in split ? frameColumn(frame, split.column) : null;
    const input = {
      rows: Uint32Array.from(rows),
      targets: target.values,
      isClassification: target.task !== 'regression',
      column,
      seed,
    };
    const parts = splitRows(split, input);
    const dropped: Record<string, number> = {};
    if (unanswered > 0) dropped['target missing'] = unanswered;
    if (unweighted > 0) dropped['weight missing or not positive'] = unweighted;
    const used = parts.train.length + parts.validation.length + parts.test.length;
    if (used < rows.length) dropped['no time'] = rows.length - used;
    const distinct = new Set(Array.from(parts.train, (row) => target.values[row]));
    if (distinct.size < 2) {
      throw new AppError('BAD_INPUT', {
        message: `The ${parts.train.length} training rows all have the same answer.`,
        remedy: 'Change the split, or use more rows.',
        kept: 'The dataset is as it was.',
      });
    }
    return { ...parts, dropped, other: await this.#otherDataset(target) };
  }

  /** Rows of the dataset that a split names as its test part. */
  async #otherDataset(target: Target): Promise<{ rows: LabelledRows; frame: Frame } | null> {
    const { testPath, columns, request } = this.#params;
    if (testPath === null) return null;
    const read = await readColumns(
      testPath,
      columns.map((column) => column.name),
      { signal: this.#context.signal },
    );
    const found = readTarget(
      frameColumn(read, request.target.column),
      this.#typeOf(request.target.column),
      request.target,
      target.task === 'binary' ? undefined : target.task,
    );
    const index = found.classes?.map((label) => target.classes?.indexOf(label) ?? -1);
    const values = found.values.map((value) => (index && !Number.isNaN(value) ? (index[value] ?? -1) : value));
    const rows = [...values.keys()].filter(
      (row) =>
        !Number.isNaN(values[row] ?? Number.NaN) && (values[row] ?? -1) >= (index ? 0 : Number.NEGATIVE_INFINITY),
    );
    const frame = takeRows(read, rows);
    return {
      frame,
      rows: {
        features: frame,
        targets: Float64Array.from(rows, (row) => values[row] ?? 0),
        weights: this.#weights(read, Uint32Array.from(rows)),
      },
    };
  }

  #weights(frame: Frame, rows: Uint32Array): Float64Array | null {
    if (this.#request.weights === null) return null;
    const column = frameColumn(frame, this.#request.weights);
    if (column.kind !== 'number')
      throw new AppError('INVALID_ARGUMENT', {
        message: `"${this.#request.weights}" holds text, not weights.`,
        remedy: 'Choose a column of numbers.',
      });
    return Float64Array.from(rows, (row) => column.values[row] ?? 0);
  }

  /** The held-out rows as they were, every column, for later evaluations and for a bundle's golden requests. */
  async #writeTestRows(path: string, parts: { readonly test: Uint32Array }): Promise<void> {
    await using database = await DuckDb.open({
      spillFolder: join(this.#context.folder, 'spill'),
      signal: this.#context.signal,
    });
    if (this.#params.testPath !== null) {
      await database.writeParquet(`SELECT * FROM read_parquet(${quoteLiteral(this.#params.testPath)})`, path);
      return;
    }
    const list = join(this.#context.folder, 'test-rows.csv');
    await writeFile(list, `r\n${parts.test.join('\n')}\n`);
    const columns = this.#params.columns.map((column) => quoteIdentifier(column.name)).join(', ');
    await database.writeParquet(
      `SELECT ${columns} FROM read_parquet(${quoteLiteral(this.#params.path)}, file_row_number = true) WHERE file_row_number IN (SELECT r FROM read_csv(${quoteLiteral(list)}, header = true, columns = {'r': 'BIGINT'}))`,
      path,
    );
  }
}

/** Training and validation rows as one part. */
function allRows(
  { train, validation }: SplitRows,
  labelled: (rows: Uint32Array) => LabelledRows,
): Pick<TrainingData, 'train' | 'validation'> {
  const rows = new Uint32Array(train.length + validation.length);
  rows.set(train);
  rows.set(validation, train.length);
  return { train: labelled(rows.sort()), validation: labelled(new Uint32Array()) };
}

export function describeSplit({ split, seed }: TrainingRequest): string {
  switch (split.kind) {
    case 'fraction':
      return `${split.test * 100} % test and ${split.validation * 100} % validation, drawn with seed ${seed}`;
    case 'time':
      return `by time in ${split.column}, test ${split.testFrom === null ? `the last ${split.test * 100} %` : `from ${split.testFrom}`}`;
    case 'column':
      return `by column ${split.column}`;
    case 'dataset':
      return `test is the dataset ${split.dataset}`;
  }
}
