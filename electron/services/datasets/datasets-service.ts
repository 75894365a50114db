import { existsSync, readdirSync } from 'node:fs';
import { basename, resolve, sep } from 'node:path';
import { ulid } from 'ulid';
import type {
  ColumnProfile,
  ColumnRole,
  DatasetProfile,
  DatasetVersion,
  ImportFormat,
  ImportOptions,
  ImportPreview,
  ImportSource,
} from '../../../shared/contract/datasets.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import { AppError } from '../../../shared/errors.ts';
import { DatasetVersionId, versionReference } from '../../../shared/ids.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { Workspace } from '../../store/workspace.ts';
import type { ImportTaskParams, ImportTaskResult } from './import-task.ts';
import type { PreviewTaskParams } from './preview-task.ts';
import { unknownColumn } from './unknown-column.ts';

export interface ImportParams {
  readonly source: ImportSource;
  readonly name?: string | undefined;
  readonly format?: ImportFormat | undefined;
  readonly options: ImportOptions;
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
/** Columns of a profile: those named, from a place on, so many. */
export interface ProfiledColumns {
  readonly names?: readonly string[] | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
}

export interface DatasetsNeeds {
  readonly workspace: Workspace;
  dataset(reference: string): DatasetVersion;
  ask(task: string, params: unknown): Promise<unknown>;
  start(params: ImportParams): JobStarted;
}

/** Datasets: immutable versions of tables, what is in them, and how they come in and go out. */
export class DatasetsService {
  readonly #needs: DatasetsNeeds;

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

  profile(reference: string, { names, offset = 0, limit }: ProfiledColumns = {}): DatasetProfile {
    const dataset = this.get(reference);
    const known = new Set(dataset.columns.map(({ name }) => name));
    const unknown = names?.find((name) => !known.has(name));
    if (unknown !== undefined) throw unknownColumn(dataset, unknown);
    const asked = names && new Set(names);
    const columns = this.#records.profile(dataset.id).filter(({ name }) => !asked || asked.has(name));
    return { dataset, columns: columns.slice(offset, limit === undefined ? undefined : offset + limit) };
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
        subject: versionReference(version),
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
        subject: versionReference(version),
        details: { from: from.version, hash: data.hash, rows: kept.rows, quarantined: kept.quarantined },
      });
      return version;
    };
  }

  get #records() {
    return this.#needs.workspace.records.datasets;
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
