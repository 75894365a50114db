import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import { type ModelVersion, type TargetSpec, type Task, TrainingManifest } from '../../../shared/contract/models.ts';
import { Provider, type ProviderChoice } from '../../../shared/contract/providers.ts';
import type { Trial } from '../../../shared/contract/search.ts';
import { StartingPoint } from '../../../shared/contract/starting-point.ts';
import {
  type EstimatorInfo,
  type Reproduction,
  type Split,
  TrainingAdvice,
  TrainingRequest,
  type TrainingResult,
} from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import { noSuchColumn } from '../../compute/frame/no-such-column.ts';
import type { ModelSource } from '../../compute/train/estimator.ts';
import { ESTIMATORS, estimatorOf, FINE_TUNE, IMAGE_ESTIMATORS } from '../../compute/train/estimators.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { AdviseTaskParams } from './advise-task.ts';
import type { ReproduceTaskParams, ReproduceTaskResult } from './reproduce-task.ts';
import type { StartingPointParams } from './starting-point-task.ts';
import type { TrainTaskParams, TrainTaskResult } from './train-task.ts';
import { trainedVersion } from './trained-version.ts';
import { imageColumnOf } from './training-rows.ts';

/** Values of a column that mark a row of the test or of the validation part. */
const TEST_MARKS = ['test', 'true', '1', 'yes'];
const VALIDATION_MARKS = ['validation', 'valid', 'val'];

/** What the service asks of the rest of the engine. */
export interface TrainingNeeds {
  dataset(reference: string): DatasetVersion;
  /** Path of the stored Parquet file, its bytes verified. */
  dataPath(version: DatasetVersion): Promise<string>;
  model(reference: string): ModelVersion;
  /** Path of a registered model's file, its bytes verified. */
  modelPath(reference: string): Promise<string>;
  /** The model for images that comes with the program. */
  readonly shippedBackbone: ModelSource;
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
  startAgain(params: { readonly model: string }): JobStarted;
  /** Path of a stored Parquet file by the hash of its bytes, verified; NOT_FOUND where it is gone. */
  dataPathOf(hash: string): Promise<string>;
  /** Trials of a finished job, or of the job that made a model, with what they predicted. */
  trials(reference: string): { readonly target: TargetSpec | null; readonly trials: Trial[] };
  /** Execution providers that a probe found to work, or the one asked for if it does. */
  providers(choice: ProviderChoice): Promise<readonly Provider[]>;
  readonly codeVersion: string;
  readonly runtimeVersion: string;
}

/** Trains models; every one leaves as a single ONNX file that takes raw columns. */
export class TrainingService {
  readonly #needs: TrainingNeeds;

  constructor(needs: TrainingNeeds) {
    this.#needs = needs;
  }

  estimators(): EstimatorInfo[] {
    return [...ESTIMATORS, ...IMAGE_ESTIMATORS].map(({ algorithm, label, description, takes, tasks, params }) => ({
      algorithm,
      label,
      description,
      ...(takes ? { takes } : {}),
      tasks: [...tasks],
      params: [...params],
    }));
  }

  async advise(reference: string, target: TargetSpec, task: Task | undefined): Promise<TrainingAdvice> {
    const version = this.#needs.dataset(reference);
    requireColumn(version, target.column);
    const params: AdviseTaskParams = {
      path: await this.#needs.dataPath(version),
      columns: version.columns,
      target,
      task,
    };
    return TrainingAdvice.parse(await this.#needs.ask('advise', params));
  }

  /** What of a registered model can be trained on with a dataset's rows. */
  async startingPoint(reference: string, dataset: string): Promise<StartingPoint> {
    const { name, version } = this.#needs.model(reference);
    const params: StartingPointParams = {
      path: await this.#needs.modelPath(reference),
      name: `${name}@${version}`,
      algorithm: continuing(takenOf(this.#needs.dataset(dataset))),
    };
    return StartingPoint.parse(await this.#needs.ask('startingPoint', params));
  }

  train(request: TrainingRequest): JobStarted {
    const version = this.#needs.dataset(request.dataset);
    requireColumn(version, request.target.column);
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
    this.#earlier(request);
    return this.#needs.start({
      ...request,
      ...(from ? { from: `${from.name}@${from.version}` } : {}),
      algorithm,
      split: this.#resolved(request.split, version),
    });
  }

  /** Trains a model once more from its manifest; INVALID_ARGUMENT where it has none. */
  reproduce(model: string): JobStarted {
    this.#manifestOf(this.#needs.model(model));
    return this.#needs.startAgain({ model });
  }

  reproduceDefinition(): WorkerJobDefinition<
    { readonly model: string },
    ReproduceTaskParams,
    ReproduceTaskResult,
    Reproduction
  > {
    return {
      place: 'worker',
      kind: 'reproduce',
      keepsCheckpoint: true,
      task: 'reproduce',
      title: ({ model }) => `Train ${model} again`,
      prepare: async ({ model }) => {
        const version = this.#needs.model(model);
        const manifest = this.#manifestOf(version);
        const dataset = this.#needs.dataset(version.lineage.datasetVersionId ?? '');
        const { testDatasetHash } = manifest;
        const request = TrainingRequest.parse(manifest.request);
        const provider = Provider.safeParse(manifest.provider);
        return {
          source: {
            path: await this.#needs.dataPath(dataset),
            columns: dataset.columns,
            request,
            from: await this.#start(request, dataset),
            testPath: testDatasetHash === null ? null : await this.#needs.dataPathOf(testDatasetHash),
          },
          manifest,
          providers: [provider.success ? provider.data : 'cpu'],
          metrics: version.metrics,
          hash: version.hash,
        };
      },
      commit: async (result, { model }) => {
        const version = this.#needs.model(model);
        const differences = [...surroundings(this.#manifestOf(version), this.#surroundings), ...result.differences];
        return () => ({ ...result, model: version.name, version: version.version, differences });
      },
    };
  }

  #manifestOf({ name, version, lineage }: ModelVersion): TrainingManifest {
    // Filled in where it was written before a field was there.
    if (lineage.manifest) return TrainingManifest.parse(lineage.manifest);
    throw new AppError('INVALID_ARGUMENT', {
      message: `${name}@${version} has no manifest to train it again from.`,
      remedy: 'Train it anew: models keep one since this version.',
    });
  }

  /** What a training's numbers may depend on, beside its request and its data. */
  get #surroundings(): Pick<TrainingManifest, 'codeVersion' | 'platform' | 'packages'> {
    return {
      codeVersion: this.#needs.codeVersion,
      platform: `${process.platform}-${process.arch}`,
      packages: { node: process.version, 'onnxruntime-node': this.#needs.runtimeVersion },
    };
  }

  /** What is needed to train the same again; null for what no fit of ours made. */
  #manifest({ manifest, provider }: TrainTaskResult, request: TrainingRequest): TrainingManifest | null {
    if (!manifest) return null;
    const { split } = request;
    return {
      ...manifest,
      request: { ...request },
      testDatasetHash: split.kind === 'dataset' ? this.#needs.dataset(split.dataset).hash : null,
      ...this.#surroundings,
      provider: provider ?? 'cpu',
    };
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
    const isChosen =
      algorithm === 'auto' || ESTIMATORS.some((one) => one.algorithm === algorithm && one.isProviderChosen);
    return isChosen ? this.#needs.providers(provider) : ['cpu'];
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

  /** The model that is gone on from: the one that is named, for images else the one that ships. */
  async #start({ from }: TrainingRequest, { columns }: DatasetVersion): Promise<ModelSource | null> {
    if (from === undefined) return imageColumnOf(columns) ? this.#needs.shippedBackbone : null;
    const { name, version } = this.#needs.model(from);
    return { path: await this.#needs.modelPath(from), name: `${name}@${version}` };
  }

  definition(): WorkerJobDefinition<TrainingRequest, TrainTaskParams, TrainTaskResult, TrainingResult> {
    return {
      place: 'worker',
      kind: 'train',
      keepsCheckpoint: true,
      task: 'train',
      isPausable: true,
      title: ({ dataset, target, algorithm }) => `Train ${algorithm} for ${targetText(target)} on ${dataset}`,
      prepare: async (request) => {
        const version = this.#needs.dataset(request.dataset);
        const other = request.split.kind === 'dataset' ? this.#needs.dataset(request.split.dataset) : null;
        if (other) for (const column of version.columns) requireColumn(other, column.name);
        return {
          path: await this.#needs.dataPath(version),
          columns: version.columns,
          request,
          testPath: other ? await this.#needs.dataPath(other) : null,
          from: await this.#start(request, version),
          providers: await this.#providers(request),
          earlier: this.#earlier(request),
        };
      },
      commit: async (result, request, job) => {
        const dataset = this.#needs.dataset(request.dataset);
        const name = request.name ?? `${dataset.name}-${request.target.column}`;
        const { evaluation, classes } = result;
        const version = trainedVersion(
          result,
          {
            ...this.#needs,
            ...{ name, version: this.#needs.nextVersion(name), dataset, seed: request.seed, jobId: job.id },
            split: result.splitText,
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
            manifest: this.#manifest(result, request),
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

function surroundings(
  then: TrainingManifest,
  now: Pick<TrainingManifest, 'codeVersion' | 'platform' | 'packages'>,
): Reproduction['differences'] {
  const pairs: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['program version', then.codeVersion, now.codeVersion],
    ['platform', then.platform, now.platform],
    ...Object.keys({ ...then.packages, ...now.packages }).map(
      (name) => [name, then.packages[name], now.packages[name]] as const,
    ),
  ];
  return pairs.flatMap(([what, original = 'not there', again = 'not there']) =>
    original === again ? [] : [{ what, original, again }],
  );
}

const takenOf = ({ columns }: DatasetVersion) => (imageColumnOf(columns) ? 'images' : 'columns');

/** The algorithm that goes on from a registered model. */
const continuing = (takes: 'columns' | 'images') => (takes === 'images' ? 'transfer' : 'finetune');

const targetText = ({ column, over }: TargetSpec): string => (over === null ? column : `${column} > ${over}`);

function requireColumn(version: DatasetVersion, name: string): void {
  const names = version.columns.map((column) => column.name);
  if (!names.includes(name)) throw noSuchColumn(name, names, version.name);
}
