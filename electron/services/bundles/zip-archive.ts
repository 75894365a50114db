import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { AppError } from '../../../shared/errors.ts';

/** The earliest time a zip can say; the same for every entry, so that equal files make equal archives. */
const ENTRY_TIME = new Date(1980, 0, 1, 0, 0, 0);
const MOST_ENTRIES = 10_000;
const MOST_BYTES = 4 * 2 ** 30;
/** Larger than any model compresses, smaller than a bomb. */
const MOST_EXPANSION = 200;

/** Zips files of a folder, sorted by path, with fixed times: the same bytes for the same files. */
export function zipFolder(folder: string, paths: readonly string[]): Uint8Array {
  const entries: Zippable = {};
  for (const path of [...paths].sort())
    entries[path] = [readFileSync(join(folder, path)), { mtime: ENTRY_TIME, level: 6 }];
  return zipSync(entries);
}

function checkName(name: string): void {
  const parts = name.split('/');
  const isUnsafe =
    name === '' ||
    name.startsWith('/') ||
    name.includes('\\') ||
    name.includes('\0') ||
    /^[A-Za-z]:/.test(name) ||
    parts.includes('..') ||
    parts.includes('.');
  if (isUnsafe) {
    throw new AppError('CORRUPT', {
      message: `The archive holds the path "${name.slice(0, 100)}", which leads out of its folder.`,
      remedy: 'Do not use this archive; ask for another.',
      kept: 'Nothing was written.',
    });
  }
}

/**
 * Unpacks a zip into a folder. Throws CORRUPT for paths that lead out of it, for a path given twice, and for an archive
 * that would expand to more than 4 GB or 200 times its size. `wanted` chooses entries.
 */
export async function unzipInto(
  path: string,
  folder: string,
  wanted: (name: string) => boolean = () => true,
): Promise<void> {
  const bytes = await readFile(path);
  const seen = new Set<string>();
  let total = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        checkName(name.replace(/\/$/, ''));
        if (seen.has(name)) throw new AppError('CORRUPT', { message: `The archive holds "${name}" twice.` });
        seen.add(name);
        total += originalSize;
        if (seen.size > MOST_ENTRIES || total > MOST_BYTES || total > bytes.length * MOST_EXPANSION + 2 ** 20) {
          throw new AppError('CORRUPT', {
            message: `The archive expands to more than ${total} bytes from ${bytes.length}.`,
            remedy: 'Do not use this archive; ask for another.',
            kept: 'Nothing was written.',
          });
        }
        return !name.endsWith('/') && wanted(name);
      },
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('CORRUPT', {
      message: `${path} is no zip that can be read: ${error instanceof Error ? error.message : String(error)}.`,
      remedy: 'Copy or export it again.',
      cause: error,
    });
  }
  for (const [name, content] of Object.entries(files)) {
    const target = join(folder, name);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}
