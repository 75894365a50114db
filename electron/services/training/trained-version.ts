import { ulid } from 'ulid';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { ModelInput, ModelVersion, TrainingManifest } from '../../../shared/contract/models.ts';
import { type JobId, ModelVersionId } from '../../../shared/ids.ts';
import type { TaskManifest } from './manifest.ts';

/** What a training leaves for the record of its model. */
export interface TrainedResult {
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly ModelInput[];
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly threads: number;
  readonly manifest: TaskManifest;
}

export interface TrainedWhere {
  readonly name: string;
  readonly version: number;
  readonly dataset: DatasetVersion;
  readonly seed: number;
  /** How the rows were divided, in words. */
  readonly split: string;
  readonly jobId: JobId;
  readonly request: TrainingManifest['request'];
  /** Of another dataset that is the test part; null when it was of the same. */
  readonly testDatasetHash: string | null;
}

/** A version of a model that was trained here, its lineage written; without a target, figures and curves, which `more` brings. */
export const trainedVersion = (
  { algorithm, params, inputs, seconds, rowsPerSecond, threads, manifest }: TrainedResult,
  { name, version, dataset, seed, split, jobId, request, testDatasetHash }: TrainedWhere,
  more: Pick<ModelVersion, 'task'> & Partial<ModelVersion>,
): ModelVersion => ({
  id: ModelVersionId.parse(ulid()),
  name,
  version,
  aliases: [],
  createdAt: new Date().toISOString(),
  algorithm,
  target: null,
  classes: null,
  inputs: [...inputs],
  // Both are filled in when the file is adopted.
  hash: '0'.repeat(64),
  sizeBytes: 0,
  metrics: [],
  baselines: [],
  sensitive: [],
  weights: null,
  seconds,
  rowsPerSecond,
  curves: [],
  lineage: {
    datasetVersionId: dataset.id,
    dataset: dataset.name,
    datasetVersion: dataset.version,
    datasetHash: dataset.hash,
    origin: null,
    codeVersion: manifest.codeVersion,
    algorithm,
    params: { ...params },
    seed,
    split,
    jobId,
    manifest: { ...manifest, request, testDatasetHash },
    environment: {
      node: manifest.packages['node'] ?? '',
      onnxRuntime: manifest.packages['onnxruntime-node'] ?? '',
      provider: manifest.provider,
      ...(manifest.engine === null ? {} : { engine: manifest.engine }),
      threads,
      platform: manifest.platform,
    },
  },
  ...more,
});
