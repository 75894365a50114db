import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import {
  DetectionAdvice,
  type DetectionRequest,
  type DetectionResult,
  type DetectorInfo,
} from '../../../shared/contract/training.ts';
import { DETECTORS, detectorOf } from '../../compute/train/detectors.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { AdviseDetectionParams } from './advise-detection-task.ts';
import type { DetectTaskParams, DetectTaskResult } from './detect-task.ts';
import { requireColumn } from './require-column.ts';
import { tableNeed } from './table-need.ts';
import { trainedVersion } from './trained-version.ts';

/** What the service asks of the rest of the engine. */
export interface DetectionNeeds {
  dataset(reference: string): DatasetVersion;
  /** Path of the stored Parquet file, its bytes verified. */
  dataPath(version: DatasetVersion): Promise<string>;
  nextVersion(model: string): number;
  /** Adopts files into the store; answers what registers the model. */
  adopt(trained: {
    readonly version: ModelVersion;
    readonly report: null;
    readonly onnxPath: string;
    readonly testPath: string;
    readonly linearPath: null;
    readonly inspectionPath: null;
  }): Promise<() => ModelVersion>;
  /** Runs a task in a throw-away worker, without a job. */
  ask(task: string, params: unknown): Promise<unknown>;
  start(request: DetectionRequest): JobStarted;
}

/** Learns what is usual among rows, without a target; the model scores how unusual a row is. */
export class DetectionService {
  readonly #needs: DetectionNeeds;

  constructor(needs: DetectionNeeds) {
    this.#needs = needs;
  }

  detectors(): DetectorInfo[] {
    return DETECTORS.map(({ algorithm, label, description, params }) => ({
      algorithm,
      label,
      description,
      params: [...params],
    }));
  }

  async advise(reference: string): Promise<DetectionAdvice> {
    const version = this.#needs.dataset(reference);
    const params: AdviseDetectionParams = { path: await this.#needs.dataPath(version), columns: version.columns };
    return DetectionAdvice.parse(await this.#needs.ask('adviseDetection', params));
  }

  detect(request: DetectionRequest): JobStarted {
    this.#needs.dataset(request.dataset);
    this.#testOf(request);
    detectorOf(request.algorithm);
    return this.#needs.start(request);
  }

  /** The dataset whose rows are scored; null where rows of the same are held out. */
  #testOf({ testDataset }: DetectionRequest): DatasetVersion | null {
    return testDataset === undefined ? null : this.#needs.dataset(testDataset);
  }

  definition(): WorkerJobDefinition<DetectionRequest, DetectTaskParams, DetectTaskResult, DetectionResult> {
    return {
      place: 'worker',
      kind: 'detect',
      keepsCheckpoint: true,
      task: 'detect',
      title: ({ dataset, algorithm }) => `Learn what is usual in ${dataset} with ${algorithm}`,
      holds: ({ dataset }) => tableNeed(this.#needs.dataset(dataset)),
      prepare: async (request) => {
        const version = this.#needs.dataset(request.dataset);
        const other = this.#testOf(request);
        if (other) for (const { name } of version.columns) requireColumn(other, name);
        return {
          path: await this.#needs.dataPath(version),
          columns: version.columns,
          request,
          testPath: other ? await this.#needs.dataPath(other) : null,
        };
      },
      commit: async (result, request, job) => {
        const dataset = this.#needs.dataset(request.dataset);
        const name = request.name ?? `${dataset.name}-anomalies`;
        const test = this.#testOf(request);
        const version = trainedVersion(
          { ...result, algorithm: request.algorithm },
          {
            name,
            version: this.#needs.nextVersion(name),
            dataset,
            seed: request.seed,
            jobId: job.id,
            split: test
              ? `judged on ${test.name}@${test.version}`
              : `${request.test * 100} % test, drawn with seed ${request.seed}`,
            request: { ...request },
            testDatasetHash: test?.hash ?? null,
          },
          { task: 'anomaly', anomaly: result.anomaly },
        );
        const { onnxPath, testPath } = result;
        const register = await this.#needs.adopt({
          version,
          report: null,
          onnxPath,
          testPath,
          linearPath: null,
          inspectionPath: null,
        });
        const { seconds, rowsPerSecond, trainRows, testRows, excluded } = result;
        return () => ({ model: register(), seconds, rowsPerSecond, trainRows, testRows, excluded: [...excluded] });
      },
    };
  }
}
