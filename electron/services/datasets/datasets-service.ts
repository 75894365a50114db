import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { ulid } from 'ulid';
import type {
  Cell,
  ColumnProfile,
  ColumnRole,
  DatasetImages,
  DatasetProfile,
  DatasetVersion,
  ImportFormat,
  ImportOptions,
  ImportPreview,
  ImportSource,
  QuarantinedRow,
  RowFilter,
} from '../../../shared/contract/datasets.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import { AppError } from '../../../shared/errors.ts';
import { DatasetVersionId } from '../../../shared/ids.ts';
import { toCell } from '../../compute/frame/cell.ts';
import { csvColumnSql } from '../../compute/frame/csv-sql.ts';
import { DuckDb, quoteIdentifier, quoteLiteral } from '../../compute/frame/duckdb.ts';
import { noSuchColumn } from '../../compute/frame/no-such-column.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { Workspace } from '../../store/workspace.ts';
import { type ImagePage, readDatasetImages } from './dataset-images.ts';
import type { ImportTaskParams, ImportTaskResult } from './import-task.ts';
import type { PreviewTaskParams } from './preview-task.ts';

export interface ImportParams {
  readonly source: ImportSource;
  readonly name?: string | undefined;
  readonly format?: ImportFormat | undefined;
  readonly options: ImportOptions;
}

interface RowQuery {
  readonly dataset: string;
  readonly offset: number;
  readonly limit: number;
  readonly filters: readonly RowFilter[];
  readonly sort: { readonly column: string; readonly isDescending: boolean } | null;
}

/** A version's rows after some went to quarantine, and those. */
interface KeptFiles {
  readonly dataPath: string;
  readonly hash: string;
  readonly rows: number;
  readonly profile: readonly ColumnProfile[];
  readonly quarantinePath: string;
  readonly quarantined: number;
}

/** What the service asks of the rest of the engine. */
export interface DatasetsNeeds {
  readonly workspace: Workspace;
  dataset(reference: string): DatasetVersion;
  dataPath(version: DatasetVersion): Promise<string>;
  /** SQL that is true for rows failing a rule of the dataset's schema. */
  failingPredicate(reference: string, ruleId: string): string;
  ask(task: string, params: unknown): Promise<unknown>;
  start(params: ImportParams): JobStarted;
}

/** Datasets: immutable versions of tables, what is in them, and how they come in and go out. */
export class DatasetsService {
  readonly #needs: DatasetsNeeds;
  #database: Promise<DuckDb> | undefined;

  constructor(needs: DatasetsNeeds) {
    this.#needs = needs;
  }

  /** The newest version of each dataset, newest first. */
  list(): DatasetVersion[] {
    const newest = new Map<string, DatasetVersion>();
    for (const version of this.#records.all()) if (!newest.has(version.name)) newest.set(version.name, version);
    return [...newest.values()];
  }

  get(reference: string): DatasetVersion {
    return this.#needs.dataset(reference);
  }

  versions(reference: string): DatasetVersion[] {
    return this.#records.versions(this.get(reference).name);
  }

  profile(reference: string): DatasetProfile {
    const dataset = this.get(reference);
    return { dataset, columns: this.#records.profile(dataset.id) };
  }

  async rows(query: RowQuery): Promise<{ columns: string[]; rows: Cell[][]; matching: number }> {
    const version = this.get(query.dataset);
    const relation = await this.#relation(version);
    const where = this.#where(version, query.filters);
    const database = await this.#open();
    const columns = version.columns.map(({ name }) => name);
    if (query.sort && !columns.includes(query.sort.column)) throw unknownColumn(version, query.sort.column);
    const order = query.sort
      ? `rows.${quoteIdentifier(query.sort.column)} ${query.sort.isDescending ? 'DESC' : 'ASC'} NULLS LAST, file_row_number`
      : 'file_row_number';
    const isPlain = query.filters.length === 0;
    const page =
      isPlain && query.sort === null
        ? `WHERE file_row_number >= ${query.offset} AND file_row_number < ${query.offset + query.limit}`
        : where;
    const limit = isPlain && query.sort === null ? '' : ` LIMIT ${query.limit} OFFSET ${query.offset}`;
    const shown = version.columns.map(shownSql);
    const rows = await database.rows(
      `SELECT ${shown.join(', ')} FROM ${relation} AS rows ${page} ORDER BY ${order}${limit}`,
    );
    const matching = isPlain
      ? version.rows
      : Number((await database.rows(`SELECT count(*) FROM ${relation} ${where}`))[0]?.[0] ?? 0);
    return { columns, rows: rows.map((row) => row.map(toCell)), matching };
  }

  async images({ dataset, ...page }: ImagePage & { readonly dataset: string }): Promise<DatasetImages> {
    const version = this.get(dataset);
    return readDatasetImages(await this.#open(), await this.#relation(version), version, page);
  }

  async quarantine(
    reference: string,
    offset: number,
    limit: number,
  ): Promise<{ total: number; rows: QuarantinedRow[] }> {
    const version = this.get(reference);
    const hash = this.#records.quarantineHash(version.id);
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

  setRole(reference: string, column: string, role: ColumnRole): DatasetVersion {
    const version = this.get(reference);
    if (!version.columns.some(({ name }) => name === column)) throw unknownColumn(version, column);
    const withRole = <Item extends { name: string; role: ColumnRole }>(item: Item): Item =>
      item.name === column ? { ...item, role } : item;
    const changed = { ...version, columns: version.columns.map(withRole) };
    this.#needs.workspace.transaction(() => {
      this.#records.update(changed, this.#records.profile(version.id).map(withRole<ColumnProfile>));
      this.#needs.workspace.audit.append({
        event: 'dataset.roleSet',
        subject: `${version.name}@${version.version}`,
        details: { column, role },
      });
    });
    return changed;
  }

  async preview(
    source: ImportSource,
    format: ImportFormat | undefined,
    options: ImportOptions,
  ): Promise<ImportPreview> {
    const path = this.pathOf(source);
    const params: PreviewTaskParams = { path, format, options, suggestedName: nameOf(path) };
    return (await this.#needs.ask('preview', params)) as ImportPreview;
  }

  import(params: ImportParams): JobStarted {
    this.pathOf(params.source);
    return this.#needs.start(params);
  }

  /** Writes matching rows into the workspace's exports; text that a spreadsheet would run as a formula gets an apostrophe in CSV. */
  async exportRows(
    reference: string,
    filters: readonly RowFilter[],
    format: 'csv' | 'parquet',
  ): Promise<{ path: string; fileName: string; rows: number }> {
    const version = this.get(reference);
    const relation = await this.#relation(version);
    const fileName = `${version.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_')}-${version.version}-${ulid().slice(-6)}.${format}`;
    const path = join(this.#needs.workspace.folder('exports'), fileName);
    const columns = version.columns.map(({ name, type }) => {
      const column = quoteIdentifier(name);
      if (format === 'parquet') return column;
      if (type === 'image') return imageText(name);
      return csvColumnSql({ value: column, name, isText: type === 'text' || type === 'json' });
    });
    const query = `SELECT ${columns.join(', ')} FROM ${relation} ${this.#where(version, filters)} ORDER BY file_row_number`;
    const database = await this.#open();
    const rows =
      format === 'parquet'
        ? await database.writeParquet(query, path)
        : await database.run(`COPY (${query}) TO ${quoteLiteral(path)} (FORMAT csv, HEADER)`);
    return { path, fileName, rows };
  }

  definition(): WorkerJobDefinition<ImportParams, ImportTaskParams, ImportTaskResult, DatasetVersion> {
    return {
      place: 'worker',
      kind: 'import',
      task: 'import',
      title: ({ source, name }) => `Import ${source.kind === 'path' ? basename(source.path) : (name ?? 'upload')}`,
      prepare: async ({ source, format, options }) => ({ path: this.pathOf(source), format, options }),
      commit: async (result, params) => {
        const { artifacts, audit } = this.#needs.workspace;
        const data = await artifacts.adopt({
          kind: 'data',
          temporaryPath: result.dataPath,
          sha256: result.hash,
          extension: '.parquet',
        });
        const quarantine =
          result.quarantinePath === null
            ? null
            : await artifacts.adopt({ kind: 'data', temporaryPath: result.quarantinePath, extension: '.parquet' });
        const name = params.name ?? nameOf(result.source.fileName);
        return () => {
          const version: DatasetVersion = {
            id: DatasetVersionId.parse(ulid()),
            name,
            version: this.#records.nextVersion(name),
            rows: result.rows,
            columns: result.columns,
            hash: data.hash,
            sizeBytes: data.sizeBytes,
            createdAt: new Date().toISOString(),
            source: result.source,
            quarantined: result.quarantined,
            warnings: result.warnings,
            note: null,
          };
          this.#records.add(version, result.profile, quarantine?.hash ?? null);
          audit.append({
            event: 'dataset.imported',
            subject: `${name}@${version.version}`,
            details: { hash: data.hash, rows: result.rows, file: result.source.fileName },
          });
          return version;
        };
      },
    };
  }

  /**
   * Adopts what is left of a version after rows went to quarantine; the answer, called in a transaction, writes it as a
   * new version of the same dataset with the same roles, source and note.
   */
  async keep(from: DatasetVersion, kept: KeptFiles): Promise<() => DatasetVersion> {
    const { artifacts, audit } = this.#needs.workspace;
    const data = await artifacts.adopt({
      kind: 'data',
      temporaryPath: kept.dataPath,
      sha256: kept.hash,
      extension: '.parquet',
    });
    const quarantine = await artifacts.adopt({
      kind: 'data',
      temporaryPath: kept.quarantinePath,
      extension: '.parquet',
    });
    return () => {
      const version: DatasetVersion = {
        ...from,
        id: DatasetVersionId.parse(ulid()),
        version: this.#records.nextVersion(from.name),
        rows: kept.rows,
        hash: data.hash,
        sizeBytes: data.sizeBytes,
        createdAt: new Date().toISOString(),
        quarantined: kept.quarantined,
        warnings: [
          {
            code: 'quarantined',
            message: `${kept.quarantined} ${kept.quarantined === 1 ? 'row' : 'rows'} of version ${from.version} failed rules and went to quarantine.`,
          },
        ],
      };
      this.#records.add(version, kept.profile, quarantine.hash);
      audit.append({
        event: 'dataset.quarantined',
        subject: `${version.name}@${version.version}`,
        details: { from: from.version, hash: data.hash, rows: kept.rows, quarantined: kept.quarantined },
      });
      return version;
    };
  }

  async close(): Promise<void> {
    await (await this.#database)?.close();
  }

  get #records() {
    return this.#needs.workspace.records.datasets;
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

  /** Where the bytes of a source lie. Throws NOT_FOUND when they are not there. */
  pathOf(source: ImportSource): string {
    if (source.kind === 'path') {
      const path = resolve(source.path);
      if (!existsSync(path))
        throw new AppError('NOT_FOUND', {
          message: `There is no file ${path}.`,
          remedy: 'Check the path.',
          kept: 'Nothing was changed.',
        });
      return path;
    }
    if (!/^[\w-]+$/.test(source.uploadId)) throw new AppError('INVALID_ARGUMENT', { message: 'That is no upload.' });
    const folder = resolve(this.#needs.workspace.folder('uploads'), source.uploadId);
    const file = source.file ?? (existsSync(folder) ? readdirSync(folder) : []).find((name) => !name.startsWith('.'));
    const path = resolve(folder, file ?? '');
    if (file === undefined || !path.startsWith(folder + sep) || !existsSync(path))
      throw new AppError('NOT_FOUND', { message: 'The upload is not there any more.', remedy: 'Drop the file again.' });
    return path;
  }
}

/** A dataset's name from its file's: without folder and endings. */
function nameOf(path: string): string {
  return basename(path).replace(/(\.(csv|tsv|txt|tab|parquet|pq|jsonl?|ndjson|gz|zip))+$/i, '') || 'dataset';
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

const unknownColumn = ({ name, columns }: DatasetVersion, column: string): AppError =>
  noSuchColumn(
    column,
    columns.map((one) => one.name),
    name,
  );
