import { useSyncExternalStore } from 'react';
import type { ImportOptions, ImportPreview, ImportSource } from '../../../shared/contract/datasets.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { PixelScaling } from '../../../shared/contract/models.ts';
import { type AppError, toAppError } from '../../../shared/errors.ts';
import { api } from '../../lib/api.ts';
import type { IncomingFile } from '../../lib/incoming-files.ts';
import { type UploadProgress, uploadFiles } from '../../lib/upload-files.ts';

/** A file's name without its ending; every model of layers lies in a file called model.json, so its folder's counts. */
function modelName({ name, source }: IncomingFile): string {
  const path = source.kind === 'path' ? source.path : (source.parts[0]?.path ?? name);
  const folder = path.split(/[\\/]/).at(-2) ?? '';
  return name === 'model.json' && folder !== '' ? folder : name.replace(/\.[^.]+$/, '') || name;
}

/** Where a file stands between the drop and the dataset. */
export type ImportStage =
  | { readonly kind: 'sending'; readonly progress: UploadProgress; readonly startedAt: number }
  | { readonly kind: 'looking' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'importing'; readonly jobId: string }
  | { readonly kind: 'failed'; readonly error: AppError };

/** One file of the import form, with what the person has typed about it. */
export interface ImportItem {
  readonly file: IncomingFile;
  readonly stage: ImportStage;
  /** Known once the engine can read the bytes. */
  readonly source: ImportSource | undefined;
  readonly preview: ImportPreview | undefined;
  /** Only what the person changed; the rest is detected. */
  readonly options: ImportOptions;
  readonly name: string;
  /** An ONNX file or a model of layers becomes a model, anything else a dataset. */
  readonly kind: 'dataset' | 'model';
  /** Of a model: what its file may not say of it, as typed; empty is left to the file. */
  readonly meaning: ModelMeaning;
}

/** Lists are typed with commas between. */
export interface ModelMeaning {
  readonly labels: string;
  readonly columns: string;
  readonly target: string;
  readonly scaling: PixelScaling | null;
}

const noMeaning: ModelMeaning = { labels: '', columns: '', target: '', scaling: null };
const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The files of the import form. They outlive the page that shows them: what was typed survives a look elsewhere. */
class ImportQueue {
  #items: readonly ImportItem[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #aborts = new Map<string, AbortController>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly items = (): readonly ImportItem[] => this.#items;

  add(files: readonly IncomingFile[]): void {
    for (const file of files) {
      this.#set([
        ...this.#items,
        {
          file,
          stage: { kind: 'looking' },
          source: undefined,
          preview: undefined,
          options: {},
          name: '',
          kind: file.kind,
          meaning: noMeaning,
        },
      ]);
      void this.look(file.key);
    }
  }

  /** Sends the file if the engine cannot open it, then asks what it holds. */
  async look(key: string): Promise<void> {
    const item = this.#find(key);
    if (item === undefined) return;
    this.#aborts.get(key)?.abort();
    const abort = new AbortController();
    this.#aborts.set(key, abort);
    try {
      const source = item.source ?? (await this.#reach(item.file, abort.signal));
      this.#change(key, { source, stage: { kind: 'looking' } });
      if (item.kind === 'model') {
        // It is looked into by a worker when it is imported: a file that lies is refused then.
        const name = this.#find(key)?.name ?? '';
        this.#change(key, { name: name === '' ? modelName(item.file) : name, stage: { kind: 'ready' } });
        return;
      }
      const { options } = this.#find(key) ?? item;
      const preview = await api.datasets.preview({ source, options }, { signal: abort.signal });
      const name = this.#find(key)?.name ?? '';
      this.#change(key, { preview, name: name === '' ? preview.suggestedName : name, stage: { kind: 'ready' } });
    } catch (error) {
      if (abort.signal.aborted) return;
      const failure = toAppError(error);
      const isModel = item.kind === 'dataset' && failure.details.becomes === 'model';
      this.#change(key, isModel ? { kind: 'model' } : { stage: { kind: 'failed', error: failure } });
      if (isModel) await this.look(key);
    }
  }

  rename(key: string, name: string): void {
    this.#change(key, { name });
  }

  /** Takes a choice over and looks again; `undefined` goes back to what is detected. */
  choose(key: string, options: ImportOptions): void {
    this.#change(key, { options });
    void this.look(key);
  }

  /** Takes over what a person says of a model. */
  mean(key: string, meaning: ModelMeaning): void {
    this.#change(key, { meaning });
  }

  async start(key: string): Promise<void> {
    const item = this.#find(key);
    if (item?.source === undefined || item.stage.kind !== 'ready' || item.name.trim() === '') return;
    if (item.kind === 'dataset' && item.preview === undefined) return;
    this.#change(key, { stage: { kind: 'starting' } });
    try {
      const { jobId } = await this.#import(item, item.source);
      this.#change(key, { stage: { kind: 'importing', jobId } });
    } catch (error) {
      this.#change(key, { stage: { kind: 'failed', error: toAppError(error) } });
    }
  }

  /** Back to the form after a failed or cancelled import. */
  reopen(key: string): void {
    const item = this.#find(key);
    if (item?.kind === 'dataset' && item.preview === undefined) void this.look(key);
    else this.#change(key, { stage: { kind: 'ready' } });
  }

  remove(key: string): void {
    this.#aborts.get(key)?.abort();
    this.#aborts.delete(key);
    this.#set(this.#items.filter((item) => item.file.key !== key));
  }

  /** Forgets the files that have become datasets; called when the person leaves the form. */
  removeImported(jobs: readonly Job[]): void {
    const isImported = ({ stage }: ImportItem) =>
      stage.kind === 'importing' && jobs.some((job) => job.id === stage.jobId && job.state === 'succeeded');
    if (this.#items.some(isImported)) this.#set(this.#items.filter((item) => !isImported(item)));
  }

  #import({ kind, name, preview, options, meaning }: ImportItem, source: ImportSource): Promise<{ jobId: string }> {
    if (kind === 'dataset')
      return api.datasets.import({
        source,
        name: name.trim(),
        options,
        ...(preview === undefined ? {} : { format: preview.format }),
      });
    const [labels, columns, target] = [listOf(meaning.labels), listOf(meaning.columns), meaning.target.trim()];
    return api.models.import({
      source,
      name: name.trim(),
      ...(labels.length > 0 ? { labels } : {}),
      ...(columns.length > 0 ? { columns } : {}),
      ...(target === '' ? {} : { target }),
      ...(meaning.scaling === null ? {} : { scaling: meaning.scaling }),
    });
  }

  async #reach({ key, source }: IncomingFile, signal: AbortSignal): Promise<ImportSource> {
    if (source.kind === 'path') return source;
    const startedAt = performance.now();
    const onProgress = (progress: UploadProgress) =>
      this.#change(key, { stage: { kind: 'sending', progress, startedAt } });
    const { parts, isFolder } = source;
    const [meant] = parts;
    const uploadId = await uploadFiles(parts, { signal, onProgress });
    return { kind: 'upload', uploadId, ...(isFolder || meant === undefined ? {} : { file: meant.path }) };
  }

  #find(key: string): ImportItem | undefined {
    return this.#items.find((item) => item.file.key === key);
  }

  #change(key: string, change: Partial<ImportItem>): void {
    this.#set(this.#items.map((item) => (item.file.key === key ? { ...item, ...change } : item)));
  }

  #set(items: readonly ImportItem[]): void {
    this.#items = items;
    for (const listener of this.#listeners) listener();
  }
}

export const importQueue = new ImportQueue();

export const useImportQueue = (): readonly ImportItem[] =>
  useSyncExternalStore(importQueue.subscribe, importQueue.items);
