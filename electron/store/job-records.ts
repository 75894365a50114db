import type { Database } from 'better-sqlite3';
import type { Job, JobEvent, JobState } from '../../shared/contract/jobs.ts';
import { parse } from './stored-document.ts';

/** The job ledger: each job's newest snapshot, its curve points and its log lines. */
export class JobRecords {
  readonly #database: Database;
  constructor(database: Database) {
    this.#database = database;
  }

  put(job: Job): void {
    this.#database
      .prepare(
        'INSERT INTO jobs VALUES (@id, @kind, @state, @createdAt, @document) ON CONFLICT (id) DO UPDATE SET state = @state, document = @document',
      )
      .run({ id: job.id, kind: job.kind, state: job.state, createdAt: job.createdAt, document: JSON.stringify(job) });
  }

  byId(id: string): Job | undefined {
    const row = this.#database.prepare('SELECT document FROM jobs WHERE id = ?').get(id);
    return row === undefined ? undefined : parse<Job>(row);
  }

  /** Newest first, without results: a hundred reports would take seconds to read and to send. */
  list(limit: number): Job[] {
    return this.#database
      .prepare("SELECT json_set(document, '$.result', NULL) AS document FROM jobs ORDER BY id DESC LIMIT ?")
      .all(limit)
      .map(parse<Job>);
  }

  inState(state: JobState): Job[] {
    return this.#database
      .prepare('SELECT document FROM jobs WHERE state = ? ORDER BY id')
      .all(state)
      .map(parse<Job>);
  }

  addEvents(jobId: string, events: readonly JobEvent[]): void {
    const insert = this.#database.prepare('INSERT INTO job_events (job, document) VALUES (?, ?)');
    this.#database.transaction(() => {
      for (const event of events) insert.run(jobId, JSON.stringify(event));
    })();
  }

  events(jobId: string): JobEvent[] {
    return this.#database
      .prepare('SELECT document FROM job_events WHERE job = ? ORDER BY sequence')
      .all(jobId)
      .map(parse<JobEvent>);
  }
}
