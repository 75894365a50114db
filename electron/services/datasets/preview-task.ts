import { basename } from 'node:path';
import type { Cell, ImportFormat, ImportOptions, ImportPreview } from '../../../shared/contract/datasets.ts';
import { toCell } from '../../compute/frame/cell.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { columnType } from '../../compute/profile/column-type.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { foldWarnings } from './fold-warnings.ts';
import { holdsImages } from './holds-images.ts';
import { type OpenedSource, openMended, openSource } from './open-source.ts';
import { sourceError } from './source-error.ts';

const PREVIEW_ROWS = 50;
const LONGEST_SHOWN = 200;
const COLUMNS_AT_ONCE = 4000;

export interface PreviewTaskParams {
  readonly path: string;
  readonly format: ImportFormat | undefined;
  readonly options: ImportOptions;
  readonly suggestedName: string;
}

/** The first rows of a file and how it would be read; nothing is stored. */
export async function previewTask(params: PreviewTaskParams, context: TaskContext): Promise<ImportPreview> {
  try {
    if (await holdsImages(params.path, params.format))
      return await (await import('./preview-images.ts')).previewImages(params);
    return await look(params, context);
  } catch (error) {
    throw sourceError(error, basename(params.path));
  }
}

async function look(params: PreviewTaskParams, context: TaskContext): Promise<ImportPreview> {
  await using database = await DuckDb.open({ signal: context.signal });
  const place = { folder: context.folder, database };
  let opened = await openSource(params.path, params, place);
  let rows: unknown[][];
  try {
    rows = await firstRows(opened, database);
  } catch (error) {
    opened = await openMended(opened, error, place);
    rows = await firstRows(opened, database);
  }
  return {
    fileName: opened.file.fileName,
    format: opened.file.importer.format,
    sizeBytes: opened.file.sizeBytes,
    suggestedName: params.suggestedName,
    options: opened.source.options,
    columns: opened.columns.map(({ name, type }) => ({ name, type: columnType(type) })),
    rows: rows.map((row) => row.map(toCell).map(shortened)),
    warnings: foldWarnings(opened.warnings),
  };
}

/** A few columns at a time: the time DuckDB takes to plan a query grows with the square of their number. */
async function firstRows({ columns, query }: OpenedSource, database: DuckDb): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for (let from = 0; from < columns.length; from += COLUMNS_AT_ONCE) {
    const some = await database.rows(`${query(from, from + COLUMNS_AT_ONCE)} LIMIT ${PREVIEW_ROWS}`);
    for (const [index, row] of some.entries()) rows[index] = [...(rows[index] ?? []), ...row];
  }
  return rows;
}

const shortened = (cell: Cell): Cell =>
  typeof cell === 'string' && cell.length > LONGEST_SHOWN ? `${cell.slice(0, LONGEST_SHOWN)}…` : cell;
