import { Transform } from 'node:stream';
import type { ColumnType, ImportOptions } from '../../../../../shared/contract/datasets.ts';
import { AppError } from '../../../../../shared/errors.ts';
import { quoteLiteral } from '../../../../compute/frame/sql-text.ts';
import type { DetectedFile, Importer } from '../importer.ts';
import { inUtf8 } from '../in-utf8.ts';
import { type Dialect, findDialect, LONGEST_LINE, READING, SAMPLE_ROWS } from './csv-dialect.ts';
import { rejectsSql } from './csv-rejects.ts';
import { likelyTypes } from './likely-types.ts';

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
const MOST_COLUMNS = 20_000;
/** DuckDB reads and writes so many rows at a time. */
const VECTOR_ROWS = 2048;
const FEWEST_GROUPED = 60_000;
const MOST_GROUPED = 260_000;

export const csvImporter: Importer = {
  format: 'csv',
  label: 'delimited text',
  endings: /\.(csv|tsv|txt|tab|psv)$/i,
  isBinary: false,
  matches: () => true,
  async open(file, options, { folder, database }) {
    const { path, encoding } = await inUtf8(
      file,
      options.encoding ?? file.encoding,
      folder,
      hasMixedLineEnds(file.head) ? oneLineEnd() : undefined,
    );
    checkWidth(file, options);
    const chosen = (name: string): ColumnType | undefined =>
      options.types && Object.hasOwn(options.types, name) ? options.types[name] : undefined;
    const dialect = await findDialect(path, file.fileName, options, database);
    const relation = (columns: Dialect['columns'], more: readonly string[]) =>
      `read_csv(${[quoteLiteral(path), ...settings(dialect, columns), ...more].join(', ')})`;
    const asText = dialect.columns.map((column) => ({ ...column, type: 'VARCHAR' }));
    const likely = await likelyTypes(
      database,
      // One thread: others would read far past the sample before they are stopped.
      `SELECT * FROM ${relation(asText, ["nullstr = ['']", 'ignore_errors = true', 'parallel = false'])} LIMIT ${SAMPLE_ROWS}`,
      {
        ...dialect,
        isForced: (name) => chosen(name) !== undefined,
        missingWords: options.missingWords,
        isDateFormatChosen: options.dateFormat !== undefined,
      },
    );
    const columns = dialect.columns.map((column) => {
      const type = chosen(column.name) ?? likely.types.get(column.name);
      return type === undefined ? column : { ...column, type: SQL_TYPES[type] };
    });
    const words = options.missingWords ?? likely.missingWords;
    return {
      relation: relation(columns, [
        `nullstr = [${[...new Set(['', ...words])].map(quoteLiteral).join(', ')}]`,
        'store_rejects = true',
        'rejects_limit = 0',
      ]),
      originalNames: dialect.columns.map(({ original }) => original),
      options: {
        ...options,
        ...(encoding === 'utf-8' ? {} : { encoding }),
        delimiter: dialect.delimiter,
        hasHeader: dialect.hasHeader,
        ...(dialect.skip > 0 ? { headerLine: dialect.skip } : {}),
        ...(dialect.quote ? { quote: dialect.quote } : {}),
        ...(dialect.escape ? { escape: dialect.escape } : {}),
        ...(dialect.dateFormat ? { dateFormat: dialect.dateFormat } : {}),
        ...(dialect.timestampFormat ? { timestampFormat: dialect.timestampFormat } : {}),
        ...(dialect.decimalMark === ',' || options.decimalMark ? { decimalMark: dialect.decimalMark } : {}),
        ...(words.length > 0 ? { missingWords: [...words] } : {}),
      },
      warnings: [...file.warnings, ...dialect.warnings, ...likely.warnings],
      rowBytes: dialect.rowBytes,
      ...rowGroupOf(dialect.rowBytes),
      rejects: rejectsSql(dialect.delimiter),
      surveyed: { path, quote: dialect.quote || undefined },
    };
  },
};

/**
 * DuckDB's reader hands out the rows of so many bytes together. A row group of as many rows is written as they are; one of
 * another size is put together row by row first, as rows keep their order, which takes a twentieth of the whole time.
 */
function rowGroupOf(rowBytes: number): { rowGroupSize?: number } {
  const rows = Math.ceil(LONGEST_LINE / rowBytes / VECTOR_ROWS) * VECTOR_ROWS;
  return rows < FEWEST_GROUPED || rows > MOST_GROUPED ? {} : { rowGroupSize: rows };
}

function settings(dialect: Dialect, columns: Dialect['columns']): string[] {
  return [
    'auto_detect = false',
    `delim = ${quoteLiteral(dialect.delimiter)}`,
    `quote = ${quoteLiteral(dialect.quote)}`,
    `escape = ${quoteLiteral(dialect.escape)}`,
    "comment = ''",
    // Told of CR LF in its strict mode, DuckDB's reader reads no row at all (1.5.5); untold, it finds them by itself.
    ...(dialect.newLine && dialect.newLine !== '\\r\\n' ? [`new_line = ${quoteLiteral(dialect.newLine)}`] : []),
    `skip = ${dialect.skip}`,
    `header = ${dialect.hasHeader}`,
    `columns = {${columns.map(({ name, type }) => `${quoteLiteral(name)}: ${quoteLiteral(type)}`).join(', ')}}`,
    ...(dialect.dateFormat ? [`dateformat = ${quoteLiteral(dialect.dateFormat)}`] : []),
    ...(dialect.timestampFormat ? [`timestampformat = ${quoteLiteral(dialect.timestampFormat)}`] : []),
    `decimal_separator = ${quoteLiteral(dialect.decimalMark)}`,
    `allow_quoted_nulls = ${!dialect.hasBareValues}`,
    ...READING,
    'null_padding = false',
    // DuckDB knows an escape outside quotes in its lenient mode only.
    `strict_mode = ${dialect.quote !== '' || dialect.escape === ''}`,
  ];
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
