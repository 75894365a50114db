import { useSyncExternalStore } from 'react';

/** What has been typed for the palette; keys that come before its field is there are kept, so that none is lost. */
export interface PaletteInput {
  readonly query: string;
  /** Enter was pressed before the field was there. */
  readonly isEntered: boolean;
}

const nothing: PaletteInput = { query: '', isEntered: false };
let input = nothing;
const listeners = new Set<() => void>();

function set(next: PaletteInput): void {
  input = next;
  for (const listener of listeners) listener();
}

export const setPaletteQuery = (query: string): void => set({ query, isEntered: false });
export const clearPalette = (): void => set(nothing);

/** Takes a key that was pressed while the palette opens; answers whether it was one for it. */
export function typeAhead({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  if (key === 'Enter') set({ ...input, isEntered: true });
  else if (key.length === 1) set({ ...input, query: input.query + key });
  else return false;
  return true;
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const usePaletteInput = (): PaletteInput => useSyncExternalStore(subscribe, () => input);
