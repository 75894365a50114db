import { basename } from 'node:path';
import type { ImportPreview } from '../../../shared/contract/datasets.ts';
import { classFolders } from './class-folders.ts';
import { openImageFiles } from './image-files.ts';
import type { PreviewTaskParams } from './preview-task.ts';

const PREVIEW_ROWS = 50;

/** What a folder or archive of pictures would become, by its names alone: no picture is decoded, nothing is stored. */
export async function previewImages({ path, suggestedName }: PreviewTaskParams): Promise<ImportPreview> {
  await using source = await openImageFiles(path);
  const files = source.files.filter(({ leftOut }) => leftOut === null);
  const labels = classFolders(files.map((file) => file.path));
  const counts = new Map<string, number>();
  for (const label of labels) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  const unlabelled = labels.filter((label) => label === null).length;
  const classes = [...counts].slice(0, 12).map(([label, count]) => `${label} (${count})`);
  const more = counts.size > classes.length ? `, and ${counts.size - classes.length} more` : '';
  return {
    fileName: basename(path),
    format: 'images',
    sizeBytes: source.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    suggestedName,
    options: {},
    columns: [
      { name: 'path', type: 'text' },
      { name: 'label', type: 'text' },
    ],
    rows: files.slice(0, PREVIEW_ROWS).map((file, index) => [file.path, labels[index] ?? null]),
    warnings: [
      {
        code: 'classes',
        message:
          counts.size === 0
            ? `${files.length} files in no folder: pictures without a label.`
            : `${files.length} files in ${counts.size} ${counts.size === 1 ? 'class' : 'classes'}: ${classes.join(', ')}${more}.`,
        column: 'label',
      },
      ...(unlabelled > 0 && counts.size > 0
        ? [{ code: 'noLabel', message: `${unlabelled} files lie in no folder of a class.`, column: 'label' }]
        : []),
    ],
  };
}
