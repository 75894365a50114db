import { open } from 'node:fs/promises';
import type { ImportOptions, ImportWarning } from '../../../../../shared/contract/datasets.ts';
import { AppError } from '../../../../../shared/errors.ts';
import type { DuckDb } from '../../../../compute/frame/duckdb.ts';
import { quoteLiteral } from '../../../../compute/frame/sql-text.ts';
import { repairNames } from '../repair-names.ts';
import { meanRowBytes } from './row-bytes.ts';
import { splitRecords, type TextRecord } from './split-records.ts';

export const LONGEST_LINE = 16_000_000;
/** A buffer holds one line of the longest; DuckDB's own choice, sixteen of them, takes time and memory for nothing. */
export const READING: readonly string[] = [`max_line_size = ${LONGEST_LINE}`, `buffer_size = ${LONGEST_LINE}`];
/** Rows from which dialect and types are found. */
export const SAMPLE_ROWS = 40_960;
const HEAD_BYTES = 1 << 20;
/** A first line of other width than this share of the lines below is a preamble. */
const MOST_LINES = 0.8;

/** How a delimited text is read, its columns with the types that DuckDB found. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  readonly newLine: string | undefined;
  readonly skip: number;
  readonly hasHeader: boolean;
  readonly dateFormat: string | undefined;
  readonly timestampFormat: string | undefined;
  readonly decimalMark: '.' | ',';
  readonly columns: readonly { readonly name: string; readonly original: string; readonly type: string }[];
  /** False where some number or day is written in quotes: then empty quotes are a missing value, not empty text. */
  readonly hasBareValues: boolean;
  /** Mean bytes of a line. */
  readonly rowBytes: number;
  readonly warnings: readonly ImportWarning[];
}

/** Finds the dialect of a text in UTF-8; what `options` names is taken as named. */
export async function findDialect(
  path: string,
  fileName: string,
  named: ImportOptions,
  database: DuckDb,
): Promise<Dialect> {
  const { text, isCut } = await readHead(path);
  const delimiterLine = /^\ufeff?"?sep=(.)"?\r?\n/i.exec(text);
  const options = delimiterLine ? { delimiter: delimiterLine[1], headerLine: 1, ...named } : named;
  const marked = options.headerLine === undefined ? markedLines(text) : 0;
  const top = options.headerLine ?? (marked > 0 ? marked : undefined);
  const first = await sniff(path, options, top, database);
  const delimiter = options.delimiter ?? first.delimiter;
  // The sniffer gives quotes up when one is never closed; a field that begins with one says that they are meant.
  const quote = options.quote ?? (first.quote || (hasQuotedField(text, delimiter) ? '"' : ''));
  const records = splitRecords(text, { delimiter, quote: quote || undefined, isCut });
  const names = records.find(({ line, fields }) => line < marked && areNames(fields, first));
  const preamble =
    options.headerLine === undefined
      ? (names?.line ?? preambleOf(records, first.columns.length) ?? (marked > 0 ? marked : null))
      : null;
  const sniffed =
    preamble === null || preamble === top ? first : await sniff(path, { ...options, delimiter }, preamble, database);
  const skip = options.headerLine ?? preamble ?? first.skip;
  const hasHeader = options.hasHeader ?? sniffed.hasHeader;
  const body = records.filter(({ line }) => line >= skip);
  const isQuoteFound = quote === '' || first.quote !== '' || options.quote !== undefined;
  const columns = isQuoteFound
    ? sniffed.columns
    : (body[0]?.fields ?? []).map(({ text: name }) => ({ name, type: 'VARCHAR' }));
  const header = body[0]?.fields.map((field) => field.text.replace(/^\ufeff/, ''));
  const originals = hasHeader && header?.length === columns.length ? header : columns.map(({ name }) => name);
  const repaired = repairNames(originals);
  const decimalMark = options.decimalMark ?? (usesComma(body, delimiter) ? ',' : '.');
  const typed = columns.map(({ type }, index) => ({
    name: repaired[index]?.name ?? `column_${index + 1}`,
    original: repaired[index]?.original ?? '',
    type,
  }));
  checkWidths(text, fileName, typed.length, isCut);
  const cells = body.slice(hasHeader ? 1 : 0);
  return {
    delimiter,
    quote,
    escape: options.escape ?? (first.escape || quote || backslash(text, delimiter, records)),
    newLine: first.newLine,
    skip,
    hasHeader,
    dateFormat: options.dateFormat ?? sniffed.dateFormat,
    timestampFormat: options.timestampFormat ?? sniffed.timestampFormat,
    decimalMark,
    columns: typed,
    rowBytes: await meanRowBytes(path, first.newLine === '\\r' ? '\r' : '\n'),
    hasBareValues: !cells.some(({ fields }) =>
      fields.some(({ isQuoted }, index) => isQuoted && typed[index]?.type !== 'VARCHAR'),
    ),
    warnings: [
      ...(delimiterLine
        ? [
            {
              code: 'preamble',
              message: 'The first line names the delimiter, as Excel writes it; the header is below.',
              line: 1,
            },
          ]
        : []),
      ...(preamble === null || preamble === 0
        ? []
        : [
            {
              code: 'preamble',
              message: `The header is on line ${preamble + 1}; the lines above it are left out.`,
              line: preamble + 1,
            },
          ]),
      ...(hasHeader
        ? []
        : [
            {
              code: 'noHeader',
              message: 'The first line is read as data, not as names; the columns got names.',
              line: skip + 1,
            },
          ]),
      ...(typed.length > 1
        ? []
        : [{ code: 'noDelimiter', message: 'No delimiter was found; the file is read as one column.' }]),
    ],
  };
}

async function readHead(path: string): Promise<{ text: string; isCut: boolean }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(HEAD_BYTES, size));
    await file.read(head, 0, head.length, 0);
    return { text: head.toString('utf8'), isCut: size > head.length };
  } finally {
    await file.close();
  }
}

interface Sniffed {
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: string;
  readonly newLine: string | undefined;
  readonly skip: number;
  readonly hasHeader: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly dateFormat: string | undefined;
  readonly timestampFormat: string | undefined;
}

async function sniff(
  path: string,
  options: ImportOptions,
  skip: number | undefined,
  database: DuckDb,
): Promise<Sniffed> {
  const given = [
    ...(options.delimiter === undefined ? [] : [`delim = ${quoteLiteral(options.delimiter)}`]),
    ...(options.quote === undefined ? [] : [`quote = ${quoteLiteral(options.quote)}`]),
    ...(options.escape === undefined ? [] : [`escape = ${quoteLiteral(options.escape)}`]),
    ...(options.hasHeader === undefined ? [] : [`header = ${options.hasHeader}`]),
    ...(skip === undefined ? [] : [`skip = ${skip}`]),
    ...(options.dateFormat === undefined ? [] : [`dateformat = ${quoteLiteral(options.dateFormat)}`]),
    ...(options.timestampFormat === undefined ? [] : [`timestampformat = ${quoteLiteral(options.timestampFormat)}`]),
    ...(options.missingWords === undefined ? [] : [`nullstr = [${options.missingWords.map(quoteLiteral).join(', ')}]`]),
    ...(options.decimalMark === undefined ? [] : [`decimal_separator = ${quoteLiteral(options.decimalMark)}`]),
    "comment = ''",
    `sample_size = ${SAMPLE_ROWS}`,
    ...READING,
    'ignore_errors = true',
  ];
  const [row] = await database.rows(
    `SELECT Delimiter, Quote, Escape, NewLineDelimiter, SkipRows, HasHeader, DateFormat, TimestampFormat, to_json(Columns)::VARCHAR FROM sniff_csv(${quoteLiteral(path)}, ${given.join(', ')})`,
  );
  const [delimiter, quote, escapeMark, newLine, skipped, hasHeader, dateFormat, timestampFormat, columns] = row ?? [];
  return {
    delimiter: found(delimiter) ?? ',',
    quote: found(quote) ?? '',
    escape: found(escapeMark) ?? '',
    newLine: found(newLine),
    skip: Number(skipped ?? 0),
    hasHeader: Boolean(hasHeader),
    columns: JSON.parse(String(columns ?? '[]')) as { name: string; type: string }[],
    dateFormat: found(dateFormat),
    timestampFormat: found(timestampFormat),
  };
}

const found = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value !== '(empty)' ? value : undefined;

/** A field that begins and a field that ends with a quote. */
const hasQuotedField = (text: string, delimiter: string): boolean =>
  text.split(/\r\n|\n|\r/).some((line) => line.split(delimiter).some((field) => /^"[^"]*"$/.test(field)));

/** Lines at the top that begin with #, as remarks do, with blank ones among them; 0 where no other line follows. */
function markedLines(text: string): number {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const isMarked = (line: string): boolean => /^\s*#/.test(line);
  const first = lines.findIndex((line) => line.trim() !== '' && !isMarked(line));
  return lines.slice(0, Math.max(0, first)).some(isMarked) ? first : 0;
}

/** Whether a line that begins with # names the columns: it is as wide as they are and no remark, or nothing below names them. */
const areNames = (fields: TextRecord['fields'], { columns, hasHeader }: Sniffed): boolean =>
  fields.length === columns.length && (!hasHeader || /^\s*#(?![\s#])/.test(fields[0]?.text ?? ''));

/** 0-based line of the header where lines of other width stand above it; null where the table begins at the top. */
function preambleOf(records: readonly TextRecord[], width: number): number | null {
  const widths = new Map<number, number>();
  for (const { fields } of records) widths.set(fields.length, (widths.get(fields.length) ?? 0) + 1);
  const [usual, count] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [width, 0];
  if (usual === width || usual < 2 || records.length < 5 || count < records.length * MOST_LINES) return null;
  const header = records.find(({ fields }) => fields.length === usual);
  return header && header.line > 0 ? header.line : null;
}

/** A backslash before the delimiter, where reading it as an escape makes lines as wide as the others. */
function backslash(text: string, delimiter: string, records: readonly TextRecord[]): string {
  const [first] = records;
  const escaped = records.filter(({ fields }) => fields.some((field) => field.text.endsWith('\\')));
  const fits = escaped.every(({ fields }) => {
    const joints = fields.slice(0, -1).filter((field) => field.text.endsWith('\\')).length;
    return fields.length - joints === first?.fields.length;
  });
  return escaped.length > 0 && fits && text.includes(`\\${delimiter}`) ? '\\' : '';
}

/** Decimal commas: fields of digits, comma, digits, where the comma does not part fields. */
const usesComma = (records: readonly TextRecord[], delimiter: string): boolean =>
  delimiter !== ',' && records.some(({ fields }) => fields.some(({ text }) => /^\s*-?\d+,\d+\s*$/.test(text)));

/** Refuses a text whose columns are parted by their place in the line alone. */
function checkWidths(text: string, fileName: string, columns: number, isCut: boolean): void {
  if (columns !== 1) return;
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .slice(0, isCut ? -1 : undefined)
    .filter((line) => line !== '');
  const [first = ''] = lines;
  const isOneWidth = lines.length > 2 && lines.every((line) => line.length === first.length);
  const hasGaps = lines.filter((line) => /\S {2,}\S/.test(line)).length >= lines.length * MOST_LINES;
  if (!isOneWidth || !hasGaps) return;
  throw new AppError('BAD_INPUT', {
    message: `${fileName} has no delimiter: its columns are told by their place in the line (fixed width).`,
    remedy: 'Save it with a delimiter, such as a comma or a tab.',
    kept: 'Nothing was changed.',
    details: { file: fileName },
  });
}
