import { createReadStream, createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';

export type Packing = 'gzip' | 'zstd';

/** Disk that unpacking leaves free. */
const SPARED_BYTES = 500_000_000;

/** How a file is packed, by its first bytes. */
export function packingOf(head: Buffer): Packing | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : null;
}

/**
 * Unpacks a file into `folder` and answers where. Throws CORRUPT when it ends early or is damaged, and DISK_FULL before
 * the disk is, whatever a small file may swell to.
 */
export async function unpack(path: string, packing: Packing, folder: string): Promise<string> {
  const fileName = basename(path);
  const target = join(folder, 'unpacked');
  const { bavail, bsize } = await statfs(folder);
  const limit = Math.max(0, bavail * bsize - SPARED_BYTES);
  let written = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      done(written > limit ? tooLarge(fileName, packing) : null, chunk);
    },
  });
  try {
    await pipeline(
      createReadStream(path),
      packing === 'gzip' ? createGunzip() : createZstdDecompress(),
      bounded,
      createWriteStream(target),
    );
  } catch (error) {
    if (error instanceof AppError || (error instanceof Error && 'code' in error && error.code === 'ENOSPC'))
      throw error;
    throw new AppError('CORRUPT', {
      message: `${fileName}: the archive is damaged or ends early.`,
      remedy: 'Fetch the file again.',
      kept: 'Nothing was changed.',
      cause: error,
    });
  }
  return target;
}

const tooLarge = (fileName: string, packing: Packing): AppError =>
  new AppError('DISK_FULL', {
    message: `${fileName} (${packing}) unpacks to more than the disk of the workspace has room for.`,
    remedy: 'Free some space, or use a workspace on another disk.',
    kept: 'Nothing was changed.',
  });
