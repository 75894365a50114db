import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';

/** How much an archive may hold. */
export interface ZipLimits {
  readonly entries: number;
  /** Unpacked bytes of all entries together. */
  readonly bytes: number;
  /** Times the archive's own size that its entries may unpack to. */
  readonly expansion: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_SIZE = 22;
/** This many entries, as an archive of the 64-bit form says it. */
const MANY = 0xffff;
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

export interface ZipEntry {
  readonly name: string;
  /** Unpacked bytes as declared; unpacking never gives more. */
  readonly size: number;
  readonly isFolder: boolean;
  /** A symbolic link, by its Unix mode. */
  readonly isLink: boolean;
  readonly method: number;
  readonly packed: number;
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

/**
 * A zip archive opened for reading: its list is checked as a whole before anything is unpacked. Throws CORRUPT for what is no
 * zip, paths that lead out of a folder, a path given twice, more than the limits allow.
 */
export class ZipReader implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly entries: readonly ZipEntry[];

  private constructor(file: FileHandle, entries: readonly ZipEntry[]) {
    this.#file = file;
    this.entries = entries;
  }

  static async open(path: string, limits: ZipLimits): Promise<ZipReader> {
    const file = await open(path);
    try {
      return new ZipReader(file, await readEntries(file, path, limits));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The unpacked bytes of an entry. */
  async content({ name, method, packed, size, offset }: ZipEntry): Promise<Buffer> {
    const head = await bytesAt(this.#file, offset, 30);
    if (head.readUInt32LE(0) !== LOCAL_SIGNATURE) throw corrupt(`The entry "${name}" is not where the archive says.`);
    const bytes = await bytesAt(this.#file, offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28), packed);
    if (method === 0) return bytes;
    if (method !== 8) throw corrupt(`The entry "${name}" is packed in a way that is not read here.`);
    try {
      // Off this thread, and never more than the entry declares.
      return await inflate(bytes, { maxOutputLength: Math.max(1, size) });
    } catch (error) {
      throw corrupt(
        `The entry "${name}" cannot be unpacked: ${error instanceof Error ? error.message : String(error)}.`,
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** The list at the end of the archive, every name and the whole size checked. */
async function readEntries(file: FileHandle, path: string, limits: ZipLimits): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tailLength = Math.min(size, END_SIZE + 0xffff);
  const tail = await bytesAt(file, size - tailLength, tailLength);
  let end = tail.length - END_SIZE;
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end -= 1;
  if (end < 0) throw corrupt(`${path} is no zip archive.`);
  const count = tail.readUInt16LE(end + 10);
  const listLength = tail.readUInt32LE(end + 12);
  const listOffset = tail.readUInt32LE(end + 16);
  if (count === MANY || count > limits.entries)
    throw corrupt(`${path} holds more than ${Math.min(limits.entries, MANY - 1)} entries, the most that are read.`);
  if (listOffset + listLength > size) throw corrupt(`${path} is no zip archive that can be read.`);
  const list = await bytesAt(file, listOffset, listLength);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let total = 0;
  for (let at = 0, i = 0; i < count; i += 1) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw corrupt(`The list of ${path} is broken.`);
    const nameLength = list.readUInt16LE(at + 28);
    const name = list.toString('utf8', at + 46, at + 46 + nameLength);
    const mode = list.readUInt32LE(at + 38) >>> 16;
    const entry: ZipEntry = {
      name,
      isFolder: name.endsWith('/'),
      isLink: (mode & 0o170000) === 0o120000,
      method: list.readUInt16LE(at + 10),
      packed: list.readUInt32LE(at + 20),
      size: list.readUInt32LE(at + 24),
      offset: list.readUInt32LE(at + 42),
    };
    checkName(name);
    if (names.has(name)) throw corrupt(`The archive holds "${name}" twice.`);
    names.add(name);
    total += entry.size;
    if (total > limits.bytes || total > size * limits.expansion + 2 ** 20)
      throw corrupt(`The archive expands to more than ${total} bytes from ${size}.`);
    entries.push(entry);
    at += 46 + nameLength + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32);
  }
  return entries;
}
