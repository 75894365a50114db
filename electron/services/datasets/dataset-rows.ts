import { join } from 'node:path';
import { ulid } from 'ulid';
import {
  type Cell,
  type DatasetImages,
  type DatasetVersion,
  MOST_ROW_COLUMNS,
  type QuarantinedRow,
  type RowFilter,
} from '../../../shared/contract/datasets.ts';
import { toCell } from '../../compute/frame/cell.ts';
import { csvColumnSql } from '../../compute/frame/csv-sql.ts';
import { DuckDb, quoteIdentifier, quoteLiteral } from '../../compute/frame/duckdb.ts';
import { type ColumnParts, writeByColumns } from '../../compute/frame/write-by-columns.ts';
import { CSV, writeTextByColumns } from '../../compute/frame/write-text-by-columns.ts';
import type { Workspace } from '../../store/workspace.ts';
import { type ImagePage, readDatasetImages } from './dataset-images.ts';
import { unknownColumn } from './unknown-column.ts';

interface RowQuery {
  readonly dataset: string;
  readonly offset: number;
  readonly limit: number;
  readonly filters: readonly RowFilter[];
  readonly sort: { readonly column: string; readonly isDescending: boolean } | null;
}

/** What reading asks of the rest of the engine. */
export interface DatasetRowsNeeds {
  readonly workspace: Workspace;
  dataset(reference: string): DatasetVersion;
  dataPath(version: DatasetVersion): Promise<string>;
  /** SQL that is true for rows failing a rule of the dataset's schema. */
  failingPredicate(reference: string, ruleId: string): string;
}

/** The rows of datasets as they are shown, filtered, sorted and written out. */
export class DatasetRows {
  readonly #needs: DatasetRowsNeeds;
  #database: Promise<DuckDb> | undefined;

  constructor(needs: DatasetRowsNeeds) {
    this.#needs = needs;
  }

  async page(query: RowQuery): Promise<{ columns: string[]; rows: Cell[][]; matching: number }> {
    const version = this.#needs.dataset(query.dataset);
    const relation = await this.#relation(version);
    const where = this.#where(version, query.filters);
    const database = await this.#open();
    const { sort } = query;
    if (sort && !version.columns.some(({ name }) => name === sort.column)) throw unknownColumn(version, sort.column);
    const seen = version.columns.slice(0, MOST_ROW_COLUMNS);
    const order = query.sort
      ? `rows.${quoteIdentifier(query.sort.column)} ${query.sort.isDescending ? 'DESC' : 'ASC'} NULLS LAST, file_row_number`
      : 'file_row_number';
    const isPlain = query.filters.length === 0;
    const page =
      isPlain && query.sort === null
        ? `WHERE file_row_number >= ${query.offset} AND file_row_number < ${query.offset + query.limit}`
        : where;
    const limit = isPlain && query.sort === null ? '' : ` LIMIT ${query.limit} OFFSET ${query.offset}`;
    const shown = seen.map(shownSql);
    const rows = await database.rows(
      `SELECT ${shown.join(', ')} FROM ${relation} AS rows ${page} ORDER BY ${order}${limit}`,
    );
    const matching = isPlain
      ? version.rows
      : Number((await database.rows(`SELECT count(*) FROM ${relation} ${where}`))[0]?.[0] ?? 0);
    return { columns: seen.map(({ name }) => name), rows: rows.map((row) => row.map(toCell)), matching };
  }

  async images({ dataset, ...page }: ImagePage & { readonly dataset: string }): Promise<DatasetImages> {
    const version = this.#needs.dataset(dataset);
    return readDatasetImages(await this.#open(), await this.#relation(version), version, page);
  }

  async quarantine(
    reference: string,
    offset: number,
    limit: number,
  ): Promise<{ total: number; rows: QuarantinedRow[] }> {
    const version = this.#needs.dataset(reference);
    const hash = this.#needs.workspace.records.datasets.quarantineHash(version.id);
    if (hash === null) return { total: 0, rows: [] };
    const path = await this.#needs.workspace.artifacts.verified('data', hash, '.parquet');
    const database = await this.#open();
    const relation = `read_parquet(${quoteLiteral(path)})`;
    // Lines that could not be read have no row yet; rows that failed a rule have no line any more.
    const names = new Set((await database.describe(`SELECT * FROM ${relation}`)).map(({ name }) => name));
    const isOfRules = names.has('rule');
    const place = `${isOfRules ? '"row"' : 'NULL'}, ${names.has('value') ? 'value' : 'NULL'}`;
    const found = await database.rows(
      `SELECT line, "column", text, reason, ${place} FROM ${relation} ORDER BY ${isOfRules ? '"row"' : 'line'} LIMIT ${limit} OFFSET ${offset}`,
    );
    const { format, options } = version.source;
    const firstLine = (options.headerLine ?? 0) + (format === 'csv' && options.hasHeader !== false ? 1 : 0);
    return {
      total: version.quarantined,
      rows: found.map(([line, column, text, reason, row, value]) => ({
        row: isOfRules ? Number(row) : Math.max(0, Number(line) - firstLine),
        line: isOfRules || line === null ? null : Number(line),
        column: column === null ? null : String(column),
        value: value === null || value === undefined ? null : String(value),
        reason: String(reason ?? '').split('\n')[0] ?? '',
        text: text === null || text === undefined ? null : String(text).slice(0, 2000),
      })),
    };
  }

  /** Writes matching rows into the workspace's exports; text that a spreadsheet would run as a formula gets an apostrophe in CSV. */
  async export(
    reference: string,
    filters: readonly RowFilter[],
    format: 'csv' | 'parquet',
  ): Promise<{ path: string; fileName: string; rows: number }> {
    const version = this.#needs.dataset(reference);
    const relation = await this.#relation(version);
    const fileName = `${version.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_')}-${version.version}-${ulid().slice(-6)}.${format}`;
    const path = join(this.#needs.workspace.folder('exports'), fileName);
    const columns = version.columns.map(({ name, type }) => {
      const column = quoteIdentifier(name);
      if (format === 'parquet') return column;
      if (type === 'image') return imageText(name);
      return csvColumnSql({ value: column, name, isText: type === 'text' || type === 'json' });
    });
    const where = this.#where(version, filters);
    const table: ColumnParts = {
      columns: columns.length,
      query: (from, to) =>
        `SELECT ${columns.slice(from, to).join(', ')} FROM ${relation} ${where} ORDER BY file_row_number`,
    };
    const database = await this.#open();
    const rows =
      format === 'parquet'
        ? await writeByColumns(database, path, table)
        : await writeTextByColumns(database, path, { ...table, format: CSV });
    return { path, fileName, rows };
  }

  async close(): Promise<void> {
    await (await this.#database)?.close();
  }

  /** One database for small questions, opened with the first. */
  #open(): Promise<DuckDb> {
    this.#database ??= DuckDb.open({
      memoryLimit: '1GB',
      spillFolder: join(this.#needs.workspace.folder('runs'), '.questions'),
    });
    return this.#database;
  }

  async #relation(version: DatasetVersion): Promise<string> {
    return `read_parquet(${quoteLiteral(await this.#needs.dataPath(version))}, file_row_number = true)`;
  }

  #where(version: DatasetVersion, filters: readonly RowFilter[]): string {
    if (filters.length === 0) return '';
    return `WHERE ${filters.map((filter) => `(${this.#condition(version, filter)})`).join(' AND ')}`;
  }

  #condition(version: DatasetVersion, filter: RowFilter): string {
    if (filter.kind === 'rule') return this.#needs.failingPredicate(version.id, filter.ruleId);
    const column = version.columns.find(({ name }) => name === filter.column);
    if (!column) throw unknownColumn(version, filter.column);
    const name = quoteIdentifier(filter.column);
    if (filter.kind === 'missing') return `${name} IS ${filter.isMissing ? '' : 'NOT '}NULL`;
    if (filter.operator === 'contains')
      return `contains(lower(${name}::VARCHAR), lower(${quoteLiteral(String(filter.value))}))`;
    const literal = typeof filter.value === 'string' ? quoteLiteral(filter.value) : String(filter.value);
    const value =
      column.type === 'text' || column.type === 'json'
        ? quoteLiteral(String(filter.value))
        : `TRY_CAST(${literal} AS ${column.storageType})`;
    return `coalesce(${name} ${filter.operator === '!=' ? '<>' : filter.operator} ${value}, false)`;
  }
}

/** What a page shows of a cell: digits, times of day and nanoseconds that a double or a Date would lose go as text. */
function shownSql({ name, type, storageType }: DatasetVersion['columns'][number]): string {
  if (type === 'image') return imageText(name);
  const isText = /^(DECIMAL|TIME$|TIME |TIMESTAMP_NS)/.test(storageType);
  return isText ? `rows.${quoteIdentifier(name)}::VARCHAR AS ${quoteIdentifier(name)}` : quoteIdentifier(name);
}

/** A picture where only text can stand: how many bytes it has. */
const imageText = (name: string): string =>
  `octet_length(${quoteIdentifier(name)}) || ' bytes' AS ${quoteIdentifier(name)}`;
