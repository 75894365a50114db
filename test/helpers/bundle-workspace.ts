import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDb } from '../../electron/compute/frame/duckdb.ts';
import { JobRunner } from '../../electron/jobs/job-runner.ts';
import { BundlesService } from '../../electron/services/bundles/bundles-service.ts';
import { ModelsService } from '../../electron/services/models/models-service.ts';
import { Workspace } from '../../electron/store/workspace.ts';
import type { Bundle, VerificationReport } from '../../shared/contract/bundles.ts';
import type { ColumnProfile } from '../../shared/contract/datasets.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { ModelVersion } from '../../shared/contract/models.ts';
import { DatasetVersionId, JobId, ModelVersionId } from '../../shared/ids.ts';

export const fixtureModel = (name: string): string => join(import.meta.dirname, '..', 'fixtures', 'models', name);

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'drydock-test-'));

const numberProfile = (name: string, type: 'integer' | 'number', quantiles: readonly number[]): ColumnProfile => ({
  name,
  type,
  role: 'feature',
  rows: 2000,
  missing: 0,
  distinct: 60,
  isDistinctExact: true,
  min: quantiles[0] ?? null,
  max: quantiles.at(-1) ?? null,
  mean: quantiles[2] ?? null,
  standardDeviation: 10,
  quantiles: Object.fromEntries(['0.05', '0.25', '0.5', '0.75', '0.95'].map((p, i) => [p, quantiles[i] ?? 0])),
  quantileRows: null,
  histogram: { edges: [quantiles[0] ?? 0, quantiles.at(-1) ?? 1], counts: [2000] },
  topValues: null,
});

const textProfile = (name: string, values: readonly string[]): ColumnProfile => ({
  name,
  type: 'text',
  role: 'feature',
  rows: 2000,
  missing: 0,
  distinct: values.length,
  isDistinctExact: true,
  min: null,
  max: null,
  mean: null,
  standardDeviation: null,
  quantiles: null,
  quantileRows: null,
  histogram: null,
  topValues: values.map((value) => ({ value, count: 2000 / values.length })),
});

const PROFILE: readonly ColumnProfile[] = [
  numberProfile('age', 'integer', [20, 33, 48, 64, 77]),
  numberProfile('income', 'number', [9700, 15700, 22000, 30900, 50100]),
  textProfile('city', ['Bergen', 'Oslo', 'Tromsø']),
  textProfile('job', ['clerk', 'engineer', 'nurse', 'other']),
];

/** Held-out rows of the made-up data, with a column that the model does not take. */
async function writeHeldOut(path: string): Promise<void> {
  const database = await DuckDb.open();
  try {
    await database.writeParquet(
      `SELECT (18 + (i * 7) % 60)::INTEGER AS age, (9000 + (i * 911) % 40000)::DOUBLE AS income,
        ['Bergen', 'Oslo', 'Tromsø'][1 + i % 3] AS city, ['clerk', 'engineer', 'nurse', 'other'][1 + i % 4] AS job, i % 2 AS answer
       FROM range(200) AS rows(i)`,
      path,
    );
  } finally {
    await database.close();
  }
}

function modelVersion(hash: string, sizeBytes: number): ModelVersion {
  const metric = { name: 'rocAuc', value: 0.81, lower: 0.78, upper: 0.84, isHigherBetter: true, reason: null };
  return {
    id: ModelVersionId.parse('01HZZZZZZZZZZZZZZZZZZZZZZZ'),
    name: 'loan <answers>',
    version: 1,
    aliases: [],
    createdAt: '2026-01-02T03:04:05.000Z',
    task: 'binary',
    algorithm: 'linear',
    target: { column: 'answer', over: null },
    classes: ['no', 'yes'],
    inputs: [
      { name: 'age', type: 'float' },
      { name: 'income', type: 'float' },
      { name: 'city', type: 'string' },
      { name: 'job', type: 'string' },
    ],
    hash,
    sizeBytes,
    metrics: [metric],
    baselines: [{ name: 'majority', metrics: [{ ...metric, value: 0.5 }] }],
    weights: null,
    sensitive: [],
    seconds: 1,
    rowsPerSecond: 2000,
    curves: [],
    lineage: {
      datasetVersionId: DatasetVersionId.parse('01HZZZZZZZZZZZZZZZZZZZZZZY'),
      dataset: 'loans',
      datasetVersion: 1,
      datasetHash: 'a'.repeat(64),
      codeVersion: '0.1.0',
      algorithm: 'linear',
      params: {},
      seed: 1,
      split: 'fraction 0.2',
      jobId: JobId.parse('01HZZZZZZZZZZZZZZZZZZZZZZX'),
      manifest: null,
      origin: null,
      environment: { node: '24', onnxRuntime: '1.30', provider: 'cpu', threads: 1, platform: 'linux' },
    },
  };
}

/** A workspace with one registered model, and the services that bundles need; all of it real. */
export class BundleWorkspace {
  readonly folder: string;
  readonly workspace: Workspace;
  readonly jobs: JobRunner;
  readonly bundles: BundlesService;
  readonly model: ModelVersion;

  private constructor(folder: string, workspace: Workspace, model: ModelVersion) {
    this.folder = folder;
    this.workspace = workspace;
    this.model = model;
    this.jobs = new JobRunner(workspace);
    const models = new ModelsService(workspace);
    this.bundles = new BundlesService({
      bundlesFolder: workspace.folder('bundles'),
      keyPath: join(workspace.path, 'keys', 'signing-key.pem'),
      programVersion: '0.1.0',
      model: (reference) => models.paths(reference),
      profile: () => PROFILE,
      schema: () => null,
      evaluation: () => null,
      bundles: workspace.records.bundles,
      start: (kind, params) => ({ jobId: this.jobs.start(kind, params).id }),
      wait: (jobId) => this.jobs.wait(jobId),
      audit: (entry) => workspace.audit.append(entry),
    });
    this.jobs.define(this.bundles.exportDefinition());
    this.jobs.define(this.bundles.verifyDefinition());
  }

  static async open(): Promise<BundleWorkspace> {
    const folder = temporaryFolder();
    const workspace = await Workspace.open(join(folder, 'workspace'));
    const staging = join(folder, 'workspace', 'runs', 'staging');
    mkdirSync(staging, { recursive: true });
    copyFileSync(fixtureModel('tabular.onnx'), join(staging, 'model.onnx'));
    await writeHeldOut(join(staging, 'test.parquet'));
    const onnx = await workspace.artifacts.adopt({
      kind: 'models',
      temporaryPath: join(staging, 'model.onnx'),
      extension: '.onnx',
    });
    const test = await workspace.artifacts.adopt({
      kind: 'models',
      temporaryPath: join(staging, 'test.parquet'),
      extension: '.parquet',
    });
    const model = modelVersion(onnx.hash, onnx.sizeBytes);
    workspace.records.models.add(model, { test: { hash: test.hash, extension: '.parquet' } });
    return new BundleWorkspace(folder, workspace, model);
  }

  /** The job once it has ended. */
  async ended({ jobId }: { readonly jobId: Job['id'] }): Promise<Job> {
    return this.jobs.wait(jobId);
  }

  async export(out: string, isZip = false): Promise<Bundle> {
    const job = await this.ended(this.bundles.export({ model: this.model.name, out, isZip, targets: ['oip'] }));
    if (job.state !== 'succeeded') throw new Error(`The export ${job.state}: ${JSON.stringify(job.error)}`);
    return job.result as Bundle;
  }

  async verify(bundle: string): Promise<VerificationReport> {
    const job = await this.ended(this.bundles.verify({ bundle }));
    if (job.state !== 'succeeded') throw new Error(`The verification ${job.state}: ${JSON.stringify(job.error)}`);
    return job.result as VerificationReport;
  }

  async close(): Promise<void> {
    await this.bundles.close();
    await this.jobs.close();
    this.workspace.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
