import { useSyncExternalStore } from 'react';
import { kindOfName } from './file-kinds.ts';
import { host } from './host.ts';

/** A file on its way in: by path where the engine can open it, else as an object the page has to send. */
export interface IncomingFile {
  readonly key: string;
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly source: { readonly kind: 'path'; readonly path: string } | { readonly kind: 'object'; readonly file: File };
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

const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

export const incomingFromPath = (path: string): IncomingFile => ({
  key: nextKey(),
  name: baseName(path),
  sizeBytes: null,
  source: { kind: 'path', path },
});

export function incomingFromObject(file: File): IncomingFile {
  const path = host().pathOfDrop?.(file);
  return {
    key: nextKey(),
    name: file.name,
    sizeBytes: file.size,
    source: path === undefined ? { kind: 'object', file } : { kind: 'path', path },
  };
}

/** Lets these files wait for the import form; answers the names that no version of an importer here reads. */
export function offerFiles(files: readonly IncomingFile[]): {
  readonly taken: number;
  readonly leftOut: readonly string[];
} {
  const taken = files.filter((file) => kindOfName(file.name).isImported);
  if (taken.length > 0) set([...waiting, ...taken]);
  return { taken: taken.length, leftOut: files.filter((file) => !taken.includes(file)).map((file) => file.name) };
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
