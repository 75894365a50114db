import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ulid } from 'ulid';
import { AppError, toAppError } from '../../shared/errors.ts';

/** Left free on the disk so that an upload never fills it to the last byte. */
const RESERVE_BYTES = 64 * 1024 * 1024;

/** A file name without folders, control characters or a leading dot; the extension survives. */
export function safeFileName(name: string): string {
  const base = name.split(/[/\\]/).pop() ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const cleaned = base.replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_').replace(/^\.+/, '');
  return cleaned.length <= 120 ? cleaned || 'upload' : cleaned.slice(-120);
}

const tooLarge = (limitBytes: number): AppError =>
  new AppError('BAD_INPUT', {
    message: `The file is larger than the limit of ${limitBytes} bytes for an upload.`,
    remedy: 'Import it by path with the command line: drydock import FILE.',
    kept: 'Nothing of the file was kept.',
  });

async function requireSpace(folder: string, sizeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (sizeBytes + RESERVE_BYTES <= bavail * bsize) return;
  throw new AppError('DISK_FULL', {
    message: `The file needs ${sizeBytes} bytes and the disk of the workspace has ${bavail * bsize} left.`,
    remedy: 'Free some space, or use a workspace on another disk.',
    kept: 'Nothing of the file was written.',
  });
}

/**
 * Streams the body of a request into `<uploadsFolder>/<uploadId>/<name>` and answers the id. The file has a temporary
 * name until its last byte is on the disk; a broken or refused upload leaves nothing behind.
 */
export async function receiveUpload(
  request: IncomingMessage,
  name: string,
  options: { readonly uploadsFolder: string; readonly limitBytes: number },
): Promise<{ uploadId: string }> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > options.limitBytes) throw tooLarge(options.limitBytes);
  const uploadId = ulid();
  const folder = join(options.uploadsFolder, uploadId);
  const fileName = safeFileName(name);
  const temporary = join(folder, '.part');
  let received = 0;
  const limiter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      done(received > options.limitBytes ? tooLarge(options.limitBytes) : null, chunk);
    },
  });
  try {
    await mkdir(folder, { recursive: true });
    await requireSpace(folder, announced);
    await pipeline(request, limiter, createWriteStream(temporary, { flush: true }));
    await rename(temporary, join(folder, fileName));
    return { uploadId };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw toAppError(error);
  }
}
