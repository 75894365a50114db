import { rename, rm } from 'node:fs/promises';
import type { DuckDb } from './duckdb.ts';
import { type ColumnParts, writeByColumns } from './write-by-columns.ts';
import { textFormatOf, writeTextByColumns } from './write-text-by-columns.ts';

/** Writes a table in the format that the ending of its name says. It gets its name when it is whole. */
export async function writeTable(database: DuckDb, path: string, table: ColumnParts): Promise<void> {
  const format = textFormatOf(path);
  const temporary = `${path}.new`;
  try {
    if (format === null) await writeByColumns(database, temporary, table);
    else await writeTextByColumns(database, temporary, { ...table, format });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
