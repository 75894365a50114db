import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { type DuckDBAppender, VARCHAR } from '@duckdb/node-api';
import type { Column, ColumnProfile, ImportWarning } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { decodeImage, ImageError } from '../../compute/images/decode-image.ts';
import { profileColumns } from '../../compute/profile/profile-columns.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { hashFile } from '../../store/artifact-store.ts';
import { classFolders } from './class-folders.ts';
import { type ImageFile, openImageFiles } from './image-files.ts';
import type { ImportTaskResult } from './import-task.ts';

/** Rows a row group: a page of pictures is found without reading hundreds of megabytes. */
const ROW_GROUP = 2048;
const TICK_MS = 200;

const COLUMNS: readonly Column[] = [
  { name: 'path', type: 'text', storageType: 'VARCHAR', role: 'id' },
  { name: 'label', type: 'text', storageType: 'VARCHAR', role: 'target' },
  { name: 'width', type: 'integer', storageType: 'INTEGER', role: 'ignored' },
  { name: 'height', type: 'integer', storageType: 'INTEGER', role: 'ignored' },
  { name: 'image', type: 'image', storageType: 'BLOB', role: 'feature' },
];

/** A picture that was decoded without a fault, or the reason it was left out. */
type Looked =
  | { readonly kind: 'read'; readonly bytes: Buffer; readonly width: number; readonly height: number }
  | { readonly kind: 'leftOut'; readonly reason: string };

async function look(file: ImageFile): Promise<Looked> {
  if (file.leftOut !== null) return { kind: 'leftOut', reason: file.leftOut };
  const bytes = await file.bytes();
  try {
    const { width, height } = await decodeImage(bytes);
    return { kind: 'read', bytes, width, height };
  } catch (error) {
    if (error instanceof ImageError) return { kind: 'leftOut', reason: error.message };
    throw error;
  }
}

/**
 * Reads a folder or a zip archive of pictures, a folder a class, into one Parquet file: path, label, width and height as
 * shown, and the picture's own bytes. Every picture is decoded once; what cannot be is in quarantine with its reason.
 */
export async function importImages(path: string, context: TaskContext): Promise<ImportTaskResult> {
  const fileName = basename(path);
  await using source = await openImageFiles(path);
  await using database = await DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });
  await database.run(
    'CREATE TABLE pictures (path VARCHAR, label VARCHAR, width INTEGER, height INTEGER, image BLOB); CREATE TABLE rejects (line INTEGER, "column" VARCHAR, text VARCHAR, reason VARCHAR, kind VARCHAR)',
  );
  const pictures = await database.connection.createAppender('pictures');
  const rejects = await database.connection.createAppender('rejects');
  const { files } = source;
  const warnings: ImportWarning[] = [];
  const read: { readonly path: string; readonly hash: string }[] = [];
  let leftOut = 0;
  const began = performance.now();
  let told = 0;
  const classes = classFolders(files.filter((file) => file.leftOut === null).map((file) => file.path));
  const classOf = new Map(
    files.filter((file) => file.leftOut === null).map((file, index) => [file.path, classes[index] ?? null]),
  );
  for await (const [index, file, looked] of inOrder(files, context.signal)) {
    if (looked.kind === 'read') {
      appendPicture(pictures, file.path, classOf.get(file.path) ?? null, looked);
      read.push({ path: file.path, hash: createHash('sha256').update(looked.bytes).digest('hex') });
    } else {
      appendReject(rejects, file.path, looked.reason);
      leftOut += 1;
    }
    if (performance.now() - told > TICK_MS) {
      told = performance.now();
      const rate = (index + 1) / ((told - began) / 1000);
      context.progress({
        stage: 'read',
        done: index + 1,
        total: files.length,
        unit: 'files',
        rate,
        etaMs: ((files.length - index - 1) / rate) * 1000,
      });
    }
  }
  pictures.closeSync();
  rejects.closeSync();
  if (read.length === 0) throw noImage(fileName, files);
  const dataPath = join(context.folder, 'data.parquet');
  await database.writeParquet('SELECT * FROM pictures', dataPath, { rowGroupSize: ROW_GROUP });
  const quarantinePath = leftOut === 0 ? null : join(context.folder, 'quarantine.parquet');
  if (quarantinePath !== null) await database.writeParquet('SELECT * FROM rejects', quarantinePath);
  if (leftOut > 0)
    warnings.push({
      code: 'quarantined',
      message: `${leftOut} ${leftOut === 1 ? 'file is' : 'files are'} in quarantine.`,
    });
  warnings.push(...labelWarnings(classOf, read));
  const profile = await profileOf(database, dataPath, read);
  return {
    dataPath,
    hash: await hashFile(dataPath),
    sizeBytes: (await stat(dataPath)).size,
    rows: read.length,
    columns: [...COLUMNS],
    profile,
    quarantinePath,
    quarantined: leftOut,
    warnings,
    source: {
      fileName,
      format: 'images',
      sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
      sha256: (await stat(path)).isFile() ? await hashFile(path) : null,
      options: {},
    },
  };
}

/** Files one after the other, each with what a look at it said; a few are looked at ahead. */
async function* inOrder(
  files: readonly ImageFile[],
  signal: AbortSignal,
): AsyncGenerator<readonly [number, ImageFile, Looked]> {
  const ahead: Promise<Looked>[] = [];
  const most = availableParallelism() * 2;
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    while (ahead.length < Math.min(most, files.length - index)) {
      const next = files[index + ahead.length];
      if (!next) break;
      const looked = look(next);
      // Heard when its turn comes; a fault before that is no unhandled one.
      looked.catch(() => undefined);
      ahead.push(looked);
    }
    const looked = await ahead.shift();
    if (looked) yield [index, file, looked];
  }
}

function appendPicture(
  appender: DuckDBAppender,
  path: string,
  label: string | null,
  { bytes, width, height }: Extract<Looked, { kind: 'read' }>,
): void {
  appender.appendVarchar(path);
  if (label === null) appender.appendNull();
  else appender.appendVarchar(label);
  appender.appendInteger(width);
  appender.appendInteger(height);
  appender.appendBlob(bytes);
  appender.endRow();
}

function appendReject(appender: DuckDBAppender, path: string, reason: string): void {
  appender.appendNull();
  appender.appendNull();
  appender.appendValue(path, VARCHAR);
  appender.appendValue(reason, VARCHAR);
  appender.appendValue('IMAGE', VARCHAR);
  appender.endRow();
}

const noImage = (fileName: string, files: readonly ImageFile[]): AppError => {
  const kept = 'Nothing was changed.';
  if (files.some(({ path }) => path === 'xl/workbook.xml'))
    return new AppError('UNSUPPORTED_FORMAT', {
      message: `${fileName} is an Excel workbook whatever its name says; those are not read in this version.`,
      remedy: 'Save the sheet as CSV.',
      kept,
    });
  if (files.some(({ path }) => /\.(csv|tsv|parquet|jsonl|ndjson)$/i.test(path)))
    return new AppError('UNSUPPORTED_FORMAT', {
      message: `${fileName} is an archive of tables; of archives, only pictures are read.`,
      remedy: 'Unpack it and import the tables, or the folder that holds them.',
      kept,
    });
  const isNested = files.some(({ path }) => /\.(zip|7z|rar|tar|gz)$/i.test(path));
  return new AppError('BAD_INPUT', {
    message: `${fileName} holds no image that can be read (${files.length} ${files.length === 1 ? 'file' : 'files'} looked at${isNested ? '; archives inside are not unpacked' : ''}).`,
    remedy: 'Choose a folder or zip of JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF pictures, one folder a class.',
    kept,
  });
};

/** What is worth a person's eye: no classes, one class, pictures that are there twice. */
function labelWarnings(
  classOf: ReadonlyMap<string, string | null>,
  read: readonly { readonly path: string; readonly hash: string }[],
): ImportWarning[] {
  const warnings: ImportWarning[] = [];
  const labels = new Set(read.map(({ path }) => classOf.get(path) ?? null));
  if (labels.has(null)) {
    const count = read.filter(({ path }) => (classOf.get(path) ?? null) === null).length;
    warnings.push({
      code: 'noLabel',
      message: `${count} of ${read.length} pictures lie in no folder of a class: their label is missing.`,
      column: 'label',
    });
  }
  const folded = new Map<string, string>();
  for (const label of labels) {
    if (label === null) continue;
    const other = folded.get(label.toLowerCase());
    if (other !== undefined)
      warnings.push({
        code: 'similarLabels',
        message: `"${other}" and "${label}" differ in case only and are two classes.`,
        column: 'label',
      });
    folded.set(label.toLowerCase(), label);
  }
  if (labels.size === 1 && !labels.has(null))
    warnings.push({
      code: 'oneClass',
      message: 'All pictures are of one class; training needs two or more.',
      column: 'label',
    });
  const byHash = new Map<string, string>();
  let [twice, contradicting] = [0, 0];
  for (const { path, hash } of read) {
    const first = byHash.get(hash);
    if (first === undefined) byHash.set(hash, path);
    else if (classOf.get(first) === classOf.get(path)) twice += 1;
    else contradicting += 1;
  }
  if (twice > 0)
    warnings.push({
      code: 'duplicates',
      message: `${twice} ${twice === 1 ? 'picture is' : 'pictures are'} the same bytes as another of the class.`,
    });
  if (contradicting > 0)
    warnings.push({
      code: 'contradictions',
      message: `${contradicting} ${contradicting === 1 ? 'picture is' : 'pictures are'} the same bytes as one of another class.`,
      column: 'label',
    });
  return warnings;
}

async function profileOf(
  database: DuckDb,
  dataPath: string,
  read: readonly { readonly hash: string }[],
): Promise<ColumnProfile[]> {
  const plain = COLUMNS.filter(({ type }) => type !== 'image');
  const profiled = await profileColumns(database, dataPath, plain, () => undefined);
  return COLUMNS.map((column): ColumnProfile => {
    const found = profiled.find(({ name }) => name === column.name);
    if (found) return { ...found, role: column.role };
    return {
      name: column.name,
      type: column.type,
      role: column.role,
      rows: read.length,
      missing: 0,
      distinct: new Set(read.map(({ hash }) => hash)).size,
      isDistinctExact: true,
      min: null,
      max: null,
      mean: null,
      standardDeviation: null,
      quantiles: null,
      quantileRows: null,
      histogram: null,
      topValues: null,
    };
  });
}
