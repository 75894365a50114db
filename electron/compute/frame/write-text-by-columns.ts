import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { type DuckDb, quoteLiteral } from './duckdb.ts';
import { COLUMNS_AT_ONCE, type ColumnParts, writeInParts } from './write-by-columns.ts';

/** A kind of text file with a record a row. */
export interface TextFormat {
  /** DuckDB's options of COPY. */
  readonly options: string;
  /** One record of all columns from those of some each, in their order. */
  join(parts: readonly string[]): string;
  /** Whether these lines are all of a record, not the beginning of one with a break in a cell. */
  isWhole(lines: string): boolean;
}

const delimited = (delimiter: string, options: string): TextFormat => ({
  options,
  join: (parts) => parts.join(delimiter),
  // A quote inside of a cell is written twice.
  isWhole: (lines) => lines.split('"').length % 2 === 1,
});

export const CSV = delimited(',', 'FORMAT csv, HEADER');
export const TSV = delimited('\t', "FORMAT csv, HEADER, DELIMITER '\t'");
export const JSON_LINES: TextFormat = {
  options: 'FORMAT json',
  // A record is an object; of several the braces between are taken away.
  join: (parts) => `{${parts.map((part) => part.slice(1, -1)).join(',')}}`,
  isWhole: () => true,
};

const FORMATS: Readonly<Record<string, TextFormat>> = { '.tsv': TSV, '.jsonl': JSON_LINES, '.ndjson': JSON_LINES };

/** The kind of text that the ending of a file's name says: CSV unless it is another; null for `.parquet`. */
export const textFormatOf = (path: string): TextFormat | null => {
  const ending = extname(path).toLowerCase();
  return ending === '.parquet' ? null : (FORMATS[ending] ?? CSV);
};

const WRITE_AHEAD = 1 << 20;

/**
 * Writes a table as text; one of many columns some after the others into files of their own, which are read side by side.
 * Answers the number of rows.
 */
export async function writeTextByColumns(
  database: DuckDb,
  path: string,
  { columns, query, format }: Pick<ColumnParts, 'columns' | 'query'> & { readonly format: TextFormat },
): Promise<number> {
  const copy = (sql: string, to: string) => database.run(`COPY (${sql}) TO ${quoteLiteral(to)} (${format.options})`);
  if (columns <= COLUMNS_AT_ONCE) return copy(query(0, columns), path);
  return writeInParts(path, { columns, query }, { write: copy, join: (parts) => joinRecords(parts, path, format) });
}

async function joinRecords(parts: readonly string[], path: string, format: TextFormat): Promise<void> {
  const out = await open(path, 'w');
  try {
    const readers = parts.map((part) => records(part, format));
    let text = '';
    for (;;) {
      const next = await Promise.all(readers.map((reader) => reader.next()));
      const found = next.flatMap(({ value }) => (value === undefined ? [] : [value]));
      if (found.length === 0) break;
      if (found.length < parts.length) throw new RangeError('The parts of a table have different numbers of rows.');
      text += `${format.join(found)}\n`;
      if (text.length < WRITE_AHEAD) continue;
      await out.write(text);
      text = '';
    }
    await out.write(text);
  } finally {
    await out.close();
  }
}

/** The records of a file of text: a line each, or several where a quoted cell holds the breaks. */
async function* records(path: string, { isWhole }: TextFormat): AsyncGenerator<string, undefined> {
  let record = '';
  let rest = '';
  for await (const piece of createReadStream(path, 'utf8')) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      record += line;
      if (isWhole(record)) {
        yield record;
        record = '';
      } else record += '\n';
    }
  }
}
