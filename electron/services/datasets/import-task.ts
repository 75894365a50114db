import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type {
  Column,
  ColumnProfile,
  DatasetVersion,
  ImportFormat,
  ImportOptions,
  ImportWarning,
} from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { quoteLiteral } from '../../compute/frame/sql-text.ts';
import { columnType } from '../../compute/profile/column-type.ts';
import { guessRole } from '../../compute/profile/guess-role.ts';
import { profileColumns } from '../../compute/profile/profile-columns.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { hashFile } from '../../store/artifact-store.ts';
import { detectFile } from './detect-file.ts';
import { holdsImages } from './holds-images.ts';
import { openSource, repairNames, storedSql } from './read-source.ts';
import { sourceError } from './source-error.ts';

export interface ImportTaskParams {
  readonly path: string;
  readonly format: ImportFormat | undefined;
  readonly options: ImportOptions;
}

export interface ImportTaskResult {
  readonly dataPath: string;
  readonly hash: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly columns: Column[];
  readonly profile: ColumnProfile[];
  readonly quarantinePath: string | null;
  readonly quarantined: number;
  readonly warnings: ImportWarning[];
  readonly source: DatasetVersion['source'];
}

const TICK_MS = 200;

/** Reads a file into a Parquet file of its own, bad lines into quarantine, and profiles what came in. */
export async function importTask(params: ImportTaskParams, context: TaskContext): Promise<ImportTaskResult> {
  try {
    if (await holdsImages(params.path, params.format))
      return await (await import('./import-images.ts')).importImages(params.path, context);
    return await readIn(params, context);
  } catch (error) {
    throw sourceError(error, basename(params.path));
  }
}

async function readIn(params: ImportTaskParams, context: TaskContext): Promise<ImportTaskResult> {
  const began = performance.now();
  const file = await detectFile(params.path, params.format);
  await using database = await DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });
  const source = await openSource(file, params.options, context.folder, database);
  const described = await database.describe(`SELECT * FROM ${source.relation}`);
  if (described.length === 0)
    throw new AppError('BAD_INPUT', {
      message: `${file.fileName} has no columns.`,
      remedy: 'Choose another file.',
      kept: 'Nothing was changed.',
    });
  const names = repairNames(described.map(({ name }) => name));
  const warnings: ImportWarning[] = [...source.warnings];
  for (const { name, original } of names) {
    if (name !== original)
      warnings.push({
        code: 'renamed',
        message:
          original.trim() === ''
            ? `A column without a name is called ${name}.`
            : `A second column "${original}" is called ${name}.`,
        column: name,
      });
  }
  const select = described.map(({ name, type }, index) => storedSql(name, type, names[index]?.name ?? name)).join(', ');
  const dataPath = join(context.folder, 'data.parquet');
  const timer = setInterval(() => {
    const share = Math.max(0, database.percentDone) / 100;
    const seconds = (performance.now() - began) / 1000;
    context.progress({
      stage: 'read',
      done: Math.round(file.sizeBytes * share),
      total: file.sizeBytes,
      unit: 'bytes',
      rate: (file.sizeBytes * share) / seconds,
      etaMs: share > 0.01 ? (seconds * 1000 * (1 - share)) / share : null,
    });
  }, TICK_MS);
  let rows: number;
  try {
    rows = await database.writeParquet(`SELECT ${select} FROM ${source.relation}`, dataPath);
  } finally {
    clearInterval(timer);
  }
  const rejected = source.hasRejects ? await writeRejects(database, context.folder) : { path: null, count: 0 };
  if (rejected.count > 0)
    warnings.push({
      code: 'quarantined',
      message: `${rejected.count} ${rejected.count === 1 ? 'line is' : 'lines are'} in quarantine.`,
    });
  if (rows === 0) warnings.push({ code: 'noRows', message: `${file.fileName} has columns and no rows.` });

  const stored = `read_parquet(${quoteLiteral(dataPath)})`;
  const shapes = (await database.describe(`SELECT * FROM ${stored}`)).map(({ name, type }, index): Column => {
    const original = names[index]?.original ?? name;
    return {
      name,
      storageType: type,
      type: described[index] && columnType(described[index].type) === 'json' ? 'json' : columnType(type),
      role: 'feature',
      ...(original === name ? {} : { originalName: original }),
    };
  });
  const tell = (done: number) =>
    context.progress({ stage: 'profile', done, total: shapes.length, unit: 'columns', rate: null, etaMs: null });
  tell(0);
  const profile = (await profileColumns(database, dataPath, shapes, tell)).map(
    (column): ColumnProfile => ({ ...column, role: guessRole(column) }),
  );
  const columns = shapes.map((column, index): Column => ({ ...column, role: profile[index]?.role ?? 'feature' }));
  return {
    dataPath,
    hash: await hashFile(dataPath),
    sizeBytes: (await stat(dataPath)).size,
    rows,
    columns,
    profile,
    quarantinePath: rejected.path,
    quarantined: rejected.count,
    warnings,
    source: {
      fileName: file.fileName,
      format: file.format,
      sizeBytes: file.sizeBytes,
      sha256: await hashFile(params.path),
      options: source.options,
    },
  };
}

/** The lines DuckDB could not read, one a line however many of its cells are bad, with the first reason. */
async function writeRejects(database: DuckDb, folder: string): Promise<{ path: string | null; count: number }> {
  const query =
    'SELECT line, any_value(column_name) AS "column", any_value(csv_line) AS text, any_value(error_message) AS reason, any_value(error_type::VARCHAR) AS kind FROM reject_errors WHERE length(trim(csv_line)) > 0 GROUP BY line';
  const [row] = await database.rows(`SELECT count(*) FROM (${query})`);
  const count = Number(row?.[0] ?? 0);
  if (count === 0) return { path: null, count };
  const path = join(folder, 'quarantine.parquet');
  await database.writeParquet(`SELECT * FROM (${query}) ORDER BY line`, path);
  return { path, count };
}
