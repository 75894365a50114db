import { notifications } from '@mantine/notifications';
import { useNavigate } from 'react-router';
import { toAppError } from '../../shared/errors.ts';
import { type DroppedItem, isOfSystem, readDrop } from './dropped-items.ts';
import { kindOfName } from './file-kinds.ts';
import { host } from './host.ts';
import { type IncomingFile, incomingFromFiles, incomingFromPath, offerFiles } from './incoming-files.ts';
import { messages } from './messages/messages.ts';
import { sortFiles } from './sort-files.ts';

/** The browser's own file dialog, for files or for one folder; resolves with nothing when it is closed. */
function askBrowser(isFolder: boolean): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.webkitdirectory = isFolder;
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** The folder that was chosen, its files with their paths as the browser tells them. */
function folderOf(files: readonly File[]): readonly DroppedItem[] {
  const parts = files
    .map((file) => ({ path: file.webkitRelativePath, file }))
    .filter(({ path }) => !path.split('/').some(isOfSystem));
  const [name = ''] = parts[0]?.path.split('/') ?? [];
  return parts.length === 0 ? [] : [{ kind: 'folder', name, handle: null, files: parts }];
}

/** Whatever way files come in, one that cannot be read is said. */
async function orSayWhy(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    notifications.show({
      title: messages.frame.dropUnreadable,
      message: `${toAppError(error).message} ${messages.frame.dropUnreadableRemedy}`,
      color: 'red',
    });
  }
}

interface OpenFiles {
  /** Asks for files and leads to the import form. */
  readonly ask: () => Promise<void>;
  /** Asks for a folder: of pictures, of tables, of a model and its weights. */
  readonly askFolder: () => Promise<void>;
  /** Takes what was dropped; to be called while the drop is handled. */
  readonly take: (transfer: DataTransfer) => Promise<void>;
}

/** The ways in for data and models: a dialog, or a drop. */
export function useOpenFiles(): OpenFiles {
  const navigate = useNavigate();
  const offer = (files: readonly IncomingFile[], leftOut: readonly string[]) => {
    if (leftOut.length > 0) {
      notifications.show({
        title: messages.frame.leftOutTitle,
        message: messages.frame.leftOut(leftOut),
        color: 'gray',
        autoClose: 10_000,
      });
    }
    offerFiles(files);
    if (files.length > 0) void navigate('/data/import');
  };
  const offerPaths = (paths: readonly string[]) => {
    const files = paths.map(incomingFromPath);
    const taken = files.filter(({ name }) => kindOfName(name).isImported);
    offer(
      taken,
      files.filter((file) => !taken.includes(file)).map(({ name }) => name),
    );
  };
  const offerItems = async (items: readonly DroppedItem[]) => {
    const { taken, leftOut } = await sortFiles(items);
    offer(taken.map(incomingFromFiles), leftOut);
  };
  return {
    ask: () =>
      orSayWhy(async () => {
        const { chooseFiles } = host();
        if (chooseFiles !== undefined) offerPaths(await chooseFiles());
        else await offerItems((await askBrowser(false)).map((file) => ({ kind: 'file', file })));
      }),
    askFolder: () =>
      orSayWhy(async () => {
        const { chooseFolder } = host();
        if (chooseFolder === undefined) return offerItems(folderOf(await askBrowser(true)));
        const path = await chooseFolder();
        if (path !== undefined) offerPaths([path]);
      }),
    take: (transfer) => orSayWhy(async () => offerItems(await readDrop(transfer))),
  };
}
