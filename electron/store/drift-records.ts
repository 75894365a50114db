import type { Database } from 'better-sqlite3';
import type { DriftReport } from '../../shared/contract/monitoring.ts';
import { parse } from './stored-document.ts';

/** Comparisons of data, newest first. */
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
