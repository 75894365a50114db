/** A file below what was dropped; the folders before its name are those inside of the drop, joined by "/". */
export interface FilePart {
  readonly path: string;
  readonly file: File;
}

/** One thing that was dropped or chosen: a file, or a folder with every file below it. */
export type DroppedItem =
  | { readonly kind: 'file'; readonly file: File }
  | {
      readonly kind: 'folder';
      readonly name: string;
      /** Stands for the folder itself where the program around the page can tell its path. */
      readonly handle: File | null;
      readonly files: readonly FilePart[];
    };

/** Files that systems leave beside those that people see. */
export const isOfSystem = (name: string): boolean => /^(\.|Thumbs\.db$|desktop\.ini$)/i.test(name);

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // A reader answers a hundred at a time, and nothing when all have been told.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Folders wait in a list: as arguments of a call their files would be too many where a folder holds a hundred thousand. */
async function filesBelow(top: FileSystemDirectoryEntry): Promise<readonly FilePart[]> {
  const found: FilePart[] = [];
  const waiting = [{ folder: top, path: `${top.name}/` }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await entriesOf(next.folder)) {
      if (isOfSystem(entry.name)) continue;
      const path = `${next.path}${entry.name}`;
      if (isFolder(entry)) waiting.push({ folder: entry, path: `${path}/` });
      else if (isFile(entry))
        found.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
    }
  }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function readItem(entry: FileSystemEntry | null, file: File | null): Promise<DroppedItem | null> {
  if (entry !== null && isFolder(entry))
    return { kind: 'folder', name: entry.name, handle: file, files: await filesBelow(entry) };
  return file === null ? null : { kind: 'file', file };
}

/** Reads a drop, folders and all. To be called while the drop is handled: afterwards the browser has forgotten it. */
export async function readDrop(transfer: DataTransfer): Promise<readonly DroppedItem[]> {
  const reading = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => readItem(item.webkitGetAsEntry(), item.getAsFile()));
  return (await Promise.all(reading)).filter((item) => item !== null);
}
