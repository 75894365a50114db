import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportFormat, ImportWarning } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import type { DetectedFile, Importer } from './importers/importer.ts';
import { IMPORTERS, importerOf } from './importers/importers.ts';
import { detectEncoding, isBinary } from './importers/text-encoding.ts';
import { UNREAD_FORMATS } from './importers/unread-formats.ts';
import { packingOf, unpack } from './unpack.ts';

const HEAD_BYTES = 1 << 18;

const refuse = (fileName: string, what: string, remedy: string, becomes?: 'model'): AppError =>
  new AppError('UNSUPPORTED_FORMAT', {
    message: `${fileName}: ${what}`,
    remedy,
    kept: 'Nothing was changed.',
    details: { file: fileName, ...(becomes ? { becomes } : {}) },
  });

const empty = (fileName: string, why: string): AppError =>
  new AppError('BAD_INPUT', {
    message: `${fileName} is empty: ${why}.`,
    remedy: 'Choose another file.',
    kept: 'Nothing was changed.',
  });

/** Blanks and zero bytes. */
const BLANK = /^[\s\0]*$/;

/** Looks at a file. Content decides, not the name; what cannot be imported is refused with the format named. `folder` takes what is unpacked. */
export async function detectFile(path: string, folder: string, wanted?: ImportFormat): Promise<DetectedFile> {
  const fileName = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found)
    throw new AppError('NOT_FOUND', {
      message: `There is no file ${path}.`,
      remedy: 'Check the path.',
      kept: 'Nothing was changed.',
    });
  if (found.isDirectory()) throw refuse(fileName, 'it is a folder.', 'Choose the files in it.');
  if (!found.isFile()) throw refuse(fileName, 'it is not a file but a device or a pipe.', 'Save it as a file first.');
  const head = await readHead(path);
  const packing = packingOf(head);
  if (packing === null) return detect(path, fileName, head, found.size, wanted);
  const unpacked = await unpack(path, packing, folder);
  return detect(unpacked, fileName, await readHead(unpacked), found.size, wanted);
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(HEAD_BYTES, size));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function detect(
  path: string,
  fileName: string,
  head: Buffer,
  sizeBytes: number,
  wanted: ImportFormat | undefined,
): DetectedFile {
  if (head.length === 0) throw empty(fileName, 'there is nothing in it');
  const base = { path, fileName, sizeBytes, head };
  const binary = IMPORTERS.find((importer) => importer.isBinary && importer.matches({ fileName, head, text: '' }));
  if (binary) return { ...base, importer: binary, encoding: 'utf-8', warnings: wrongName(binary, fileName) };
  const unread = UNREAD_FORMATS.find(({ matches }) => matches(head, fileName));
  if (unread) throw refuse(fileName, unread.message, unread.remedy, unread.becomes);
  const promised = wanted ? importerOf(wanted) : IMPORTERS.find(({ endings }) => endings.test(fileName));
  if (promised?.isBinary)
    throw new AppError('CORRUPT', {
      message: `${fileName} is no ${promised.label} file: it does not begin as one does.`,
      remedy: 'Write the file again, or import it under its true format.',
      kept: 'Nothing was changed.',
    });
  const { encoding, text } = detectEncoding(head, head.length === HEAD_BYTES);
  if (head.length < HEAD_BYTES && BLANK.test(text)) throw empty(fileName, 'it holds nothing but blanks');
  if (encoding === 'windows-1252' && isBinary(head))
    throw refuse(fileName, 'it is neither text nor Parquet.', 'Choose a CSV, TSV, Parquet or JSON Lines file.');
  if (/^\s*(<!doctype html|<html)/i.test(text))
    throw refuse(fileName, 'it is a web page, not a table.', 'Download the data itself.');
  const importer =
    wanted && promised
      ? promised
      : (IMPORTERS.find(({ isBinary, matches }) => !isBinary && matches({ fileName, head, text })) ??
        importerOf('csv'));
  return { ...base, importer, encoding, warnings: wrongName(importer, fileName) };
}

/** Names that promise something else than what the file holds. */
function wrongName(importer: Importer, fileName: string): ImportWarning[] {
  const isPromised = importer.endings.test(fileName.replace(/\.(gz|zst)$/i, ''));
  const promisesOther =
    IMPORTERS.some((other) => other !== importer && other.endings.test(fileName)) ||
    /\.(xlsx?|arrow|feather|sqlite|db|zip)$/i.test(fileName);
  if (isPromised || !promisesOther) return [];
  return [
    {
      code: 'wrongName',
      message: `${fileName} holds ${importer.label} whatever its name says; it is read as that.`,
    },
  ];
}
