import type { Database } from 'better-sqlite3';
import { ulid } from 'ulid';
import type { EvaluationReport } from '../../shared/contract/evaluation.ts';
import { parse } from './stored-document.ts';

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
