import { useSyncExternalStore } from 'react';

/** What can lie over the body: at most one at a time. */
export type Overlay = 'none' | 'palette' | 'keys' | 'tray' | 'notices';

let open: Overlay = 'none';
const listeners = new Set<() => void>();

export function showOverlay(overlay: Overlay): void {
  open = overlay;
  for (const listener of listeners) listener();
}

export const toggleOverlay = (overlay: Overlay): void => showOverlay(open === overlay ? 'none' : overlay);

export const openOverlay = (): Overlay => open;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useOverlay = (): Overlay => useSyncExternalStore(subscribe, () => open);
