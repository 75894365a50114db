import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { DatasetVersion, type ImportFormat, type ImportOptions } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { shortNumber } from '../table.ts';
import { defineVerb } from '../verb.ts';

const READABLE = new Set(['.csv', '.tsv', '.txt', '.parquet', '.jsonl', '.ndjson', '.json', '.gz', '.zst']);

/** A folder stands for the tables directly in it, or for the pictures below it; a file for itself. */
async function filesOf(path: string, format: string | undefined): Promise<readonly string[]> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch((error: unknown) => {
    throw new AppError('NOT_FOUND', {
      message: `There is no file ${absolute}.`,
      remedy: 'Check the path.',
      cause: error,
    });
  });
  if (!found.isDirectory()) return [absolute];
  if (format === 'images') return [absolute];
  const names = (await readdir(absolute)).filter((name) => READABLE.has(extname(name).toLowerCase())).sort();
  // Without a table in it, a folder is one dataset of pictures, its folders the classes.
  return names.length > 0 ? names.map((name) => join(absolute, name)) : [absolute];
}

const Format = z.enum(['csv', 'tsv', 'parquet', 'jsonl', 'images']);

function readingOf(format: z.infer<typeof Format> | undefined): { format?: ImportFormat; options: ImportOptions } {
  if (format === undefined) return { options: {} };
  return format === 'tsv' ? { format: 'csv', options: { delimiter: '\t' } } : { format, options: {} };
}

const describe = (dataset: DatasetVersion): string => {
  const lines = [
    `${dataset.name}@${dataset.version}: ${shortNumber(dataset.rows)} rows, ${dataset.columns.length} columns, hash ${dataset.hash.slice(0, 12)}`,
    ...dataset.warnings.map(({ message }) => `  warning: ${message}`),
  ];
  if (dataset.quarantined > 0) lines.push(`  ${shortNumber(dataset.quarantined)} rows in quarantine`);
  return lines.join('\n');
};

export const importVerb = defineVerb({
  name: 'import',
  summary: 'import files (or the files of a folder) as immutable dataset versions',
  positionals: [
    {
      syntax: '<file...>',
      description:
        'CSV, TSV, Parquet or JSON Lines; a folder of these; or a folder or zip of images, one folder a class',
    },
  ],
  options: [
    {
      flags: '--name <name>',
      description: 'name of the dataset (default: from the file); an existing name gets a new version',
    },
    { flags: '--format <format>', description: 'csv, tsv, parquet, jsonl or images (default: found from the content)' },
  ],
  input: z.object({ file: z.array(z.string()), name: z.string().min(1).optional(), format: Format.optional() }),
  async run({ file, name, format }, session) {
    const paths = (await Promise.all(file.map((path) => filesOf(path, format)))).flat();
    const datasets: DatasetVersion[] = [];
    for (const path of paths) {
      const result = await session.job((client) =>
        client.datasets.import({
          source: { kind: 'path', path },
          ...(name === undefined ? {} : { name }),
          ...readingOf(format),
        }),
      );
      datasets.push(DatasetVersion.parse(result));
    }
    return {
      document: {
        dataset: datasets.at(-1),
        warnings: datasets.flatMap(({ warnings }) => warnings),
        quarantined: datasets.reduce((sum, { quarantined }) => sum + quarantined, 0),
        ...(datasets.length > 1 ? { datasets } : {}),
      },
      text: datasets.map(describe).join('\n'),
    };
  },
});
