import type { ImportFormat, ImportOptions, ImportWarning } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { quoteIdentifier } from '../../compute/frame/sql-text.ts';
import { detectFile } from './detect-file.ts';
import type { DetectedFile, ImportPlace, Source } from './importers/importer.ts';
import { type RepairedName, renameWarnings, repairNames } from './importers/repair-names.ts';

/** A file that is ready to be read, with the shape its rows will have. */
export interface OpenedSource {
  readonly file: DetectedFile;
  readonly source: Source;
  /** In order: the name that is stored and the one in the file, and DuckDB's type in the file. */
  readonly columns: readonly (RepairedName & { readonly type: string })[];
  /** Query of the rows as they are stored: all columns, or those from one place up to before another. */
  query(from?: number, to?: number): string;
  readonly warnings: readonly ImportWarning[];
}

/** Finds a file's format and makes it readable. Throws an AppError that names file, place and remedy. */
export async function openSource(
  path: string,
  { format, options }: { readonly format: ImportFormat | undefined; readonly options: ImportOptions },
  place: ImportPlace,
): Promise<OpenedSource> {
  return openDetected(await detectFile(path, place.folder, format), options, place);
}

/** Makes a file readable whose format was found. */
export async function openDetected(
  file: DetectedFile,
  options: ImportOptions,
  place: ImportPlace,
): Promise<OpenedSource> {
  const source = await file.importer.open(file, options, place);
  return shapeOf(file, source, place);
}

/** Reads the file again with its bad parts set aside, where its format can; otherwise throws the error. */
export async function openMended(opened: OpenedSource, error: unknown, place: ImportPlace): Promise<OpenedSource> {
  const isMendable = error instanceof AppError && error.code === 'INTERNAL';
  if (!opened.source.mend || !isMendable) throw error;
  return shapeOf(opened.file, await opened.source.mend(error), place);
}

async function shapeOf(file: DetectedFile, source: Source, { database }: ImportPlace): Promise<OpenedSource> {
  const described = source.described ?? (await database.describe(`SELECT * FROM ${source.relation}`));
  if (described.length === 0)
    throw new AppError('BAD_INPUT', {
      message: `${file.fileName} has no columns.`,
      remedy: 'Choose another file.',
      kept: 'Nothing was changed.',
    });
  const isNamed = source.originalNames.length === described.length;
  const names = repairNames(isNamed ? source.originalNames : described.map(({ name }) => name));
  const columns = described.map(({ name, type }, index) => ({
    name: names[index]?.name ?? name,
    original: names[index]?.original ?? name,
    type,
  }));
  const select = described.map(({ name, type }, index) => storedSql(name, type, columns[index]?.name ?? name));
  return {
    file,
    source,
    columns,
    query: (from, to) => `SELECT ${select.slice(from, to).join(', ')} FROM ${source.relation}`,
    warnings: [...source.warnings, ...renameWarnings(names)],
  };
}

/** SQL of one column as it is stored: nested values as JSON text, binary as hexadecimal text. */
function storedSql(name: string, type: string, as: string): string {
  const column = quoteIdentifier(name);
  const value = /^(STRUCT|MAP|UNION)|\]$/.test(type)
    ? `to_json(${column})::VARCHAR`
    : type === 'BLOB'
      ? `hex(${column})`
      : /^(ENUM|UUID|INTERVAL|BIT|JSON|NULL|"NULL")/.test(type)
        ? `${column}::VARCHAR`
        : column;
  return `${value} AS ${quoteIdentifier(as)}`;
}
