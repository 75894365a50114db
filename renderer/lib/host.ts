import type { HostCapabilities } from '../../shared/contract/host.ts';

declare global {
  interface Window {
    /** Put there by preload; absent in a browser. */
    readonly drydock?: HostCapabilities;
  }
}

const browserHost: HostCapabilities = {
  kind: 'browser',
  chooseFiles: undefined,
  chooseFolder: undefined,
  pathOfDrop: undefined,
  reveal: undefined,
  notify: undefined,
};

export const hasPreload = (): boolean => window.drydock !== undefined;

/** What the program around the page can do. */
export const host = (): HostCapabilities => window.drydock ?? browserHost;

/** Takes the token of the browser host out of the address: the first answer has set it as a cookie. */
export function hideToken(): void {
  const address = new URL(window.location.href);
  if (!address.searchParams.has('token')) return;
  address.searchParams.delete('token');
  window.history.replaceState(window.history.state, '', address);
}
