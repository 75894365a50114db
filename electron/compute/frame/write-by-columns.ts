import { rm } from 'node:fs/promises';
import type { DuckDb } from './duckdb.ts';
import { joinParquet } from './join-parquet.ts';

/** Columns of a query: DuckDB takes more than twice the time and memory for one of twice as many. */
export const COLUMNS_AT_ONCE = 1000;

export interface ColumnParts {
  /** How many columns there are in all. */
  readonly columns: number;
  /** SQL of columns [from, to): the same rows in the same order whatever the columns. */
  query(from: number, to: number): string;
  /** Told each part once it is written, before it is joined with the others. */
  wrote?(part: string): Promise<void>;
}

/**
 * Writes a table as Parquet; one of many columns some after the others into files of their own, which are joined at the end.
 * Answers the number of rows.
 */
export async function writeByColumns(
  database: DuckDb,
  path: string,
  { columns, query, wrote }: ColumnParts,
): Promise<number> {
  if (columns <= COLUMNS_AT_ONCE && !wrote) return database.writeParquet(query(0, columns), path);
  return writeInParts(
    path,
    { columns, query },
    {
      async write(sql, part) {
        // Dictionaries and the newer encodings cost more a column than rows of that width save.
        const rows = await database.writeParquet(sql, part, { isPlain: true });
        await wrote?.(part);
        return rows;
      },
      async join(parts) {
        await rm(path, { force: true });
        await joinParquet(parts, path);
      },
    },
  );
}

interface PartsWriter {
  /** Writes what a query answers as one part, and answers the number of rows. */
  write(sql: string, part: string): Promise<number>;
  /** Makes the file of its parts, in their order. */
  join(parts: readonly string[]): Promise<void>;
}

/** Some columns after the others into files beside `path`, which are joined to it and removed. Answers the number of rows. */
export async function writeInParts(
  path: string,
  { columns, query }: Pick<ColumnParts, 'columns' | 'query'>,
  { write, join }: PartsWriter,
): Promise<number> {
  const parts: string[] = [];
  let rows = 0;
  try {
    for (let from = 0; from < columns; from += COLUMNS_AT_ONCE) {
      const part = `${path}.${parts.length}`;
      parts.push(part);
      rows = await write(query(from, Math.min(columns, from + COLUMNS_AT_ONCE)), part);
    }
    await join(parts);
  } finally {
    for (const part of parts) await rm(part, { force: true });
  }
  return rows;
}
