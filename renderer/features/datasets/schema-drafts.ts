import { useSyncExternalStore } from 'react';
import type { SchemaDocument } from '../../../shared/contract/validation.ts';

let drafts: ReadonlyMap<string, SchemaDocument> = new Map();
const listeners = new Set<() => void>();

/** Keeps or forgets what a person has changed and not saved, by the dataset's name. It survives a look elsewhere. */
export function setDraft(dataset: string, document: SchemaDocument | undefined): void {
  const next = new Map(drafts);
  if (document === undefined) next.delete(dataset);
  else next.set(dataset, document);
  drafts = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useDraft = (dataset: string): SchemaDocument | undefined =>
  useSyncExternalStore(subscribe, () => drafts.get(dataset));
