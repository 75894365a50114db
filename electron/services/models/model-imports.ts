import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ulid } from 'ulid';
import type { ImportSource } from '../../../shared/contract/datasets.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import type { ModelImport, ModelVersion } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { ModelVersionId } from '../../../shared/ids.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { ImportModelTaskParams, ImportModelTaskResult } from './import-model-task.ts';

/** Files that an import made. */
export type ImportedFiles = Pick<ImportModelTaskResult, 'onnxPath' | 'inspectionPath'>;

/** What importing models asks of the rest of the engine. */
export interface ModelImportNeeds {
  /** Where the bytes of a source lie. */
  pathOf(source: ImportSource): string;
  /** Moves the file into the store; answers what registers the version. */
  adoptImported(version: ModelVersion, files: ImportedFiles): Promise<() => ModelVersion>;
  nextVersion(name: string): number;
  start(params: ModelImport): JobStarted;
  readonly codeVersion: string;
  readonly runtimeVersion: string;
}

/** A model's name from its file's; every layers model lies in a file called model.json, so its folder's counts. */
const nameOf = (path: string): string =>
  basename(basename(path) === 'model.json' ? dirname(path) : path).replace(/\.(onnx|json)$/i, '') || 'model';

/** Models made elsewhere: checked in a worker, then registered like those that were trained here. */
export class ModelImports {
  readonly #needs: ModelImportNeeds;

  constructor(needs: ModelImportNeeds) {
    this.#needs = needs;
  }

  import(params: ModelImport): JobStarted {
    const path = this.#needs.pathOf(params.source);
    if (!existsSync(path))
      throw new AppError('NOT_FOUND', {
        message: `There is no file ${path}.`,
        remedy: 'Check the path.',
        kept: 'Nothing was changed.',
      });
    return this.#needs.start(params);
  }

  definition(): WorkerJobDefinition<ModelImport, ImportModelTaskParams, ImportModelTaskResult, ModelVersion> {
    return {
      place: 'worker',
      kind: 'importModel',
      task: 'importModel',
      title: ({ source, name }) => `Import the model ${name ?? nameOf(this.#needs.pathOf(source))}`,
      prepare: async ({ source, columns, labels, scaling }) => ({
        path: this.#needs.pathOf(source),
        columns,
        labels,
        scaling,
      }),
      commit: async (result, params, job) => {
        const name = params.name ?? nameOf(this.#needs.pathOf(params.source));
        const version: ModelVersion = {
          id: ModelVersionId.parse(ulid()),
          name,
          version: this.#needs.nextVersion(name),
          aliases: [],
          createdAt: new Date().toISOString(),
          task: result.task,
          algorithm: 'imported',
          target: { column: params.target, over: null },
          classes: result.classes,
          inputs: result.inputs,
          // Both are filled in when the file is adopted.
          hash: '0'.repeat(64),
          sizeBytes: 0,
          metrics: [],
          baselines: [],
          sensitive: [],
          weights: null,
          seconds: 0,
          rowsPerSecond: 0,
          curves: [],
          lineage: {
            datasetVersionId: null,
            dataset: null,
            datasetVersion: null,
            datasetHash: null,
            origin: result.origin,
            codeVersion: this.#needs.codeVersion,
            algorithm: 'imported',
            params: {
              ...(params.columns ? { columns: params.columns } : {}),
              ...(params.labels ? { labels: params.labels } : {}),
              ...(params.scaling ? { scaling: params.scaling } : {}),
            },
            seed: 0,
            split: 'trained elsewhere',
            jobId: job.id,
            manifest: null,
            environment: {
              node: process.version,
              onnxRuntime: this.#needs.runtimeVersion,
              provider: 'cpu',
              threads: 1,
              platform: `${process.platform}-${process.arch}`,
            },
          },
        };
        return this.#needs.adoptImported(version, result);
      },
    };
  }
}
