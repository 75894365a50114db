import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { AuditEntry } from '../../shared/contract/models.ts';

const GENESIS = '0'.repeat(64);

export interface AuditEvent {
  readonly actor?: string;
  /** Past tense: `model.promoted`. */
  readonly event: string;
  readonly subject: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

interface Row {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly event: string;
  readonly subject: string;
  readonly details: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** JSON with keys in order, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

const chain = (row: Omit<Row, 'hash'>): string =>
  createHash('sha256')
    .update([row.previous_hash, row.sequence, row.at, row.actor, row.event, row.subject, row.details].join('\n'))
    .digest('hex');

/** What happened in a workspace, in order. Each entry's hash covers the one before it, so a change anywhere shows. */
export class AuditLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  append({ actor = 'local user', event, subject, details = {} }: AuditEvent): void {
    const last = this.#end;
    const row = {
      sequence: last.sequence + 1,
      at: new Date().toISOString(),
      actor,
      event,
      subject,
      details: canonicalJson(details),
      previous_hash: last.hash,
    };
    this.#database
      .prepare(
        'INSERT INTO audit_log VALUES (@sequence, @at, @actor, @event, @subject, @details, @previous_hash, @hash)',
      )
      .run({ ...row, hash: chain(row) });
  }

  /** Newest first. */
  list(limit: number, subject?: string): AuditEntry[] {
    const rows = this.#database
      .prepare(
        'SELECT * FROM audit_log WHERE @subject IS NULL OR subject = @subject ORDER BY sequence DESC LIMIT @limit',
      )
      .all({ subject: subject ?? null, limit }) as Row[];
    return rows.map(({ sequence, at, actor, event, subject: about, details, hash }) => ({
      sequence,
      at,
      actor,
      event,
      subject: about,
      details: JSON.parse(details) as Record<string, unknown>,
      hash,
    }));
  }

  /** True when every entry's hash covers its content and the entry before it, without a gap, to the last that was written. */
  isIntact(): boolean {
    let previous = GENESIS;
    let sequence = 0;
    for (const row of this.#database
      .prepare('SELECT * FROM audit_log ORDER BY sequence')
      .iterate() as IterableIterator<Row>) {
      sequence += 1;
      if (row.sequence !== sequence || row.previous_hash !== previous || chain(row) !== row.hash) return false;
      previous = row.hash;
    }
    return this.#end.sequence === sequence && this.#end.hash === previous;
  }

  /** The last entry that was written, whatever became of it. */
  get #end(): Pick<Row, 'sequence' | 'hash'> {
    const end = this.#database.prepare('SELECT sequence, hash FROM audit_end').get();
    return (end as Pick<Row, 'sequence' | 'hash'> | undefined) ?? { sequence: 0, hash: GENESIS };
  }
}
