import { rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type {
  Column,
  ColumnProfile,
  DatasetVersion,
  ImportFormat,
  ImportOptions,
  ImportWarning,
} from '../../../shared/contract/datasets.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';
import { COLUMNS_AT_ONCE, writeByColumns } from '../../compute/frame/write-by-columns.ts';
import { columnType } from '../../compute/profile/column-type.ts';
import { guessRole } from '../../compute/profile/guess-role.ts';
import { profileColumns } from '../../compute/profile/profile-columns.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { hashFile } from '../../store/artifact-store.ts';
import { detectFile } from './detect-file.ts';
import { foldWarnings } from './fold-warnings.ts';
import { hashWhileWritten } from './hash-while-written.ts';
import { holdsImages } from './holds-images.ts';
import { numberFindings, surveyFindings } from './import-findings.ts';
import { TextSurvey } from './importers/csv/text-survey.ts';
import { type OpenedSource, openDetected, openMended } from './open-source.ts';
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
  await using database = await DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });
  const place = { folder: context.folder, database };
  const detected = await detectFile(params.path, context.folder, params.format);
  // Beside opening and reading: DuckDB's threads do that, this one hashes.
  let survey = detected.importer.isBinary ? undefined : new TextSurvey();
  const hashed = hashFile(params.path, { look: survey, signal: context.signal });
  hashed.catch(() => undefined);
  let opened = await openDetected(detected, params.options, place);
  const { surveyed } = opened.source;
  const dataPath = join(context.folder, 'data.parquet');
  let stored: StoredTable;
  try {
    stored = await store(opened, dataPath, database, context);
  } catch (error) {
    opened = await openMended(opened, error, place);
    stored = await store(opened, dataPath, database, context);
  }
  const { file, source } = opened;
  const { rows, shapes } = stored;
  const rejected = await writeRejects(database, source.rejects, context.folder);
  const profile = stored.profile.map((column): ColumnProfile => ({ ...column, role: guessRole(column) }));
  const sha256 = await hashed;
  if (surveyed && surveyed.path !== params.path) {
    survey = new TextSurvey();
    await survey.run(surveyed.path);
  }
  return {
    dataPath,
    hash: stored.hash,
    sizeBytes: (await stat(dataPath)).size,
    rows,
    columns: shapes.map((column, index): Column => ({ ...column, role: profile[index]?.role ?? 'feature' })),
    profile,
    quarantinePath: rejected.path,
    quarantined: rejected.count,
    warnings: foldWarnings([
      ...opened.warnings,
      ...stored.warnings,
      ...(surveyed && survey ? await surveyFindings(survey, surveyed, opened.columns.length === 1) : []),
      ...rejected.warnings,
      ...(rows === 0
        ? [
            {
              code: 'noRows',
              message:
                rejected.count > 0
                  ? `No row of ${file.fileName} could be read; all are in quarantine.`
                  : `${file.fileName} has columns and no rows.`,
            },
          ]
        : []),
    ]),
    source: {
      fileName: file.fileName,
      format: file.importer.format,
      sizeBytes: file.sizeBytes,
      sha256,
      options: source.options,
    },
  };
}

/** The rows as they are stored, and what they hold. */
interface StoredTable {
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly rows: number;
  readonly shapes: readonly Column[];
  readonly profile: readonly ColumnProfile[];
  readonly warnings: readonly ImportWarning[];
}

async function store(opened: OpenedSource, path: string, database: DuckDb, context: TaskContext): Promise<StoredTable> {
  // Text with lines that may be wrong is read whole: by columns each part would have its own bad lines.
  if (opened.columns.length > COLUMNS_AT_ONCE && opened.source.rejects === null)
    return storeByColumns(opened, path, database, context);
  // Of an attempt before; DuckDB would write beside it.
  await rm(path, { force: true });
  const writing = writeRows(opened, path, database, context).then(async (rows) => ({
    rows,
    left: await leaveOutEmpty(opened, path, rows, database),
  }));
  const hashing = hashWhileWritten(path, writing, context.signal);
  hashing.catch(() => undefined);
  const { rows, left } = await writing;
  const shapes = await shapesOf(opened, path, database);
  const tell = tellProfile(context, shapes.length);
  tell(0);
  const profile = await profileColumns(database, path, shapes, tell);
  const findings = await numberFindings(database, `read_parquet(${quoteLiteral(path)})`, profile);
  return { hash: await hashing, rows, shapes, profile, warnings: [...left, ...findings] };
}

/** A wide table, each part of its columns profiled while it lies in a file of its own. */
async function storeByColumns(
  opened: OpenedSource,
  path: string,
  database: DuckDb,
  context: TaskContext,
): Promise<StoredTable> {
  const [shapes, profile, warnings]: [Column[], ColumnProfile[], ImportWarning[]] = [[], [], []];
  const rows = await writeByColumns(database, path, {
    columns: opened.columns.length,
    query: (from, to) => opened.query(from, to),
    wrote: async (part) => {
      const some = await shapesOf(opened, part, database);
      const found = await profileColumns(database, part, some, () => undefined);
      shapes.push(...some);
      profile.push(...found);
      warnings.push(...(await numberFindings(database, `read_parquet(${quoteLiteral(part)})`, found)));
      tellProfile(context, opened.columns.length)(shapes.length);
    },
  });
  return { hash: await hashFile(path, { signal: context.signal }), rows, shapes, profile, warnings };
}

const tellProfile =
  (context: TaskContext, total: number) =>
  (done: number): void =>
    context.progress({ stage: 'profile', done, total, unit: 'columns', rate: null, etaMs: null });

/** The columns of a stored file. */
async function shapesOf({ columns }: OpenedSource, path: string, database: DuckDb): Promise<Column[]> {
  const opened = new Map(columns.map((column) => [column.name, column]));
  return (await database.describe(`SELECT * FROM read_parquet(${quoteLiteral(path)})`)).map(
    ({ name, type }): Column => {
      const column = opened.get(name);
      return {
        name,
        storageType: type,
        type: column && columnType(column.type) === 'json' ? 'json' : columnType(type),
        role: 'feature',
        ...(column === undefined || column.original === name ? {} : { originalName: column.original }),
      };
    },
  );
}

/** Writes the rows that can be read, telling how far it is. Answers how many. */
async function writeRows(
  { file, query, source: { rowBytes, rowGroupSize } }: OpenedSource,
  path: string,
  database: DuckDb,
  context: TaskContext,
): Promise<number> {
  const began = performance.now();
  const tell = (share: number, rows: number | null) => {
    const seconds = (performance.now() - began) / 1000;
    context.progress({
      stage: 'read',
      done: Math.round(file.sizeBytes * share),
      total: file.sizeBytes,
      unit: 'bytes',
      rate: (file.sizeBytes * share) / seconds,
      etaMs: share > 0.01 ? (seconds * 1000 * (1 - share)) / share : null,
      ...(rows === null ? {} : { rows }),
    });
  };
  const timer = setInterval(() => {
    const share = Math.max(0, database.percentDone) / 100;
    tell(share, rowBytes === undefined ? null : Math.round((file.sizeBytes * share) / rowBytes));
  }, TICK_MS);
  try {
    const rows = await database.writeParquet(query(), path, rowGroupSize === undefined ? {} : { rowGroupSize });
    tell(1, rows);
    return rows;
  } finally {
    clearInterval(timer);
  }
}

interface Rejected {
  readonly path: string | null;
  readonly count: number;
  readonly warnings: readonly ImportWarning[];
}

/** What could not be read, as a file of its own. */
async function writeRejects(database: DuckDb, rejects: string | null, folder: string): Promise<Rejected> {
  const [row] = rejects === null ? [] : await database.rows(`SELECT count(*) FROM (${rejects})`);
  const count = Number(row?.[0] ?? 0);
  if (count === 0 || rejects === null) return { path: null, count: 0, warnings: [] };
  const path = join(folder, 'quarantine.parquet');
  await database.writeParquet(`SELECT * FROM (${rejects}) ORDER BY line`, path);
  const swallowed = await database.rows(
    `SELECT line, length(text) - length(replace(text, chr(10), '')) FROM read_parquet(${quoteLiteral(path)}) WHERE reason LIKE '%is never closed' AND contains(text, chr(10)) ORDER BY line LIMIT 1`,
  );
  return {
    path,
    count,
    warnings: [
      { code: 'quarantined', message: `${count} ${count === 1 ? 'line is' : 'lines are'} in quarantine.` },
      ...swallowed.map(([line, lines]) => ({
        code: 'unclosedQuote',
        message: `The quote that opens on line ${line} is never closed: it and the ${lines} lines after it are in quarantine as one. Close it, or choose another quote.`,
        line: Number(line),
      })),
    ],
  };
}

/** Leaves out columns that have neither a name nor a value, as a delimiter at the end of each line makes them. */
async function leaveOutEmpty(
  { columns }: OpenedSource,
  dataPath: string,
  rows: number,
  database: DuckDb,
): Promise<ImportWarning[]> {
  const nameless = columns.filter(({ original }) => original.trim() === '');
  if (nameless.length === 0 || nameless.length === columns.length || rows === 0) return [];
  const stored = `read_parquet(${quoteLiteral(dataPath)})`;
  const [counts] = await database.rows(
    `SELECT ${nameless.map(({ name }) => `count(${quoteIdentifier(name)})`).join(', ')} FROM ${stored}`,
  );
  const empty = nameless.filter((_column, index) => Number(counts?.[index]) === 0);
  if (empty.length === 0) return [];
  const names = empty.map(({ name }) => quoteIdentifier(name)).join(', ');
  await database.writeParquet(`SELECT * EXCLUDE (${names}) FROM ${stored}`, `${dataPath}.kept`);
  await rename(`${dataPath}.kept`, dataPath);
  return empty.map(({ name }) => ({
    code: 'emptyColumn',
    message: `Column ${columns.findIndex((column) => column.name === name) + 1} has neither a name nor a value; it is left out.`,
  }));
}
