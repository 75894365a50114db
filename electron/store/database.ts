import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

const KEPT_BACKUPS = 3;

/**
 * Opens the metadata database: write-ahead log, every commit flushed, foreign keys on, form brought up to date. Before
 * the form of a database with content changes, a copy is left beside it (`drydock.db.before-STEP.backup`, the last three).
 */
export async function openDatabase(
  path: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Database.Database> {
  const isNew = !existsSync(path);
  const database = new Database(path);
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma('busy_timeout = 2000');
    const done = Number(database.pragma('user_version', { simple: true }));
    if (done > migrations.length) {
      throw new AppError('WORKSPACE_UNUSABLE', {
        message: `The workspace was written by a newer version of Drydock (step ${done}, this one knows ${migrations.length}).`,
        remedy: 'Open it with the newer version.',
        kept: 'Nothing was changed.',
      });
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < done) continue;
      if (!isNew) await backUp(database, path, migration.name);
      database.transaction(() => {
        database.exec(migration.sql);
        database.pragma(`user_version = ${index + 1}`);
      })();
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function backUp(database: Database.Database, path: string, step: string): Promise<void> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  await database.backup(`${path}.${stamp}.before-${step}.backup`);
  const folder = dirname(path);
  const backups = readdirSync(folder)
    .filter((name) => name.endsWith('.backup'))
    .sort();
  for (const name of backups.slice(0, -KEPT_BACKUPS)) rmSync(join(folder, name));
}
