import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

/** Where the engine that holds a workspace can be reached. */
export interface EngineEndpoint {
  readonly pid: number;
  readonly url: string | null;
  readonly token: string | null;
}

const ENDPOINT_FILE = 'engine.json';
const LOCK_FILE = 'drydock.lock';

/** The endpoint that the holder of a workspace left there; undefined when nobody says so. */
export function readEndpoint(workspace: string): EngineEndpoint | undefined {
  const path = join(workspace, ENDPOINT_FILE);
  if (!existsSync(path)) return undefined;
  try {
    const { pid, url, token } = JSON.parse(readFileSync(path, 'utf8')) as Partial<EngineEndpoint>;
    return { pid: Number(pid), url: url ?? null, token: token ?? null };
  } catch {
    // A half-written file of a holder that was killed says nothing; the lock itself decides.
    return undefined;
  }
}

/**
 * One process holds a workspace. The lock is an exclusive transaction on a small SQLite file: the operating system lets
 * go of it when its holder dies, however it dies, so no stale lock is ever left.
 */
export class WorkspaceLock {
  readonly #folder: string;
  readonly #database: Database.Database;

  private constructor(folder: string, database: Database.Database) {
    this.#folder = folder;
    this.#database = database;
  }

  /** Throws WORKSPACE_LOCKED, with the holder's endpoint in its details, when another process has it. */
  static acquire(folder: string): WorkspaceLock {
    const database = new Database(join(folder, LOCK_FILE), { timeout: 0 });
    try {
      database.pragma('journal_mode = DELETE');
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))) throw error;
      const endpoint = readEndpoint(folder);
      throw new AppError('WORKSPACE_LOCKED', {
        message: `The workspace ${folder} is open in another Drydock${endpoint ? ` (process ${endpoint.pid})` : ''}.`,
        remedy: 'Use that window, or close it and try again.',
        kept: 'Nothing was changed.',
        // Never the token: details may be printed.
        details: { pid: endpoint?.pid ?? null, url: endpoint?.url ?? null },
        cause: error,
      });
    }
    const lock = new WorkspaceLock(folder, database);
    lock.publish({ pid: process.pid, url: null, token: null });
    return lock;
  }

  /** Tells others how to reach this engine. Only the owner of the file can read the token. */
  publish(endpoint: EngineEndpoint): void {
    const path = join(this.#folder, ENDPOINT_FILE);
    rmSync(path, { force: true });
    const file = openSync(path, 'w', 0o600);
    try {
      writeFileSync(file, JSON.stringify(endpoint));
    } finally {
      closeSync(file);
    }
  }

  release(): void {
    rmSync(join(this.#folder, ENDPOINT_FILE), { force: true });
    this.#database.exec('ROLLBACK');
    this.#database.close();
  }
}
