import { AppError, fromWire } from '../../shared/errors.ts';
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

function idIn(answer: unknown): string | undefined {
  return typeof answer === 'object' && answer !== null && 'uploadId' in answer && typeof answer.uploadId === 'string'
    ? answer.uploadId
    : undefined;
}

/** Sends a file to the browser host, streamed from disk; answers the id by which the engine finds it. */
export function uploadFile(file: File, { signal, onProgress }: UploadOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    // fetch cannot tell how much of a body has left; this can.
    const request = new XMLHttpRequest();
    request.open('PUT', `/upload?name=${encodeURIComponent(file.name)}`);
    request.responseType = 'json';
    request.upload.addEventListener('progress', ({ loaded }) =>
      onProgress({ sentBytes: loaded, totalBytes: file.size }),
    );
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
    request.addEventListener('abort', () =>
      reject(new AppError('CANCELLED', { message: messages.datasets.importCancelled })),
    );
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
