import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import iconv from 'iconv-lite';
import type { ColumnType, ImportOptions, ImportWarning } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import type { DuckDb } from '../../compute/frame/duckdb.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';
import { checkDepth } from './check-json.ts';
import type { DetectedFile } from './detect-file.ts';
import { likelyTypes } from './likely-types.ts';

/** A source that DuckDB can scan: SQL that can follow FROM, the options used, and what was noticed. */
export interface Source {
  readonly relation: string;
  readonly options: ImportOptions;
  readonly warnings: readonly ImportWarning[];
  /** True for text read line by line, whose bad lines land in the reject tables. */
  readonly hasRejects: boolean;
}

const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  text: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  time: 'TIME',
  json: 'JSON',
  image: 'BLOB',
};
const LONGEST_LINE = 16_000_000;
const MOST_COLUMNS = 20_000;

/** Makes a detected file readable: unpacked and in UTF-8 where it was not, its dialect found. */
export async function openSource(
  file: DetectedFile,
  options: ImportOptions,
  folder: string,
  database: DuckDb,
): Promise<Source> {
  if (file.format === 'parquet')
    return {
      relation: `read_parquet(${quoteLiteral(file.path)})`,
      options: {},
      warnings: file.warnings,
      hasRejects: false,
    };
  const { path, encoding } = await asUtf8(file, options, folder);
  const shown: ImportOptions = encoding === 'utf-8' ? {} : { encoding };
  if (file.format === 'jsonl') {
    await checkDepth(path, file.fileName);
    return {
      relation: `read_json(${quoteLiteral(path)}, maximum_object_size = ${LONGEST_LINE}, union_by_name = true)`,
      options: shown,
      warnings: file.warnings,
      hasRejects: false,
    };
  }
  return openCsv(path, file, { ...options, ...shown }, database);
}

async function asUtf8(
  file: DetectedFile,
  options: ImportOptions,
  folder: string,
): Promise<{ path: string; encoding: string }> {
  const encoding = options.encoding ?? file.encoding;
  const isMixed = !file.isCompressed && file.format === 'csv' && hasMixedLineEnds(file.head);
  if (encoding.toLowerCase().replace('_', '-') === 'utf-8' && !file.isCompressed && !isMixed)
    return { path: file.path, encoding: 'utf-8' };
  if (!iconv.encodingExists(encoding))
    throw new AppError('INVALID_ARGUMENT', {
      message: `There is no encoding "${encoding}".`,
      remedy: 'Name one such as utf-8, windows-1252, shift_jis or utf-16.',
    });
  const path = join(folder, 'source.txt');
  const stages = [
    createReadStream(file.path),
    ...(file.isCompressed ? [createGunzip()] : []),
    ...(encoding === 'utf-8' ? [] : [iconv.decodeStream(encoding), iconv.encodeStream('utf-8')]),
    ...(isMixed ? [oneLineEnd()] : []),
    createWriteStream(path),
  ];
  try {
    await pipeline(stages);
  } catch (error) {
    if (!file.isCompressed) throw error;
    throw new AppError('CORRUPT', {
      message: `${file.fileName}: the archive is damaged or ends early.`,
      remedy: 'Fetch the file again.',
      kept: 'Nothing was changed.',
      cause: error,
    });
  }
  return { path, encoding };
}

function hasMixedLineEnds(head: Buffer): boolean {
  const text = head.toString('latin1');
  return text.includes('\r\n') && /[^\r]\n/.test(text) && !text.includes('\0');
}

/** Turns CR LF into LF; DuckDB's reader takes one kind of line end a file. */
function oneLineEnd(): Transform {
  let isHeld = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = (isHeld ? '\r' : '') + chunk.toString('latin1');
      isHeld = text.endsWith('\r');
      done(null, Buffer.from((isHeld ? text.slice(0, -1) : text).replaceAll('\r\n', '\n'), 'latin1'));
    },
    flush(done) {
      done(null, isHeld ? '\r' : '');
    },
  });
}

async function openCsv(path: string, file: DetectedFile, options: ImportOptions, database: DuckDb): Promise<Source> {
  const given = [
    ...(options.delimiter === undefined ? [] : [`delim = ${quoteLiteral(options.delimiter)}`]),
    ...(options.quote === undefined ? [] : [`quote = ${quoteLiteral(options.quote)}`]),
    ...(options.escape === undefined ? [] : [`escape = ${quoteLiteral(options.escape)}`]),
    ...(options.hasHeader === undefined ? [] : [`header = ${options.hasHeader}`]),
    ...(options.headerLine === undefined ? [] : [`skip = ${options.headerLine}`]),
    ...(options.dateFormat === undefined ? [] : [`dateformat = ${quoteLiteral(options.dateFormat)}`]),
    ...(options.timestampFormat === undefined ? [] : [`timestampformat = ${quoteLiteral(options.timestampFormat)}`]),
    ...(options.decimalMark === undefined ? [] : [`decimal_separator = ${quoteLiteral(options.decimalMark)}`]),
    ...(options.missingWords === undefined ? [] : [`nullstr = [${options.missingWords.map(quoteLiteral).join(', ')}]`]),
    ...(options.types === undefined
      ? []
      : [
          `types = {${Object.entries(options.types)
            .map(([name, type]) => `${quoteLiteral(name)}: ${quoteLiteral(SQL_TYPES[type])}`)
            .join(', ')}}`,
        ]),
  ];
  checkWidth(file, options);
  const common = [`max_line_size = ${LONGEST_LINE}`, 'sample_size = 40960', 'null_padding = false'];
  const [sniffed] = await database.rows(
    `SELECT Delimiter, Quote, Escape, HasHeader, SkipRows, DateFormat, TimestampFormat FROM sniff_csv(${quoteLiteral(path)}, ${[...given.filter((option) => !option.startsWith('decimal') && !option.startsWith('nullstr')), 'sample_size = 40960', 'ignore_errors = true'].join(', ')})`,
  );
  const [delimiter, quote, escapeMark, hasHeader, skip, dateFormat, timestampFormat] = sniffed ?? [];
  const found: ImportOptions = {
    ...options,
    delimiter: options.delimiter ?? text(delimiter) ?? ',',
    hasHeader: options.hasHeader ?? Boolean(hasHeader),
    ...(Number(skip ?? 0) > 0 ? { headerLine: options.headerLine ?? Number(skip) } : {}),
    ...(text(quote) ? { quote: options.quote ?? text(quote) } : {}),
    ...(text(escapeMark) ? { escape: options.escape ?? text(escapeMark) } : {}),
    ...(text(dateFormat) ? { dateFormat: options.dateFormat ?? text(dateFormat) } : {}),
    ...(text(timestampFormat) ? { timestampFormat: options.timestampFormat ?? text(timestampFormat) } : {}),
  };
  const usesComma =
    options.decimalMark === undefined &&
    found.delimiter === ';' &&
    /(^|;)-?\d+,\d+(;|\r?\n|$)/m.test(file.head.toString('utf8'));
  const settings = [
    ...given.filter((option) => !/^(delim|header|skip) /.test(option)),
    `delim = ${quoteLiteral(found.delimiter ?? ',')}`,
    `header = ${found.hasHeader ?? true}`,
    ...(found.headerLine ? [`skip = ${found.headerLine}`] : []),
    ...(usesComma ? ["decimal_separator = ','"] : []),
    ...common,
    'strict_mode = true',
    'store_rejects = true',
    'rejects_limit = 0',
  ];
  const plain = settings.filter((option) => !/^(store_rejects|rejects_limit|types) /.test(option));
  const relation = (more: readonly string[]) => `read_csv(${[quoteLiteral(path), ...more].join(', ')})`;
  const tolerant = [...plain, 'ignore_errors = true'];
  const sniffedTypes = await database.describe(`SELECT * FROM ${relation(tolerant)}`);
  const likely = await likelyTypes(database, relation([...tolerant, 'all_varchar = true']), sniffedTypes);
  const types = { ...likely.types, ...options.types };
  const typed = Object.entries(types).map(([name, type]) => `${quoteLiteral(name)}: ${quoteLiteral(SQL_TYPES[type])}`);
  const final = [
    ...settings.filter((option) => !option.startsWith('types ')),
    ...(typed.length > 0 ? [`types = {${typed.join(', ')}}`] : []),
  ];
  return {
    relation: relation(final),
    options: { ...found, ...(usesComma ? { decimalMark: ',' as const } : {}) },
    warnings: [
      ...file.warnings,
      ...likely.warnings.filter(({ column }) => !column || options.types?.[column] === undefined),
    ],
    hasRejects: true,
  };
}

/** Refuses a table of more columns than can be read in bounded memory, as far as the head of the file shows its first line. */
function checkWidth({ head, fileName }: DetectedFile, { delimiter }: ImportOptions): void {
  const [line = ''] = head.toString('latin1').split('\n', 1);
  const marks = delimiter === undefined ? [',', ';', '\t', '|'] : [delimiter];
  const columns = Math.max(...marks.map((mark) => line.split(mark).length));
  if (columns <= MOST_COLUMNS) return;
  throw new AppError('BAD_INPUT', {
    message: `${fileName} has more than ${MOST_COLUMNS} columns, the most that are read from a text file.`,
    remedy: 'Turn it so that columns are rows, or split it into files of fewer columns.',
    kept: 'Nothing was changed.',
  });
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value !== '(empty)' ? value : undefined;

/** Names made unique ignoring case, empty ones filled in; each with the name it had. */
export function repairNames(names: readonly string[]): { readonly name: string; readonly original: string }[] {
  const taken = new Set<string>();
  return names.map((original, index) => {
    const wanted = original.trim() === '' ? `column_${index + 1}` : original;
    let name = wanted;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wanted}_${n}`;
    taken.add(name.toLowerCase());
    return { name, original };
  });
}

/** SQL of one column as it is stored: nested values as JSON text, binary as hexadecimal text. */
export function storedSql(name: string, type: string, as: string): string {
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
