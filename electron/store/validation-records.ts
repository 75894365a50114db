import type { Database } from 'better-sqlite3';
import { ulid } from 'ulid';
import type { ValidationReport } from '../../shared/contract/validation.ts';
import { parse } from './stored-document.ts';

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
