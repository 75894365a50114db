import { BrowserWindow } from 'electron';
import { PAGE_ORIGIN } from './channels.ts';
import { readBounds, saveBounds } from './window-bounds.ts';

const SMALLEST = { width: 1024, height: 700 };

/** Opens the one window: sandboxed, isolated, shown once it has something to show. */
export function openWindow(options: {
  readonly preload: string;
  readonly boundsFile: string;
  readonly icon: string;
}): BrowserWindow {
  const window = new BrowserWindow({
    ...readBounds(options.boundsFile),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Drydock',
    icon: options.icon,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.on('close', () => saveBounds(options.boundsFile, window.getNormalBounds()));
  void window.loadURL(`${PAGE_ORIGIN}/`);
  return window;
}
