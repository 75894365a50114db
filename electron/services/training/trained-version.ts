import { ulid } from 'ulid';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { ModelInput, ModelVersion } from '../../../shared/contract/models.ts';
import { type JobId, ModelVersionId } from '../../../shared/ids.ts';

/** What a training leaves for the record of its model. */
export interface TrainedResult {
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly ModelInput[];
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly threads: number;
  /** Left out: the CPU. */
  readonly provider?: string | undefined;
  readonly engine?: string | undefined;
}

export interface TrainedWhere {
  readonly name: string;
  readonly version: number;
  readonly dataset: DatasetVersion;
  readonly seed: number;
  /** How the rows were divided, in words. */
  readonly split: string;
  readonly jobId: JobId;
  readonly codeVersion: string;
  readonly runtimeVersion: string;
}

/** A version of a model that was trained here, its lineage written; without a target, figures and curves, which `more` brings. */
export const trainedVersion = (
  { algorithm, params, inputs, seconds, rowsPerSecond, threads, provider, engine }: TrainedResult,
  { name, version, dataset, seed, split, jobId, codeVersion, runtimeVersion }: TrainedWhere,
  { manifest, ...more }: Pick<ModelVersion, 'task'> & Partial<ModelVersion> & Pick<ModelVersion['lineage'], 'manifest'>,
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
    codeVersion,
    algorithm,
    params: { ...params },
    seed,
    split,
    jobId,
    manifest,
    environment: {
      node: process.version,
      onnxRuntime: runtimeVersion,
      provider: provider ?? 'cpu',
      ...(engine === undefined ? {} : { engine }),
      threads,
      platform: `${process.platform}-${process.arch}`,
    },
  },
  ...more,
});
