import type { Database } from 'better-sqlite3';
import { BundleRecords } from './bundle-records.ts';
import { DatasetRecords } from './dataset-records.ts';
import { DriftRecords } from './drift-records.ts';
import { EvaluationRecords } from './evaluation-records.ts';
import { JobRecords } from './job-records.ts';
import { type ModelFiles, ModelRecords } from './model-records.ts';
import { SchemaRecords } from './schema-records.ts';
import { ValidationRecords } from './validation-records.ts';

/** All records of a workspace. */
export class Records {
  readonly datasets: DatasetRecords;
  readonly schemas: SchemaRecords;
  readonly validations: ValidationRecords;
  readonly models: ModelRecords;
  readonly evaluations: EvaluationRecords;
  readonly drifts: DriftRecords;
  readonly bundles: BundleRecords;
  readonly jobs: JobRecords;
  readonly #database: Database;

  constructor(database: Database, folder: string) {
    this.#database = database;
    this.datasets = new DatasetRecords(database);
    this.schemas = new SchemaRecords(database);
    this.validations = new ValidationRecords(database);
    this.models = new ModelRecords(database);
    this.evaluations = new EvaluationRecords(database);
    this.drifts = new DriftRecords(database);
    this.bundles = new BundleRecords(database, folder);
    this.jobs = new JobRecords(database);
  }

  /** Hashes of every artifact that some record names. */
  namedArtifacts(): Set<string> {
    const named = new Set<string>();
    for (const row of this.#database.prepare('SELECT hash, quarantine_hash FROM dataset_versions').all() as {
      hash: string;
      quarantine_hash: string | null;
    }[]) {
      named.add(row.hash);
      if (row.quarantine_hash) named.add(row.quarantine_hash);
    }
    for (const row of this.#database.prepare('SELECT hash, files FROM model_versions').all() as {
      hash: string;
      files: string;
    }[]) {
      named.add(row.hash);
      for (const file of Object.values(JSON.parse(row.files) as ModelFiles)) named.add(file.hash);
    }
    return named;
  }
}
