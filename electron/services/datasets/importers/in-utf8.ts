import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import iconv from 'iconv-lite';
import { AppError } from '../../../../shared/errors.ts';
import type { DetectedFile } from './importer.ts';

/** A text file in UTF-8: itself, or a copy in `folder` in which `change` was made to the text too. */
export async function inUtf8(
  file: DetectedFile,
  encoding: string,
  folder: string,
  change?: Transform,
): Promise<{ readonly path: string; readonly encoding: string }> {
  const isUtf8 = encoding.toLowerCase().replace('_', '-') === 'utf-8';
  if (isUtf8 && !change) return { path: file.path, encoding: 'utf-8' };
  if (!iconv.encodingExists(encoding))
    throw new AppError('INVALID_ARGUMENT', {
      message: `There is no encoding "${encoding}".`,
      remedy: 'Name one such as utf-8, windows-1252, shift_jis or utf-16.',
    });
  const path = join(folder, 'source.txt');
  await pipeline([
    createReadStream(file.path),
    ...(isUtf8 ? [] : [iconv.decodeStream(encoding), iconv.encodeStream('utf-8')]),
    ...(change ? [change] : []),
    createWriteStream(path),
  ]);
  return { path, encoding: isUtf8 ? 'utf-8' : encoding };
}
