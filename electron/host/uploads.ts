import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
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

const MOST_FOLDERS = 32;

/** A name with folders, each part made safe, none leading upwards; its deepest folders when there are too many. */
const safePath = (name: string): readonly string[] =>
  name
    .split(/[/\\]/)
    .filter((part) => !/^\.*$/.test(part))
    .map(safeFileName)
    .slice(-MOST_FOLDERS);

/** The upload that a file joins: the one that an earlier file of the same drop began, or a new one. */
async function uploadToJoin(uploadsFolder: string, joined: string | null): Promise<string> {
  if (joined === null) {
    const uploadId = ulid();
    await mkdir(join(uploadsFolder, uploadId), { recursive: true });
    return uploadId;
  }
  const isThere = /^[\w-]+$/.test(joined) && (await stat(join(uploadsFolder, joined)).catch(() => null)) !== null;
  if (isThere) return joined;
  throw new AppError('NOT_FOUND', {
    message: 'The upload that this file belongs to is not there any more.',
    remedy: 'Drop the files again.',
    kept: 'Nothing of the file was kept.',
  });
}

/**
 * Streams the body of a request into `<uploadsFolder>/<uploadId>/<name>` and answers the id. Files that belong together
 * (a folder, a model and its weights) are sent one by one: all but the first name the upload that they join, and each
 * has its folders in its name. A file has a temporary name until its last byte is on the disk; a broken or refused one
 * leaves nothing behind.
 */
export async function receiveUpload(
  request: IncomingMessage,
  { name, joins = null }: { readonly name: string; readonly joins?: string | null },
  options: { readonly uploadsFolder: string; readonly limitBytes: number },
): Promise<{ uploadId: string }> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > options.limitBytes) throw tooLarge(options.limitBytes);
  const uploadId = await uploadToJoin(options.uploadsFolder, joins);
  const folder = join(options.uploadsFolder, uploadId);
  const temporary = join(folder, `.part-${ulid()}`);
  const path = join(folder, ...(safePath(name).length > 0 ? safePath(name) : ['upload']));
  let received = 0;
  const limiter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      done(received > options.limitBytes ? tooLarge(options.limitBytes) : null, chunk);
    },
  });
  try {
    await requireSpace(folder, announced);
    await pipeline(request, limiter, createWriteStream(temporary, { flush: joins === null }));
    await mkdir(dirname(path), { recursive: true });
    await rename(temporary, path);
    return { uploadId };
  } catch (error) {
    await rm(joins === null ? folder : temporary, { recursive: true, force: true });
    throw toAppError(error);
  }
}
