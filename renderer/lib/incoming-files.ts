import { useSyncExternalStore } from 'react';
import type { FilePart } from './dropped-items.ts';
import { kindOfName } from './file-kinds.ts';
import { host } from './host.ts';
import type { SortedFiles } from './sort-files.ts';

/** A dataset or a model on its way in: by path where the engine can open it, else as files the page has to send. */
export interface IncomingFile {
  readonly key: string;
  readonly name: string;
  readonly kind: 'dataset' | 'model';
  readonly sizeBytes: number | null;
  readonly source:
    | { readonly kind: 'path'; readonly path: string }
    /** Of several, the first is the one meant, unless they are one folder. */
    | { readonly kind: 'parts'; readonly parts: readonly FilePart[]; readonly isFolder: boolean };
}

let waiting: readonly IncomingFile[] = [];
let count = 0;
const listeners = new Set<() => void>();

function set(files: readonly IncomingFile[]): void {
  waiting = files;
  for (const listener of listeners) listener();
}

const nextKey = (): string => {
  count += 1;
  return `file-${String(count)}`;
};

/** From a native dialog; a model of layers is known when the engine has looked into its file. */
export function incomingFromPath(path: string): IncomingFile {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const kind = kindOfName(name).kind === 'model' ? 'model' : 'dataset';
  return { key: nextKey(), name, kind, sizeBytes: null, source: { kind: 'path', path } };
}

export function incomingFromFiles({ kind, name, parts, folder, isFolder }: SortedFiles): IncomingFile {
  const file = isFolder ? folder : parts[0]?.file;
  const path = file ? host().pathOfDrop?.(file) : undefined;
  return {
    key: nextKey(),
    name,
    kind,
    sizeBytes: parts.reduce((sum, { file: { size } }) => sum + size, 0),
    source: path === undefined ? { kind: 'parts', parts, isFolder } : { kind: 'path', path },
  };
}

/** Lets these files wait for the import form. */
export function offerFiles(files: readonly IncomingFile[]): void {
  if (files.length > 0) set([...waiting, ...files]);
}

/** Takes the waiting files over. */
export function takeWaiting(): readonly IncomingFile[] {
  const files = waiting;
  if (files.length > 0) set([]);
  return files;
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useWaitingFiles = (): readonly IncomingFile[] => useSyncExternalStore(subscribe, () => waiting);
