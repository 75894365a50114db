import { basename } from 'node:path';
import type { ImportFormat, ImportOptions, ImportPreview } from '../../../shared/contract/datasets.ts';
import { toCell } from '../../compute/frame/cell.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { columnType } from '../../compute/profile/column-type.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { detectFile } from './detect-file.ts';
import { holdsImages } from './holds-images.ts';
import { openSource, repairNames, storedSql } from './read-source.ts';
import { sourceError } from './source-error.ts';

const PREVIEW_ROWS = 50;
const LONGEST_SHOWN = 200;

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
  const file = await detectFile(params.path, params.format);
  await using database = await DuckDb.open({ signal: context.signal });
  const source = await openSource(file, params.options, context.folder, database);
  const described = await database.describe(`SELECT * FROM ${source.relation}`);
  const names = repairNames(described.map(({ name }) => name));
  const select = described.map(({ name, type }, index) => storedSql(name, type, names[index]?.name ?? name)).join(', ');
  const rows = await database.rows(`SELECT ${select} FROM ${source.relation} LIMIT ${PREVIEW_ROWS}`);
  return {
    fileName: file.fileName,
    format: file.format,
    sizeBytes: file.sizeBytes,
    suggestedName: params.suggestedName,
    options: source.options,
    columns: described.map(({ type }, index) => ({ name: names[index]?.name ?? '', type: columnType(type) })),
    rows: rows.map((row) =>
      row
        .map(toCell)
        .map((cell) =>
          typeof cell === 'string' && cell.length > LONGEST_SHOWN ? `${cell.slice(0, LONGEST_SHOWN)}…` : cell,
        ),
    ),
    warnings: [...source.warnings],
  };
}
