import { useSyncExternalStore } from 'react';

/** Something that happened while the person may have looked elsewhere. */
export interface Notice {
  readonly id: string;
  readonly at: string;
  readonly text: string;
  readonly isBad: boolean;
  /** The place that shows more. */
  readonly path: string;
}

const MOST = 50;
let notices: readonly Notice[] = [];
let unread = 0;
const listeners = new Set<() => void>();

function changed(next: readonly Notice[], unreadNow: number): void {
  notices = next;
  unread = unreadNow;
  for (const listener of listeners) listener();
}

export const addNotice = (notice: Notice): void => changed([notice, ...notices].slice(0, MOST), unread + 1);
export const markRead = (): void => changed(notices, 0);
export const clearNotices = (): void => changed([], 0);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Newest first. */
export const useNotices = (): readonly Notice[] => useSyncExternalStore(subscribe, () => notices);
export const useUnread = (): number => useSyncExternalStore(subscribe, () => unread);
