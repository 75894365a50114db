/** One step of the database's form. Steps are only ever added; a step that has run is never changed. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    name: 'first',
    sql: `
      CREATE TABLE dataset_versions (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, created_at TEXT NOT NULL,
        document TEXT NOT NULL, profile TEXT NOT NULL, quarantine_hash TEXT, UNIQUE (name, version)
      ) STRICT;
      CREATE TABLE schema_versions (
        dataset TEXT NOT NULL, version INTEGER NOT NULL, created_at TEXT NOT NULL, note TEXT, document TEXT NOT NULL,
        PRIMARY KEY (dataset, version)
      ) STRICT;
      CREATE TABLE validation_reports (
        id TEXT PRIMARY KEY, dataset TEXT NOT NULL, dataset_version INTEGER NOT NULL, at TEXT NOT NULL, document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX validation_reports_by_dataset ON validation_reports (dataset, id DESC);
      CREATE TABLE model_versions (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, created_at TEXT NOT NULL,
        document TEXT NOT NULL, files TEXT NOT NULL, UNIQUE (name, version)
      ) STRICT;
      CREATE TABLE alias_moves (
        sequence INTEGER PRIMARY KEY, model TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER NOT NULL, at TEXT NOT NULL,
        is_undone INTEGER NOT NULL DEFAULT 0, FOREIGN KEY (model, version) REFERENCES model_versions (name, version)
      ) STRICT;
      CREATE INDEX alias_moves_by_alias ON alias_moves (model, alias, sequence DESC);
      CREATE TABLE evaluation_reports (
        id TEXT PRIMARY KEY, model TEXT NOT NULL, model_version INTEGER NOT NULL, at TEXT NOT NULL, document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX evaluation_reports_by_model ON evaluation_reports (model, model_version, id DESC);
      CREATE TABLE drift_reports (id TEXT PRIMARY KEY, at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
      CREATE TABLE bundles (id TEXT PRIMARY KEY, path TEXT NOT NULL, created_at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
      CREATE TABLE jobs (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, created_at TEXT NOT NULL, document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX jobs_by_state ON jobs (state);
      CREATE TABLE job_events (
        sequence INTEGER PRIMARY KEY, job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, document TEXT NOT NULL
      ) STRICT;
      CREATE INDEX job_events_by_job ON job_events (job, sequence);
      CREATE TABLE audit_log (
        sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, event TEXT NOT NULL, subject TEXT NOT NULL,
        details TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL
      ) STRICT;
      CREATE TRIGGER audit_log_keeps_entries BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
      CREATE TRIGGER audit_log_loses_nothing BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
    `,
  },
  {
    // The chain alone does not show that its last entries are gone.
    name: 'end of the audit log',
    sql: `
      CREATE TABLE audit_end (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
      INSERT INTO audit_end SELECT 1, sequence, hash FROM audit_log ORDER BY sequence DESC LIMIT 1;
      CREATE TRIGGER audit_log_knows_its_end AFTER INSERT ON audit_log
        BEGIN INSERT OR REPLACE INTO audit_end VALUES (1, NEW.sequence, NEW.hash); END;
    `,
  },
];
