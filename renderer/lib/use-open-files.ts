import { notifications } from '@mantine/notifications';
import { useNavigate } from 'react-router';
import { host } from './host.ts';
import { type IncomingFile, incomingFromObject, incomingFromPath, offerFiles } from './incoming-files.ts';
import { messages } from './messages/messages.ts';

/** The browser's own file dialog; resolves with nothing when it is closed. */
function askBrowser(): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

interface OpenFiles {
  /** Asks for files and leads to the import form. */
  readonly ask: () => Promise<void>;
  /** Takes files that were dropped. */
  readonly take: (files: readonly File[]) => void;
}

/** The ways in for data files: a dialog, or a drop. */
export function useOpenFiles(): OpenFiles {
  const navigate = useNavigate();
  const offer = (files: readonly IncomingFile[]) => {
    const { taken, leftOut } = offerFiles(files);
    if (leftOut.length > 0) {
      notifications.show({
        title: messages.frame.leftOutTitle,
        message: messages.frame.leftOut(leftOut.join(', ')),
        color: 'gray',
        autoClose: 10_000,
      });
    }
    if (taken > 0) void navigate('/data/import');
  };
  return {
    ask: async () => {
      const { chooseFiles } = host();
      offer(
        chooseFiles === undefined
          ? (await askBrowser()).map(incomingFromObject)
          : (await chooseFiles()).map(incomingFromPath),
      );
    },
    take: (files) => offer(files.map(incomingFromObject)),
  };
}
