import type { Database } from 'better-sqlite3';
import { ulid } from 'ulid';
import type { ColumnProfile, DatasetVersion } from '../../shared/contract/datasets.ts';
import type { EvaluationReport } from '../../shared/contract/evaluation.ts';
import type { ModelVersion } from '../../shared/contract/models.ts';
import type { DriftReport } from '../../shared/contract/monitoring.ts';
import type { SchemaVersion, ValidationReport } from '../../shared/contract/validation.ts';
import { BundleRecords } from './bundle-records.ts';
import { JobRecords } from './job-records.ts';
import { parse } from './stored-document.ts';

const now = (): string => new Date().toISOString();

/** Content hashes of a model's files by purpose: `test` (held-out rows), `baseline`, ... beside model.onnx itself. */
export interface ModelFiles {
  readonly [purpose: string]: { readonly hash: string; readonly extension: string };
}

/** Versions of datasets with their profiles. */
export class DatasetRecords {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  add(version: DatasetVersion, profile: readonly ColumnProfile[], quarantineHash: string | null): void {
    this.#database
      .prepare('INSERT INTO dataset_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        version.id,
        version.name,
        version.version,
        version.hash,
        version.createdAt,
        JSON.stringify(version),
        JSON.stringify(profile),
        quarantineHash,
      );
  }

  nextVersion(name: string): number {
    const row = this.#database
      .prepare('SELECT coalesce(max(version), 0) + 1 AS next FROM dataset_versions WHERE name = ?')
      .get(name);
    return (row as { next: number }).next;
  }

  /** Every version of every dataset, newest first. */
  all(): DatasetVersion[] {
    return this.#database
      .prepare('SELECT document FROM dataset_versions ORDER BY id DESC')
      .all()
      .map(parse<DatasetVersion>);
  }

  /** Versions of one name, newest first. */
  versions(name: string): DatasetVersion[] {
    return this.#database
      .prepare('SELECT document FROM dataset_versions WHERE name = ? ORDER BY version DESC')
      .all(name)
      .map(parse<DatasetVersion>);
  }

  byId(id: string): DatasetVersion | undefined {
    const row = this.#database.prepare('SELECT document FROM dataset_versions WHERE id = ?').get(id);
    return row === undefined ? undefined : parse<DatasetVersion>(row);
  }

  profile(id: string): ColumnProfile[] {
    const row = this.#database.prepare('SELECT profile AS document FROM dataset_versions WHERE id = ?').get(id);
    return row === undefined ? [] : parse<ColumnProfile[]>(row);
  }

  quarantineHash(id: string): string | null {
    const row = this.#database.prepare('SELECT quarantine_hash FROM dataset_versions WHERE id = ?').get(id) as
      | { quarantine_hash: string | null }
      | undefined;
    return row?.quarantine_hash ?? null;
  }

  /** Replaces what may change of a version: roles of columns, in the version and in its profile. */
  update(version: DatasetVersion, profile: readonly ColumnProfile[]): void {
    this.#database
      .prepare('UPDATE dataset_versions SET document = ?, profile = ? WHERE id = ?')
      .run(JSON.stringify(version), JSON.stringify(profile), version.id);
  }
}

/** Schemas by dataset name; versions count from 1. */
export class SchemaRecords {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  add({ dataset, document, note }: Omit<SchemaVersion, 'version' | 'createdAt'>): SchemaVersion {
    const version = (this.list(dataset)[0]?.version ?? 0) + 1;
    const schema: SchemaVersion = { dataset, version, createdAt: now(), note, document };
    this.#database
      .prepare('INSERT INTO schema_versions VALUES (?, ?, ?, ?, ?)')
      .run(dataset, version, schema.createdAt, note, JSON.stringify(schema));
    return schema;
  }

  newest(dataset: string): SchemaVersion | null {
    return this.list(dataset)[0] ?? null;
  }

  /** Newest first. */
  list(dataset: string): SchemaVersion[] {
    return this.#database
      .prepare('SELECT document FROM schema_versions WHERE dataset = ? ORDER BY version DESC')
      .all(dataset)
      .map(parse<SchemaVersion>);
  }
}

/** Validation reports by dataset name. */
export class ValidationRecords {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  add(report: ValidationReport): void {
    this.#database
      .prepare('INSERT INTO validation_reports VALUES (?, ?, ?, ?, ?)')
      .run(ulid(), report.dataset, report.datasetVersion, report.at, JSON.stringify(report));
  }

  /** Newest first. */
  list(dataset: string): ValidationReport[] {
    return this.#database
      .prepare('SELECT document FROM validation_reports WHERE dataset = ? ORDER BY id DESC LIMIT 100')
      .all(dataset)
      .map(parse<ValidationReport>);
  }
}

/** Model versions, and the moves of their aliases: an alias points where its last move that was not undone put it. */
export class ModelRecords {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  add(version: ModelVersion, files: ModelFiles): void {
    this.#database
      .prepare('INSERT INTO model_versions VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(
        version.id,
        version.name,
        version.version,
        version.hash,
        version.createdAt,
        JSON.stringify({ ...version, aliases: [] }),
        JSON.stringify(files),
      );
  }

  nextVersion(name: string): number {
    const row = this.#database
      .prepare('SELECT coalesce(max(version), 0) + 1 AS next FROM model_versions WHERE name = ?')
      .get(name);
    return (row as { next: number }).next;
  }

  /** Newest first. */
  all(): ModelVersion[] {
    const aliases = this.#aliases();
    return this.#database
      .prepare('SELECT document FROM model_versions ORDER BY id DESC')
      .all()
      .map((row) => {
        const version = parse<ModelVersion>(row);
        return { ...version, aliases: aliases.get(`${version.name}@${version.version}`) ?? [] };
      });
  }

  files(id: string): ModelFiles {
    const row = this.#database.prepare('SELECT files AS document FROM model_versions WHERE id = ?').get(id);
    return row === undefined ? {} : parse<ModelFiles>(row);
  }

  moveAlias(model: string, alias: string, version: number): void {
    this.#database
      .prepare('INSERT INTO alias_moves (model, alias, version, at) VALUES (?, ?, ?, ?)')
      .run(model, alias, version, now());
  }

  /** Models that have the alias. */
  modelsWithAlias(alias: string): string[] {
    const rows = this.#database
      .prepare('SELECT DISTINCT model FROM alias_moves WHERE alias = ? AND is_undone = 0')
      .all(alias);
    return (rows as { model: string }[]).map((row) => row.model);
  }

  /** Undoes the last move of an alias. Answers the version it points at now, undefined when there is no move before it. */
  undoAlias(model: string, alias: string): number | undefined {
    const moves = this.#database
      .prepare(
        'SELECT sequence, version FROM alias_moves WHERE model = ? AND alias = ? AND is_undone = 0 ORDER BY sequence DESC LIMIT 2',
      )
      .all(model, alias) as { sequence: number; version: number }[];
    const [last, before] = moves;
    if (!last || !before) return undefined;
    this.#database.prepare('UPDATE alias_moves SET is_undone = 1 WHERE sequence = ?').run(last.sequence);
    return before.version;
  }

  #aliases(): Map<string, string[]> {
    const rows = this.#database
      .prepare(
        'SELECT model, alias, version FROM alias_moves AS moves WHERE sequence = (SELECT max(sequence) FROM alias_moves WHERE model = moves.model AND alias = moves.alias AND is_undone = 0)',
      )
      .all() as { model: string; alias: string; version: number }[];
    const found = new Map<string, string[]>();
    for (const { model, alias, version } of rows) {
      const key = `${model}@${version}`;
      found.set(key, [...(found.get(key) ?? []), alias].sort());
    }
    return found;
  }
}

/** Evaluation reports by model version. */
export class EvaluationRecords {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  add(report: EvaluationReport): void {
    this.#database
      .prepare('INSERT INTO evaluation_reports VALUES (?, ?, ?, ?, ?)')
      .run(ulid(), report.model, report.modelVersion, report.at, JSON.stringify(report));
  }

  /** Newest first. */
  list(model: string, version: number): EvaluationReport[] {
    return this.#database
      .prepare(
        'SELECT document FROM evaluation_reports WHERE model = ? AND model_version = ? ORDER BY id DESC LIMIT 100',
      )
      .all(model, version)
      .map(parse<EvaluationReport>);
  }
}

export class DriftRecords {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  add(report: DriftReport): void {
    this.#database
      .prepare('INSERT INTO drift_reports VALUES (?, ?, ?)')
      .run(report.id, report.at, JSON.stringify(report));
  }

  /** Newest first. */
  list(): DriftReport[] {
    return this.#database
      .prepare('SELECT document FROM drift_reports ORDER BY at DESC, id DESC LIMIT 100')
      .all()
      .map(parse<DriftReport>);
  }

  byId(id: string): DriftReport | undefined {
    const row = this.#database.prepare('SELECT document FROM drift_reports WHERE id = ?').get(id);
    return row === undefined ? undefined : parse<DriftReport>(row);
  }
}

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
