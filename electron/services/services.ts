import { join } from 'node:path';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/contract.ts';
import type { DatasetVersion } from '../../shared/contract/datasets.ts';
import type { JobKind } from '../../shared/contract/jobs.ts';
import type { ModelVersion } from '../../shared/contract/models.ts';
import { TrainingResult } from '../../shared/contract/training.ts';
import { AppError } from '../../shared/errors.ts';
import { JobId } from '../../shared/ids.ts';
import type { ModelSource } from '../compute/train/estimator.ts';
import { askWorker } from '../jobs/ask-worker.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import { packageVersion, resourceFolder } from '../program-files.ts';
import { resolveReference } from '../store/resolve-reference.ts';
import type { Workspace } from '../store/workspace.ts';
import { BundlesService } from './bundles/bundles-service.ts';
import { DatasetRows } from './datasets/dataset-rows.ts';
import { DatasetsService } from './datasets/datasets-service.ts';
import { demoJob } from './demo/demo-job.ts';
import { EvaluationService } from './evaluation/evaluation-service.ts';
import { ExplanationService } from './evaluation/explanation-service.ts';
import { ModelImports } from './models/model-imports.ts';
import { ModelsService } from './models/models-service.ts';
import { MonitoringService } from './monitoring/monitoring-service.ts';
import { SystemService } from './system/system-service.ts';
import { DetectionService } from './training/detection-service.ts';
import { ReproductionService } from './training/reproduction-service.ts';
import { TrainingService } from './training/training-service.ts';
import { ValidationService } from './validation/validation-service.ts';

export interface ServicesOptions {
  readonly workspace: Workspace;
  readonly jobs: JobRunner;
  readonly version: string;
  /** The contract's own calls, for jobs that walk the path a person walks. */
  client(): ContractRouterClient<Contract>;
}

/** Every service, built once. What one needs of another is handed over here as a function, never imported. */
export function createServices({ workspace, jobs, version, client }: ServicesOptions) {
  const { records, artifacts, audit } = workspace;
  const start = (kind: JobKind, params: unknown) => ({ jobId: jobs.start(kind, params).id });
  const dataset = (reference: string): DatasetVersion => resolveReference(reference, records.datasets.all(), 'dataset');
  const dataPath = (of: DatasetVersion): Promise<string> => artifacts.verified('data', of.hash, '.parquet');

  const system = new SystemService(workspace, version);
  const models = new ModelsService(workspace);
  const validation = new ValidationService({
    dataset,
    profile: (reference) => {
      const found = dataset(reference);
      return { dataset: found, columns: records.datasets.profile(found.id) };
    },
    dataPath,
    pathOf: (of) => artifacts.pathOf('data', of.hash, '.parquet'),
    schemas: records.schemas,
    reports: records.validations,
    keep: (from, kept) => datasets.keep(from, kept),
    start: (params) => start('validate', params),
  });
  const datasets = new DatasetsService({
    workspace,
    dataset,
    ask: (task, params) => askWorker(workspace, task, params),
    start: (params) => start('import', params),
  });
  const datasetRows = new DatasetRows({
    workspace,
    dataset,
    dataPath,
    failingPredicate: (reference, ruleId) => validation.failingPredicate(reference, ruleId),
  });
  /** Trials of a finished training, by its job or by its model. */
  const trialsOf = (reference: string) => {
    const isJob = JobId.safeParse(reference).success && records.jobs.byId(reference) !== undefined;
    const job = jobs.get(isJob ? reference : models.get(reference).lineage.jobId);
    const result = TrainingResult.safeParse(job.result);
    if (!result.success)
      throw new AppError('INVALID_ARGUMENT', {
        message: `${job.title}: no finished training whose trials could be used.`,
        remedy: 'Name the job or the model of a search.',
      });
    return { target: result.data.model.target, trials: result.data.trials };
  };
  /** The model that a training goes on from: the one that is named, for images else the one that comes with the program. */
  const startOf = async (from: string | undefined, { columns }: DatasetVersion): Promise<ModelSource | null> => {
    if (from !== undefined) {
      const { name, version: number } = models.get(from);
      return { path: (await models.paths(from)).onnxPath, name: `${name}@${number}` };
    }
    if (!columns.some(({ type }) => type === 'image')) return null;
    return { path: resourceFolder('models', 'efficientnet-lite0.onnx'), name: 'EfficientNet-Lite0' };
  };
  const training = new TrainingService({
    dataset,
    dataPath,
    model: (reference) => models.get(reference),
    startOf,
    nextVersion: (name) => models.nextVersion(name),
    adopt: (trained) => models.adopt(trained),
    ask: (task, params) => askWorker(workspace, task, params),
    start: (params) => start('train', params),
    providers: (choice) => system.providers(choice),
    trials: (reference) => trialsOf(reference),
  });
  const reproduction = new ReproductionService({
    dataset,
    dataPath,
    dataPathOf: (hash) => artifacts.verified('data', hash, '.parquet'),
    model: (reference) => models.get(reference),
    startOf,
    providers: (choice) => system.providers(choice),
    start: (params) => start('reproduce', params),
  });
  const detection = new DetectionService({
    dataset,
    dataPath,
    nextVersion: (name) => models.nextVersion(name),
    adopt: (trained) => models.adopt(trained),
    ask: (task, params) => askWorker(workspace, task, params),
    start: (request) => start('detect', request),
  });
  const modelImports = new ModelImports({
    pathOf: (source) => datasets.pathOf(source),
    adoptImported: (imported, files) => models.adoptImported(imported, files),
    nextVersion: (name) => models.nextVersion(name),
    start: (params) => start('importModel', params),
    codeVersion: version,
    runtimeVersion: packageVersion('onnxruntime-node'),
  });
  const trainedOn = ({ lineage: { datasetVersionId } }: ModelVersion) =>
    (datasetVersionId === null ? undefined : records.datasets.byId(datasetVersionId))?.columns ?? [];
  const evaluation = new EvaluationService({
    model: (reference) => models.get(reference),
    modelPaths: (reference) => models.paths(reference),
    dataset,
    dataPath,
    trainedOn,
    reports: records.evaluations,
    ask: (task, params) => askWorker(workspace, task, params),
    start,
  });
  const explanation = new ExplanationService({
    model: (reference) => models.get(reference),
    modelPaths: (reference) => models.paths(reference),
    dataset,
    dataPath,
    trainedOn,
    start,
  });
  const monitoring = new MonitoringService({
    dataset,
    dataPath,
    model: (reference) => models.get(reference),
    modelPaths: (reference) => models.paths(reference),
    reports: records.drifts,
    start: (request) => start('drift', request),
  });
  const bundles = new BundlesService({
    bundlesFolder: workspace.folder('bundles'),
    keyPath: join(workspace.path, 'keys', 'signing-key.pem'),
    programVersion: version,
    model: (reference) => models.paths(reference),
    profile: ({ lineage: { datasetVersionId } }) =>
      datasetVersionId === null ? [] : records.datasets.profile(datasetVersionId),
    schema: ({ lineage: { dataset: name, datasetVersionId } }) => {
      if (name === null || datasetVersionId === null) return null;
      const newest = records.schemas.newest(name);
      if (newest) return newest.document;
      return records.datasets.byId(datasetVersionId) === undefined ? null : validation.infer(datasetVersionId);
    },
    evaluation: (model) =>
      records.evaluations.list(model.name, model.version).find(({ part }) => part === 'test') ?? null,
    bundles: records.bundles,
    start,
    wait: (jobId) => jobs.wait(jobId),
    audit: (entry) => audit.append(entry),
  });

  for (const definition of [
    datasets.definition(),
    validation.definition(),
    training.definition(),
    reproduction.definition(),
    detection.definition(),
    modelImports.definition(),
    evaluation.definition(),
    evaluation.predictDefinition(),
    explanation.definition(),
    explanation.stressDefinition(),
    monitoring.definition(),
    bundles.exportDefinition(),
    bundles.verifyDefinition(),
    system.setupDefinition(),
    demoJob({
      get client() {
        return client();
      },
      wait: (jobId) => jobs.wait(jobId),
      cancel: async (jobId) => jobs.cancel(jobId),
      sampleFolder: resourceFolder('sample'),
    }),
  ]) {
    jobs.define(definition);
  }

  return {
    jobs,
    start,
    system,
    models,
    modelImports,
    datasets,
    datasetRows,
    validation,
    training,
    reproduction,
    detection,
    evaluation,
    explanation,
    monitoring,
    bundles,
    /** Ends what services hold open besides jobs: servers of models. */
    async close() {
      await bundles.close();
      await datasetRows.close();
      await evaluation.close();
    },
  };
}

export type Services = ReturnType<typeof createServices>;
