import { lstat, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportFormat } from '../../../shared/contract/datasets.ts';
import { imageFormat } from '../../compute/images/image-format.ts';

/** Whether a path is to be read as pictures: it was asked for, it is a folder, a zip archive (no workbook), or a picture. */
export async function holdsImages(path: string, format: ImportFormat | undefined): Promise<boolean> {
  if (format !== undefined) return format === 'images';
  const found = await lstat(path).catch(() => undefined);
  if (!found) return false;
  if (found.isDirectory()) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    const head = buffer.subarray(0, bytesRead);
    const isZip = head.subarray(0, 4).toString('latin1') === 'PK\x03\x04';
    return (isZip && !/\.(xlsx|xlsm|ods)$/i.test(basename(path))) || imageFormat(head) !== undefined;
  } finally {
    await file.close();
  }
}
