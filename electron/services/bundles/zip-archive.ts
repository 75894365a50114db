import { readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { type Zippable, zipSync } from 'fflate';
import { AppError } from '../../../shared/errors.ts';

/** The earliest time a zip can say; the same for every entry, so that equal files make equal archives. */
const ENTRY_TIME = new Date(1980, 0, 1, 0, 0, 0);
const MOST_ENTRIES = 10_000;
const MOST_BYTES = 4 * 2 ** 30;
/** More than any model shrinks, less than a bomb. */
const MOST_EXPANSION = 200;
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_SIZE = 22;
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

/** Zips files of a folder, sorted by path, with fixed times: the same bytes for the same files. */
export function zipFolder(folder: string, paths: readonly string[]): Uint8Array {
  const entries: Zippable = {};
  for (const path of [...paths].sort()) {
    entries[path] = [readFileSync(join(folder, path)), { mtime: ENTRY_TIME, level: 6 }];
  }
  return zipSync(entries);
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const corrupt = (message: string): AppError =>
  new AppError('CORRUPT', {
    message,
    remedy: 'Do not use this archive; copy it again or ask for another.',
    kept: 'Nothing was written.',
  });

function checkName(name: string): void {
  const parts = name.replace(/\/$/, '').split('/');
  const isUnsafe = /^[A-Za-z]:|[\\\0]/.test(name) || parts.some((part) => part === '' || part === '.' || part === '..');
  if (isUnsafe) throw corrupt(`The archive holds the path "${name.slice(0, 100)}", which leads out of its folder.`);
}

async function bytesAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  if (bytesRead !== length) throw corrupt('The archive is cut off.');
  return buffer;
}

/** The list at the end of the archive, every name and the whole size checked. */
async function readEntries(file: FileHandle, path: string): Promise<Entry[]> {
  const { size } = await file.stat();
  const tailLength = Math.min(size, END_SIZE + 0xffff);
  const tail = await bytesAt(file, size - tailLength, tailLength);
  let end = tail.length - END_SIZE;
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end -= 1;
  if (end < 0) throw corrupt(`${path} is no zip archive.`);
  const count = tail.readUInt16LE(end + 10);
  const listLength = tail.readUInt32LE(end + 12);
  const listOffset = tail.readUInt32LE(end + 16);
  if (count > MOST_ENTRIES || listOffset + listLength > size)
    throw corrupt(`${path} is no zip archive that can be read.`);
  const list = await bytesAt(file, listOffset, listLength);
  const entries: Entry[] = [];
  const names = new Set<string>();
  let total = 0;
  for (let at = 0, i = 0; i < count; i += 1) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw corrupt(`The list of ${path} is broken.`);
    const nameLength = list.readUInt16LE(at + 28);
    const name = list.toString('utf8', at + 46, at + 46 + nameLength);
    const entry = {
      name,
      method: list.readUInt16LE(at + 10),
      packed: list.readUInt32LE(at + 20),
      size: list.readUInt32LE(at + 24),
      offset: list.readUInt32LE(at + 42),
    };
    checkName(name);
    if (names.has(name)) throw corrupt(`The archive holds "${name}" twice.`);
    names.add(name);
    total += entry.size;
    if (total > MOST_BYTES || total > size * MOST_EXPANSION + 2 ** 20) {
      throw corrupt(`The archive expands to more than ${total} bytes from ${size}.`);
    }
    entries.push(entry);
    at += 46 + nameLength + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32);
  }
  return entries;
}

async function contentOf(file: FileHandle, { name, method, packed, size, offset }: Entry): Promise<Buffer> {
  const head = await bytesAt(file, offset, 30);
  if (head.readUInt32LE(0) !== LOCAL_SIGNATURE) throw corrupt(`The entry "${name}" is not where the archive says.`);
  const bytes = await bytesAt(file, offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), packed);
  if (method === 0) return bytes;
  if (method !== 8) throw corrupt(`The entry "${name}" is packed in a way that is not read here.`);
  try {
    // Off this thread, and never more than the entry declares.
    return await inflate(bytes, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw corrupt(`The entry "${name}" cannot be unpacked: ${error instanceof Error ? error.message : String(error)}.`);
  }
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
  const file = await open(path);
  try {
    for (const entry of await readEntries(file, path)) {
      if (entry.name.endsWith('/') || !wanted(entry.name)) continue;
      const target = join(folder, entry.name);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, await contentOf(file, entry));
    }
  } finally {
    await file.close();
  }
}
