import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import type { ModelVersion, TargetSpec, Task } from '../../../shared/contract/models.ts';
import type { Provider, ProviderChoice } from '../../../shared/contract/providers.ts';
import type { Trial } from '../../../shared/contract/search.ts';
import { StartingPoint } from '../../../shared/contract/starting-point.ts';
import {
  EstimatorInfo,
  type Split,
  TrainingAdvice,
  type TrainingRequest,
  type TrainingResult,
} from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import { versionReference } from '../../../shared/ids.ts';
import { targetColumns } from '../../../shared/target-columns.ts';
import { withoutProvider } from '../../compute/onnx/providers.ts';
import type { ModelSource } from '../../compute/train/estimator.ts';
import { ESTIMATORS, estimatorOf, FINE_TUNE, IMAGE_ESTIMATORS } from '../../compute/train/estimators.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { AdviseTaskParams } from './advise-task.ts';
import { imageColumnOf } from './image-column-of.ts';
import { requireColumn } from './require-column.ts';
import { tableNeed } from './table-need.ts';
import type { TrainTaskParams, TrainTaskResult } from './train-task.ts';
import { trainedVersion } from './trained-version.ts';

/** Values of a column that mark a row of the test or of the validation part. */
const TEST_MARKS = ['test', 'true', '1', 'yes'];
const VALIDATION_MARKS = ['validation', 'valid', 'val'];

/** What the service asks of the rest of the engine. */
export interface TrainingNeeds {
  dataset(reference: string): DatasetVersion;
  /** Path of the stored Parquet file, its bytes verified. */
  dataPath(version: DatasetVersion): Promise<string>;
  model(reference: string): ModelVersion;
  /** The model that is gone on from: the one that is named, its bytes verified; for images else the one that ships. */
  startOf(from: string | undefined, dataset: DatasetVersion): Promise<ModelSource | null>;
  nextVersion(model: string): number;
  /** Adopts files into the store; answers what registers model and report. */
  adopt(trained: {
    readonly version: ModelVersion;
    readonly report: EvaluationReport;
    readonly onnxPath: string;
    readonly testPath: string;
    readonly linearPath: string | null;
    readonly inspectionPath: string | null;
    readonly answersPath?: string | undefined;
    readonly outOfFoldPath?: string | undefined;
  }): Promise<() => ModelVersion>;
  /** Runs a task in a throw-away worker, without a job. */
  ask(task: string, params: unknown): Promise<unknown>;
  start(params: TrainingRequest): JobStarted;
  /** Trials of a finished job, or of the job that made a model, with what they predicted. */
  trials(reference: string): { readonly target: TargetSpec | null; readonly trials: Trial[] };
  /** Execution providers that a probe found to work, or the one asked for if it does. */
  providers(choice: ProviderChoice): Promise<readonly Provider[]>;
}

const isProviderChosen = (algorithm: string): boolean =>
  algorithm === 'auto' || estimatorOf(algorithm).isProviderChosen === true;

/** Trains models; every one leaves as a single ONNX file that takes raw columns. */
export class TrainingService {
  readonly #needs: TrainingNeeds;

  constructor(needs: TrainingNeeds) {
    this.#needs = needs;
  }

  estimators(): EstimatorInfo[] {
    return [...ESTIMATORS, ...IMAGE_ESTIMATORS].map((estimator) => EstimatorInfo.parse(estimator));
  }

  async advise(reference: string, target: TargetSpec, task: Task | undefined): Promise<TrainingAdvice> {
    const version = this.#needs.dataset(reference);
    for (const column of targetColumns(asked(target, version))) requireColumn(version, column);
    const params: AdviseTaskParams = {
      path: await this.#needs.dataPath(version),
      columns: version.columns,
      target: asked(target, version),
      task,
    };
    return TrainingAdvice.parse(await this.#needs.ask('advise', params));
  }

  /** What of a registered model can be trained on with a dataset's rows. */
  async startingPoint(reference: string, dataset: string): Promise<StartingPoint> {
    const version = this.#needs.dataset(dataset);
    const source = await this.#needs.startOf(reference, version);
    const params = { ...source, algorithm: continuing(takenOf(version)) };
    return StartingPoint.parse(await this.#needs.ask('startingPoint', params));
  }

  train(request: TrainingRequest): JobStarted {
    const version = this.#needs.dataset(request.dataset);
    const target = asked(request.target, version);
    for (const column of targetColumns(target)) requireColumn(version, column);
    const takes = takenOf(version);
    const from = request.from === undefined ? undefined : this.#needs.model(request.from);
    const algorithm = from === undefined ? request.algorithm : continuing(takes);
    if (request.algorithm !== 'auto' && request.algorithm !== algorithm)
      throw new AppError('INVALID_ARGUMENT', {
        message: `"${request.algorithm}" starts anew; from ${from?.name} only ${algorithm} can go on.`,
        remedy: 'Leave the algorithm out, or the model.',
      });
    if (algorithm === FINE_TUNE.algorithm && from === undefined)
      throw new AppError('INVALID_ARGUMENT', {
        message: 'Fine-tuning needs a model to go on from.',
        remedy: 'Name a registered model (--from).',
      });
    if (algorithm !== 'auto' && algorithm !== FINE_TUNE.algorithm) estimatorOf(algorithm, takes);
    if (request.provider !== 'auto' && request.provider !== 'cpu' && !isProviderChosen(algorithm))
      throw new AppError('INVALID_ARGUMENT', {
        message: `${estimatorOf(algorithm).label}: trained on the CPU alone, not on ${request.provider}.`,
        remedy: 'Leave the provider out; networks are trained on others too.',
      });
    this.#earlier(request);
    return this.#needs.start({
      ...request,
      target,
      ...(from ? { from: versionReference(from) } : {}),
      algorithm,
      split: this.#resolved(request.split, version),
    });
  }

  /** Trials of the job or model that a search starts warm from; NOT_FOUND or INVALID_ARGUMENT where there are none to use. */
  #earlier({ search, target }: TrainingRequest): Trial[] {
    if (!search?.warmStart) return [];
    const known = this.#needs.trials(search.warmStart);
    if (known.target?.column === target.column && known.target.over === target.over) return known.trials;
    throw new AppError('INVALID_ARGUMENT', {
      message: `${search.warmStart} predicts ${known.target ? targetText(known.target) : 'nothing'}; its trials say nothing of ${targetText(target)}.`,
      remedy: 'Start from a search for the same target.',
    });
  }

  /** Only what may run on one of several providers is worth a probe. */
  async #providers({ algorithm, provider }: TrainingRequest): Promise<readonly Provider[]> {
    return isProviderChosen(algorithm) ? this.#needs.providers(provider) : ['cpu'];
  }

  /** A test part that is no dataset may be a column that marks its rows; otherwise the error of the missing dataset. */
  #resolved(split: Split, version: DatasetVersion): Split {
    if (split.kind !== 'dataset') return split;
    try {
      this.#needs.dataset(split.dataset);
      return split;
    } catch (error) {
      if (!version.columns.some(({ name }) => name === split.dataset)) throw error;
      return { kind: 'column', column: split.dataset, testValues: TEST_MARKS, validationValues: VALIDATION_MARKS };
    }
  }

  definition(): WorkerJobDefinition<TrainingRequest, TrainTaskParams, TrainTaskResult, TrainingResult> {
    return {
      place: 'worker',
      kind: 'train',
      keepsCheckpoint: true,
      task: 'train',
      isPausable: true,
      title: ({ dataset, target, algorithm }) => `Train ${algorithm} for ${targetText(target)} on ${dataset}`,
      holds: ({ dataset }) => tableNeed(this.#needs.dataset(dataset)),
      prepare: async (request) => {
        const version = this.#needs.dataset(request.dataset);
        const other = request.split.kind === 'dataset' ? this.#needs.dataset(request.split.dataset) : null;
        if (other) for (const column of version.columns) requireColumn(other, column.name);
        return {
          path: await this.#needs.dataPath(version),
          columns: version.columns,
          request,
          testPath: other ? await this.#needs.dataPath(other) : null,
          from: await this.#needs.startOf(request.from, version),
          providers: await this.#providers(request),
          earlier: this.#earlier(request),
        };
      },
      without: (device, params) => ({ ...params, providers: withoutProvider(params.providers, device) }),
      commit: async (result, request, job) => {
        const dataset = this.#needs.dataset(request.dataset);
        const name = request.name ?? `${dataset.name}-${request.target.labels ? 'labels' : request.target.column}`;
        const { evaluation, classes } = result;
        const version = trainedVersion(
          result,
          {
            name,
            version: this.#needs.nextVersion(name),
            dataset,
            seed: request.seed,
            jobId: job.id,
            split: result.splitText,
            request: { ...request },
            testDatasetHash: request.split.kind === 'dataset' ? this.#needs.dataset(request.split.dataset).hash : null,
          },
          {
            task: result.task,
            target: request.target,
            classes: classes && [...classes],
            metrics: evaluation.metrics,
            baselines: evaluation.baselines,
            sensitive: request.sensitive,
            weights: request.weights,
            curves: [...result.curves],
          },
        );
        const report: EvaluationReport = {
          ...evaluation,
          model: name,
          modelVersion: version.version,
          dataset: dataset.name,
          datasetVersion: dataset.version,
          part: 'test',
          at: version.createdAt,
        };
        const register = await this.#needs.adopt({
          version,
          report,
          onnxPath: result.onnxPath,
          testPath: result.testPath,
          linearPath: result.linearPath,
          inspectionPath: result.inspectionPath,
          answersPath: result.answersPath,
          outOfFoldPath: result.outOfFoldPath,
        });
        const { seconds, rowsPerSecond, summary } = result;
        return () => ({ model: register(), seconds, rowsPerSecond, ...summary });
      },
    };
  }
}

const takenOf = ({ columns }: DatasetVersion) => (imageColumnOf(columns) ? 'images' : 'columns');

/** The algorithm that goes on from a registered model. */
const continuing = (takes: 'columns' | 'images') => (takes === 'images' ? 'transfer' : 'finetune');

/** A column whose name reads like a list of labels is that column. */
const asked = (target: TargetSpec, { columns }: DatasetVersion): TargetSpec =>
  target.labels && columns.some(({ name }) => name === target.column)
    ? { column: target.column, over: target.over }
    : target;

const targetText = ({ column, over }: TargetSpec): string => (over === null ? column : `${column} > ${over}`);
