import { AppError, fromWire } from '../../shared/errors.ts';
import type { FilePart } from './dropped-items.ts';
import { messages } from './messages/messages.ts';

export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

interface UploadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: UploadProgress) => void;
}

const broken = (file: File): AppError =>
  new AppError('ENGINE_UNREACHABLE', {
    message: messages.connection.uploadBroken(file.name),
    remedy: messages.connection.uploadRemedy,
    kept: messages.connection.unreachableKept,
  });

const cancelled = (): AppError => new AppError('CANCELLED', { message: messages.datasets.importCancelled });

function idIn(answer: unknown): string | undefined {
  return typeof answer === 'object' && answer !== null && 'uploadId' in answer && typeof answer.uploadId === 'string'
    ? answer.uploadId
    : undefined;
}

interface OneUpload {
  readonly name: string;
  /** The upload that it joins; null begins one. */
  readonly joins: string | null;
  readonly signal: AbortSignal;
  readonly onSent: (bytes: number) => void;
}

/** Sends one file, streamed from disk; answers the id of its upload. */
function send(file: File, { name, joins, signal, onSent }: OneUpload): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    // fetch cannot tell how much of a body has left; this can.
    const request = new XMLHttpRequest();
    const query = new URLSearchParams(joins === null ? { name } : { name, joins });
    request.open('PUT', `/upload?${query.toString()}`);
    request.responseType = 'json';
    request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded));
    request.addEventListener('load', () => {
      const answer: unknown = request.response;
      const id = idIn(answer);
      if (id !== undefined) resolve(id);
      else
        reject(
          typeof answer === 'object' && answer !== null && 'error' in answer ? fromWire(answer.error) : broken(file),
        );
    });
    request.addEventListener('error', () => reject(broken(file)));
    request.addEventListener('abort', () => reject(cancelled()));
    const stop = () => request.abort();
    signal.addEventListener('abort', stop);
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop));
    request.send(file);
  });
}

/** As many as a browser opens to one host. */
const AT_ONCE = 6;
const TELL_EVERY_MS = 100;

/**
 * Sends files that belong together to the browser host, under their paths; answers the id by which the engine finds
 * them. The first failure ends it.
 */
export async function uploadFiles(parts: readonly FilePart[], { signal, onProgress }: UploadOptions): Promise<string> {
  const totalBytes = parts.reduce((sum, { file }) => sum + file.size, 0);
  const [first, ...others] = parts;
  if (first === undefined) throw new AppError('INVALID_ARGUMENT', { message: messages.connection.uploadNothing });
  let finishedBytes = 0;
  const underWay = new Map<FilePart, number>();
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  let toldAt = 0;
  const tell = () => {
    // Thousands of small files would have the page draw for each of them.
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    onProgress({ sentBytes: finishedBytes + [...underWay.values()].reduce((sum, sent) => sum + sent, 0), totalBytes });
  };
  const sendPart = async (part: FilePart, joins: string | null): Promise<string> => {
    const onSent = (bytes: number) => {
      underWay.set(part, Math.min(bytes, part.file.size));
      tell();
    };
    const id = await send(part.file, { name: part.path, joins, signal: either, onSent });
    underWay.delete(part);
    finishedBytes += part.file.size;
    tell();
    return id;
  };
  const id = await sendPart(first, null);
  const waiting = others.values();
  const sendRest = async (): Promise<void> => {
    for (const part of waiting) await sendPart(part, id);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, sendRest));
  } catch (error) {
    failure.abort();
    throw error;
  }
  return id;
}
