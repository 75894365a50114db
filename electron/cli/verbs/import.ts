import { open, readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { ColumnType, DatasetVersion, ImportFormat, ImportOptions } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { isLayersFile } from '../../../shared/model-files.ts';
import { shortNumber } from '../table.ts';
import { defineVerb } from '../verb.ts';
import { importModels, ModelMeaning } from './import-models.ts';

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

const HEAD_BYTES = 65_536;

/** An ONNX file, or the model.json of a TensorFlow.js layers model. */
async function isModelFile(path: string): Promise<boolean> {
  const ending = extname(path).toLowerCase();
  if (ending !== '.json') return ending === '.onnx';
  const file = await open(resolve(path)).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return isLayersFile(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}

const Format = z.enum([...ImportFormat.options, 'tsv']);

/** Reading options as they are typed; each overrides what would be found in the file. */
const Reading = z.object({
  format: Format.optional(),
  delimiter: z.string().optional(),
  encoding: z.string().optional(),
  decimalMark: z.enum(['.', ',']).optional(),
  header: z.enum(['yes', 'no']).optional(),
  headerLine: z.coerce.number().int().positive().optional(),
  quote: z.string().max(1).optional(),
  dateFormat: z.string().optional(),
  missingWords: z.string().optional(),
  types: z.string().optional(),
});

function readingOf(typed: z.infer<typeof Reading>): { format?: ImportFormat; options: ImportOptions } {
  const { format, delimiter, encoding, decimalMark, header, headerLine, quote, dateFormat, missingWords, types } =
    typed;
  const options = {
    delimiter: delimiter?.replace('\\t', '\t') ?? (format === 'tsv' ? '\t' : undefined),
    encoding,
    decimalMark,
    hasHeader: header === undefined ? undefined : header === 'yes',
    headerLine: headerLine === undefined ? undefined : headerLine - 1,
    quote,
    dateFormat,
    missingWords: missingWords?.split(','),
    types: types === undefined ? undefined : typesOf(types),
  };
  return {
    ...(format === undefined ? {} : { format: format === 'tsv' ? 'csv' : format }),
    options: ImportOptions.parse(
      Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    ),
  };
}

function typesOf(typed: string): Record<string, ColumnType> {
  return Object.fromEntries(
    typed.split(',').map((pair) => {
      const [, column = '', name] = /^(.+)=(.+)$/.exec(pair.trim()) ?? [];
      const type = ColumnType.safeParse(name);
      if (type.success) return [column, type.data];
      throw new AppError('INVALID_ARGUMENT', {
        message: `"${pair}" is no column=type.`,
        remedy: `Types: ${ColumnType.options.join(', ')}.`,
      });
    }),
  );
}

const describe = (dataset: DatasetVersion): string => {
  const lines = [
    `${dataset.name}@${dataset.version}: ${shortNumber(dataset.rows)} rows, ${dataset.columns.length} columns, hash ${dataset.hash.slice(0, 12)}`,
    ...dataset.warnings.map(({ message }) => `  warning: ${message}`),
  ];
  if (dataset.quarantined > 0)
    lines.push(`  ${shortNumber(dataset.quarantined)} ${dataset.quarantined === 1 ? 'row' : 'rows'} in quarantine`);
  return lines.join('\n');
};

export const importVerb = defineVerb({
  name: 'import',
  summary:
    'import files (or the files of a folder) as immutable dataset versions, ONNX files and layers models as models',
  positionals: [
    {
      syntax: '<file...>',
      description:
        'CSV, TSV, Parquet or JSON Lines; a folder of these; a folder or zip of images, one folder a class; an ONNX model; or the model.json of a TensorFlow.js layers model',
    },
  ],
  options: [
    {
      flags: '--name <name>',
      description: 'name of the dataset (default: from the file); an existing name gets a new version',
    },
    { flags: '--columns <columns>', description: 'ONNX: the columns that make the matrix it takes, in order' },
    {
      flags: '--labels <labels>',
      description: 'ONNX: class labels in the order of its answer, or a file with one a line',
    },
    {
      flags: '--scaling <scaling>',
      description: 'ONNX for images: how pixels are scaled for it: centred (-1 to 1), imagenet, unit (0 to 1) or none',
    },
    { flags: '--target <column>', description: 'ONNX: the column it predicts (default: label)' },
    { flags: '--format <format>', description: 'csv, tsv, parquet, jsonl or images (default: found from the content)' },
    { flags: '--delimiter <mark>', description: 'between fields (default: found; \\t is a tab)' },
    { flags: '--encoding <name>', description: 'of text, such as windows-1252 (default: found)' },
    { flags: '--decimal-mark <mark>', description: 'point or comma in numbers (default: found)' },
    { flags: '--header <yes or no>', description: 'whether the first line holds names (default: found)' },
    { flags: '--header-line <n>', description: 'line of the header, from 1 (default: found)' },
    { flags: '--quote <mark>', description: 'around values; an empty one for none (default: found)' },
    { flags: '--date-format <format>', description: 'such as %d/%m/%Y or %m/%d/%Y (default: found)' },
    { flags: '--missing-words <words>', description: 'words read as missing, by commas (default: found in numbers)' },
    { flags: '--types <types>', description: 'column=type,..: overrides what was found' },
  ],
  input: Reading.extend({ file: z.array(z.string()), name: z.string().min(1).optional(), ...ModelMeaning }),
  async run({ file, name, columns, labels, scaling, target, ...typed }, session) {
    const isModel = await Promise.all(file.map(isModelFile));
    const models = file.filter((_, index) => isModel[index]);
    if (models.length > 0) {
      const meaning = { name, columns, labels, scaling, target, others: file.length - models.length };
      return importModels(models, meaning, session);
    }
    const reading = readingOf(typed);
    const paths = (await Promise.all(file.map((path) => filesOf(path, typed.format)))).flat();
    const datasets: DatasetVersion[] = [];
    for (const path of paths) {
      const result = await session.job((client) =>
        client.datasets.import({
          source: { kind: 'path', path },
          ...(name === undefined ? {} : { name }),
          ...reading,
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
