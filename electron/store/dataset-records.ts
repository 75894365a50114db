import type { Database } from 'better-sqlite3';
import type { ColumnProfile, DatasetVersion } from '../../shared/contract/datasets.ts';
import { parse } from './stored-document.ts';

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
