import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { RequestError } from './request-error.ts';

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

const tooLarge = (limit: number): RequestError =>
  new RequestError(413, `The body is larger than ${limit} bytes.`, { connection: 'close' });

/** The whole body, decompressed, at most `limit` bytes. Throws RequestError 413 or 415; 400 when it breaks off. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) {
    request.resume();
    return Promise.reject(tooLarge(limit));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        chunks.length = 0;
        reject(tooLarge(limit));
      } else chunks.push(chunk);
    });
    request.on('error', () => reject(new RequestError(400, 'The request broke off.', { connection: 'close' })));
    request.on('end', () => {
      const [only] = chunks;
      const body = chunks.length === 1 && only ? only : Buffer.concat(chunks);
      const encoding = request.headers['content-encoding'];
      if (encoding === undefined || encoding === 'identity') resolve(body);
      else {
        try {
          resolve(decode(body, encoding, limit));
        } catch (error) {
          reject(error);
        }
      }
    });
  });
}

function decode(body: Buffer, encoding: string, limit: number): Buffer {
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (!decoder) throw new RequestError(415, `The content encoding "${encoding}" is not read here.`);
  try {
    return decoder(body, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit);
    throw new RequestError(400, `The body is not ${encoding}.`);
  }
}
