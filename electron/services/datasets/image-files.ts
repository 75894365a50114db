import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { ZipReader } from '../../compute/archive/zip-reader.ts';

/** A file of a folder or an archive; its bytes are read only when they are asked for. */
export interface ImageFile {
  /** From the top of the folder or archive, parts joined by "/". */
  readonly path: string;
  readonly sizeBytes: number;
  /** Why it is left out without a look at its bytes; null for one that may be a picture. */
  readonly leftOut: string | null;
  bytes(): Promise<Buffer>;
}

export interface ImageFiles extends AsyncDisposable {
  readonly files: readonly ImageFile[];
}

/** Pictures shrink little: an archive that unpacks to more than this is none of pictures. */
const LIMITS = { entries: 65_534, bytes: 16 * 2 ** 30, expansion: 100 };
const MOST_FILES = 500_000;
/** A single file of more bytes is left out. */
const LARGEST_FILE = 128 * 2 ** 20;
const DEEPEST = 32;

const byPath = (a: ImageFile, b: ImageFile): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** Files that systems leave beside pictures. */
const isOfSystem = (path: string): boolean =>
  /(^|\/)(__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i.test(path);

function reasonOf(path: string, sizeBytes: number): string | null {
  if (isOfSystem(path)) return 'it is a file of the operating system';
  return sizeBytes > LARGEST_FILE ? `it is larger than ${LARGEST_FILE / 2 ** 20} MB` : null;
}

/** Files of a zip archive, in the order of their paths. Throws CORRUPT for an archive that is not to be trusted. */
async function zipFiles(path: string): Promise<ImageFiles> {
  const zip = await ZipReader.open(path, LIMITS);
  const link = zip.entries.find(({ isLink }) => isLink);
  if (link) {
    await zip[Symbol.asyncDispose]();
    throw new AppError('CORRUPT', {
      message: `${basename(path)} holds a link, "${link.name.slice(0, 200)}"; links are not followed.`,
      remedy: 'Make the archive again with the files themselves.',
      kept: 'Nothing was changed.',
    });
  }
  const files = zip.entries
    .filter(({ isFolder }) => !isFolder)
    .map(
      (entry): ImageFile => ({
        path: entry.name,
        sizeBytes: entry.size,
        leftOut: reasonOf(entry.name, entry.size),
        bytes: () => zip.content(entry),
      }),
    );
  return { files: files.sort(byPath), [Symbol.asyncDispose]: () => zip[Symbol.asyncDispose]() };
}

/** Files below a folder, in the order of their paths; links are listed and not followed. */
async function folderFiles(folder: string): Promise<ImageFiles> {
  const files: ImageFile[] = [];
  const walk = async (inside: string, depth: number): Promise<void> => {
    if (depth > DEEPEST) throw tooMuch(folder, `folders more than ${DEEPEST} deep`);
    for (const name of (await readdir(join(folder, inside))).sort()) {
      const path = inside === '' ? name : `${inside}/${name}`;
      const absolute = join(folder, inside, name);
      const found = await lstat(absolute);
      if (found.isDirectory()) {
        await walk(path, depth + 1);
        continue;
      }
      const leftOut = found.isSymbolicLink()
        ? 'it is a link; links are not followed'
        : found.isFile()
          ? reasonOf(path, found.size)
          : 'it is no file';
      files.push({ path, sizeBytes: found.size, leftOut, bytes: () => readFile(absolute) });
      if (files.length > MOST_FILES) throw tooMuch(folder, `more than ${MOST_FILES} files`);
    }
  };
  await walk('', 0);
  return { files: files.sort(byPath), [Symbol.asyncDispose]: async () => {} };
}

const tooMuch = (folder: string, what: string): AppError =>
  new AppError('BAD_INPUT', {
    message: `${basename(folder)} holds ${what}.`,
    remedy: 'Choose a folder of pictures, one folder a class.',
    kept: 'Nothing was changed.',
  });

/** Opens a folder, a zip archive or a single picture as files. */
export async function openImageFiles(path: string): Promise<ImageFiles> {
  const found = await lstat(path);
  if (found.isDirectory()) return folderFiles(path);
  if (extname(path).toLowerCase() === '.zip' || (await isZip(path))) return zipFiles(path);
  const one: ImageFile = {
    path: basename(path),
    sizeBytes: found.size,
    leftOut: reasonOf(basename(path), found.size),
    bytes: () => readFile(path),
  };
  return { files: [one], [Symbol.asyncDispose]: async () => {} };
}

async function isZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PK\x03\x04';
  } finally {
    await file.close();
  }
}
