import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import { type ModelVersion, TrainingManifest } from '../../../shared/contract/models.ts';
import { Provider, type ProviderChoice } from '../../../shared/contract/providers.ts';
import { DetectionRequest, type Reproduction, TrainingRequest } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import { versionReference } from '../../../shared/ids.ts';
import { withoutProvider } from '../../compute/onnx/providers.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import { anomalyFigures } from './anomaly-figures.ts';
import type { Repeated, ReproduceTaskParams, ReproduceTaskResult } from './reproduce-task.ts';
import type { TrainingNeeds } from './training-service.ts';

/** What the service asks of the rest of the engine. */
export interface ReproductionNeeds {
  dataset(reference: string): DatasetVersion;
  /** Path of the stored Parquet file, its bytes verified. */
  dataPath(version: DatasetVersion): Promise<string>;
  /** The same by the hash of its bytes; NOT_FOUND where it is gone. */
  dataPathOf(hash: string): Promise<string>;
  model(reference: string): ModelVersion;
  startOf: TrainingNeeds['startOf'];
  /** The execution provider that is asked for, if it works here. */
  providers(choice: ProviderChoice): Promise<readonly Provider[]>;
  start(params: { readonly model: string }): JobStarted;
}

/** Trains registered models once more from their manifests and says whether they come out the same. */
export class ReproductionService {
  readonly #needs: ReproductionNeeds;

  constructor(needs: ReproductionNeeds) {
    this.#needs = needs;
  }

  /** INVALID_ARGUMENT where there is no manifest to do it from. */
  reproduce(model: string): JobStarted {
    const version = this.#needs.model(model);
    manifestOf(version);
    return this.#needs.start({ model: versionReference(version) });
  }

  definition(): WorkerJobDefinition<
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
        const manifest = manifestOf(version);
        return {
          repeated: await this.#repeated(version, manifest),
          manifest,
          figures: version.anomaly ? anomalyFigures(version.anomaly) : version.metrics,
          hash: version.hash,
          threads: version.lineage.environment.threads,
        };
      },
      without: (device, params) => {
        const { repeated } = params;
        if (repeated.kind !== 'training') return params;
        const providers = withoutProvider(repeated.params.providers, device);
        return { ...params, repeated: { ...repeated, params: { ...repeated.params, providers } } };
      },
      commit: async (result, { model }) => {
        const { name, version } = this.#needs.model(model);
        return () => ({ ...result, model: name, version });
      },
    };
  }

  async #repeated({ lineage, task }: ModelVersion, manifest: TrainingManifest): Promise<Repeated> {
    const dataset = this.#needs.dataset(lineage.datasetVersionId ?? '');
    const { testDatasetHash } = manifest;
    const source = {
      path: await this.#needs.dataPath(dataset),
      columns: dataset.columns,
      testPath: testDatasetHash === null ? null : await this.#needs.dataPathOf(testDatasetHash),
    };
    if (task === 'anomaly')
      return { kind: 'detection', params: { ...source, request: DetectionRequest.parse(manifest.request) } };
    const request = TrainingRequest.parse(manifest.request);
    const provider = Provider.safeParse(manifest.provider);
    return {
      kind: 'training',
      params: {
        ...source,
        request,
        from: await this.#needs.startOf(request.from, dataset),
        providers: provider.success && provider.data !== 'cpu' ? await this.#needs.providers(provider.data) : ['cpu'],
      },
    };
  }
}

function manifestOf({ name, version, lineage }: ModelVersion): TrainingManifest {
  // Filled in where it was written before a field was there.
  if (lineage.manifest) return TrainingManifest.parse(lineage.manifest);
  throw new AppError('INVALID_ARGUMENT', {
    message: `${name}@${version} has no manifest to train it again from.`,
    remedy: 'Train it anew: models that are trained here keep one since this version.',
  });
}
