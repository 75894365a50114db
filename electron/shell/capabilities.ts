import { isAbsolute } from 'node:path';
import { type BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain, Notification, shell } from 'electron';
import { z } from 'zod';
import { CHANNELS } from './channels.ts';
import { isOwnAddress } from './confinement.ts';

/** Answers a channel for our own page only; what it sends is checked before it is used. */
function answer(channel: string, handler: (...sent: unknown[]) => Promise<unknown>): void {
  ipcMain.handle(channel, async (event: IpcMainInvokeEvent, ...sent: unknown[]) => {
    if (!isOwnAddress(event.senderFrame?.url ?? '')) throw new Error(`${channel} is not answered to this page.`);
    return handler(...sent);
  });
}

const Text = z.string().max(500);
const AbsolutePath = z.string().max(4096).refine(isAbsolute, 'must be an absolute path');

/** What preload offers the page as HostCapabilities, done on this side. */
export function answerCapabilities(window: BrowserWindow): void {
  answer(CHANNELS.chooseFiles, async () => {
    const { filePaths } = await dialog.showOpenDialog(window, {
      title: 'Choose files to import',
      properties: ['openFile', 'multiSelections'],
      filters: [
        { name: 'Data', extensions: ['csv', 'tsv', 'txt', 'parquet', 'jsonl', 'ndjson', 'gz', 'zst'] },
        { name: 'All files', extensions: ['*'] },
      ],
    });
    return filePaths;
  });
  answer(CHANNELS.chooseFolder, async () => {
    const { filePaths } = await dialog.showOpenDialog(window, {
      title: 'Choose a folder',
      properties: ['openDirectory', 'createDirectory'],
    });
    return filePaths[0];
  });
  answer(CHANNELS.reveal, async (path) => shell.showItemInFolder(AbsolutePath.parse(path)));
  answer(CHANNELS.notify, async (title, body) => {
    if (Notification.isSupported()) new Notification({ title: Text.parse(title), body: Text.parse(body) }).show();
  });
}
