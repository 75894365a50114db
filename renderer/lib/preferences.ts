import { useSyncExternalStore } from 'react';

/** What a person chose about the window; kept by the browser, not in the workspace. */
export interface Preferences {
  readonly isRailPinned: boolean;
  /** Keys without Ctrl or Cmd, such as `?` and `g d`; some people's input methods send them by accident. */
  readonly hasLetterKeys: boolean;
}

const KEY = 'drydock.preferences';
const defaults: Preferences = { isRailPinned: false, hasLetterKeys: true };

function read(): Preferences {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return defaults;
    return {
      isRailPinned: 'isRailPinned' in kept ? kept.isRailPinned === true : defaults.isRailPinned,
      hasLetterKeys: 'hasLetterKeys' in kept ? kept.hasLetterKeys === true : defaults.hasLetterKeys,
    };
  } catch {
    // Storage that is switched off or holds something else: the defaults serve.
    return defaults;
  }
}

let current = read();
const listeners = new Set<() => void>();

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    window.localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Not kept past this window, which is all that is lost.
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, () => current);
