import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { ZipReader } from '../../compute/archive/zip-reader.ts';

/** The earliest time a zip can say; the same for every entry, so that equal files make equal archives. */
const ENTRY_TIME = new Date(1980, 0, 1, 0, 0, 0);
/** 200 times is more than any model shrinks, less than a bomb. */
const LIMITS = { entries: 10_000, bytes: 4 * 2 ** 30, expansion: 200 };

/** Zips files of a folder, sorted by path, with fixed times: the same bytes for the same files. */
export function zipFolder(folder: string, paths: readonly string[]): Uint8Array {
  const entries: Zippable = {};
  for (const path of [...paths].sort()) {
    entries[path] = [readFileSync(join(folder, path)), { mtime: ENTRY_TIME, level: 6 }];
  }
  return zipSync(entries);
}

/**
 * Unpacks a zip into a folder. Throws CORRUPT for what is no zip, paths that lead out of the folder, a path given twice,
 * and an archive that expands to more than 4 GB or 200 times its size. `wanted` chooses entries.
 */
export async function unzipInto(
  path: string,
  folder: string,
  wanted: (name: string) => boolean = () => true,
): Promise<void> {
  await using zip = await ZipReader.open(path, LIMITS);
  for (const entry of zip.entries) {
    if (entry.isFolder || !wanted(entry.name)) continue;
    const target = join(folder, entry.name);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await zip.content(entry));
  }
}
