import type { Database } from 'better-sqlite3';
import type { SchemaVersion } from '../../shared/contract/validation.ts';
import { parse } from './stored-document.ts';

/** Schemas by dataset name; versions count from 1. */
export class SchemaRecords {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  add({ dataset, document, note }: Omit<SchemaVersion, 'version' | 'createdAt'>): SchemaVersion {
    const version = (this.list(dataset)[0]?.version ?? 0) + 1;
    const schema: SchemaVersion = { dataset, version, createdAt: new Date().toISOString(), note, document };
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
