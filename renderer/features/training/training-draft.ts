import { useSyncExternalStore } from 'react';
import type { TrainingForm } from './training-form.ts';

let draft: TrainingForm | undefined;
const listeners = new Set<() => void>();

/** Keeps or forgets the form as it was left: it survives a look elsewhere and a lost engine. */
export function setTrainingDraft(form: TrainingForm | undefined): void {
  draft = form;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useTrainingDraft = (): TrainingForm | undefined => useSyncExternalStore(subscribe, () => draft);
