import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { Job } from '../../shared/contract/jobs.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { ArtifactStore } from './artifact-store.ts';
import { AuditLog } from './audit-log.ts';
import { openDatabase } from './database.ts';
import { Records } from './records.ts';
import { type EngineEndpoint, WorkspaceLock } from './workspace-lock.ts';

export const WORKSPACE_FOLDERS = ['data', 'models', 'runs', 'bundles', 'exports', 'uploads'] as const;
export type WorkspaceFolder = (typeof WORKSPACE_FOLDERS)[number];

/** A folder that holds everything: records, immutable data, models, runs, bundles. Open in one process at a time. */
export class Workspace {
  readonly path: string;
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  readonly audit: AuditLog;
  readonly records: Records;
  readonly #lock: WorkspaceLock;

  private constructor(path: string, database: Database, lock: WorkspaceLock) {
    this.path = path;
    this.database = database;
    this.artifacts = new ArtifactStore(path);
    this.audit = new AuditLog(database);
    this.records = new Records(database, path);
    this.#lock = lock;
  }

  /**
   * Opens a workspace, made on first use. Throws WORKSPACE_UNUSABLE for a folder that is none or cannot be written,
   * WORKSPACE_LOCKED when another process has it open.
   */
  static async open(folder: string): Promise<Workspace> {
    const path = resolve(folder);
    prepareFolder(path);
    const lock = WorkspaceLock.acquire(path);
    try {
      for (const name of WORKSPACE_FOLDERS) mkdirSync(join(path, name), { recursive: true });
      return new Workspace(path, await openDatabase(join(path, 'drydock.db')), lock);
    } catch (error) {
      lock.release();
      const known = toAppError(error);
      if (known.code !== 'INTERNAL') throw known;
      throw new AppError('WORKSPACE_UNUSABLE', {
        message: `The workspace ${path} cannot be opened: ${known.message}`,
        remedy: `Restore drydock.db from one of its backups in ${path}, or choose another folder.`,
        kept: 'Nothing was changed.',
        cause: error,
      });
    }
  }

  folder(name: WorkspaceFolder): string {
    return join(this.path, name);
  }

  /** The folder of a job's attempt; made when it is not there. */
  jobFolder(jobId: string): string {
    const path = join(this.path, 'runs', jobId);
    mkdirSync(path, { recursive: true });
    return path;
  }

  removeJobFolder(jobId: string): void {
    rmSync(join(this.path, 'runs', jobId), { recursive: true, force: true });
  }

  /** Runs `work` in one transaction: all of its writes or none. */
  transaction<T>(work: () => T): T {
    return this.database.transaction(work)();
  }

  /** Removes artifacts no record names and folders of jobs that are over and cannot be resumed. */
  collectGarbage(): void {
    const named = this.records.namedArtifacts();
    this.artifacts.collectGarbage((_, hash) => named.has(hash));
    const waiting = new Set(
      (['interrupted', 'cancelled', 'failed'] as const).flatMap((state) =>
        this.records.jobs.inState(state).flatMap((job) => (isWaiting(job) ? [String(job.id)] : [])),
      ),
    );
    for (const name of readdirSync(this.folder('runs'))) if (!waiting.has(name)) this.removeJobFolder(name);
  }

  publishEndpoint(endpoint: EngineEndpoint): void {
    this.#lock.publish(endpoint);
  }

  close(): void {
    this.database.close();
    this.#lock.release();
  }
}

const KEPT_CHECKPOINT_MS = 7 * 86_400_000;

/** Interrupted jobs wait for a decision; a cancelled or failed one can be resumed from its checkpoint for a week. */
function isWaiting(job: Job): boolean {
  if (job.state === 'interrupted') return true;
  return job.isResumable && job.endedAt !== null && Date.now() - Date.parse(job.endedAt) < KEPT_CHECKPOINT_MS;
}

function prepareFolder(path: string): void {
  try {
    if (existsSync(path)) {
      if (!statSync(path).isDirectory()) {
        throw new AppError('WORKSPACE_UNUSABLE', {
          message: `${path} is a file, not a folder.`,
          remedy: 'Choose a folder.',
        });
      }
      const names = readdirSync(path).filter((name) => !name.startsWith('.'));
      if (names.length > 0 && !names.includes('drydock.db') && !names.includes('drydock.lock')) {
        throw new AppError('WORKSPACE_UNUSABLE', {
          message: `${path} holds other files and no workspace.`,
          remedy: 'Choose an empty folder or an existing workspace.',
          kept: 'Nothing was changed.',
        });
      }
    } else {
      mkdirSync(path, { recursive: true });
    }
    accessSync(path, constants.W_OK);
    // access() says yes to root on read-only mounts; a real write does not.
    const probe = join(path, '.write-probe');
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const known = toAppError(error);
    if (known.code === 'INTERNAL' || known.code === 'READ_ONLY') {
      throw new AppError('WORKSPACE_UNUSABLE', {
        message: `The folder ${path} cannot be written: ${known.message}`,
        remedy: 'Choose a folder you may write to, with --workspace or in the window.',
        kept: 'Nothing was changed.',
        cause: error,
      });
    }
    throw known;
  }
}
