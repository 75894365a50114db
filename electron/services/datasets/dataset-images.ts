import type { Column, DatasetImages, DatasetVersion } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { type DuckDb, quoteIdentifier, quoteLiteral } from '../../compute/frame/duckdb.ts';
import { imageFormat } from '../../compute/images/image-format.ts';

export interface ImagePage {
  readonly offset: number;
  readonly limit: number;
  readonly label?: string | undefined;
}

/** A page of sixty of these is some thirty megabytes at most. */
const MOST_BYTES = 512 * 1024;
/** What pages show, by the name of its format. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
};

/** A page of a dataset's images with their classes; INVALID_ARGUMENT where it has no column of images. */
export async function readDatasetImages(
  database: DuckDb,
  relation: string,
  version: DatasetVersion,
  { offset, limit, label }: ImagePage,
): Promise<DatasetImages> {
  const column = (isWanted: (column: Column) => boolean) => version.columns.find(isWanted)?.name;
  const image = column(({ type }) => type === 'image');
  if (image === undefined) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `${version.name} has no column of images.`,
      remedy: 'Look at its rows instead.',
    });
  }
  const target = column(({ role }) => role === 'target');
  const path = column(({ role, type }) => role === 'id' && type === 'text');
  const cell = (name: string | undefined) => (name === undefined ? 'NULL' : quoteIdentifier(name));
  const where =
    label === undefined || target === undefined ? '' : `WHERE ${quoteIdentifier(target)} = ${quoteLiteral(label)}`;
  const [counted] = await database.rows(`SELECT count(*) FROM ${relation} ${where}`);
  const labels =
    target === undefined
      ? []
      : await database.rows(
          `SELECT ${cell(target)}, count(*) FROM ${relation} WHERE ${cell(target)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
        );
  const bytes = quoteIdentifier(image);
  const rows = await database.rows(
    `SELECT file_row_number, ${cell(path)}, ${cell(target)}, octet_length(${bytes}), CASE WHEN octet_length(${bytes}) <= ${MOST_BYTES} THEN ${bytes} END FROM ${relation} ${where} ORDER BY file_row_number LIMIT ${limit} OFFSET ${offset}`,
  );
  const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
  return {
    total: Number(counted?.[0] ?? 0),
    labels: labels.map(([name, images]) => ({ label: String(name), images: Number(images) })),
    images: rows.map(([row, name, of, sizeBytes, content]) => ({
      row: Number(row),
      path: text(name),
      label: text(of),
      sizeBytes: Number(sizeBytes ?? 0),
      url: Buffer.isBuffer(content) ? dataUrl(content) : null,
    })),
  };
}

function dataUrl(content: Buffer): string | null {
  const mediaType = MEDIA_TYPES[imageFormat(content) ?? ''];
  return mediaType === undefined ? null : `data:${mediaType};base64,${content.toString('base64')}`;
}
