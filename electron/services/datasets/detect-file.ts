import { open, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import iconv from 'iconv-lite';
import type { ImportFormat, ImportWarning } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';

const HEAD_BYTES = 1 << 18;

/** What the first bytes and the name say of a file. */
export interface DetectedFile {
  readonly path: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly format: ImportFormat;
  /** Found encoding of text; `utf-8` for binary formats. */
  readonly encoding: string;
  readonly isCompressed: boolean;
  readonly head: Buffer;
  readonly warnings: readonly ImportWarning[];
}

const refuse = (fileName: string, what: string, remedy: string): AppError =>
  new AppError('UNSUPPORTED_FORMAT', {
    message: `${fileName}: ${what}`,
    remedy,
    kept: 'Nothing was changed.',
    details: { file: fileName },
  });

/** Looks at a file. Content decides, not the name; what cannot be imported is refused with the format named. */
export async function detectFile(path: string, wanted?: ImportFormat): Promise<DetectedFile> {
  const fileName = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (!found)
    throw new AppError('NOT_FOUND', {
      message: `There is no file ${path}.`,
      remedy: 'Check the path.',
      kept: 'Nothing was changed.',
    });
  if (found.isDirectory()) throw refuse(fileName, 'it is a folder.', 'Choose the files in it.');
  if (found.size === 0)
    throw new AppError('BAD_INPUT', {
      message: `${fileName} is empty: there is nothing in it.`,
      remedy: 'Choose another file.',
      kept: 'Nothing was changed.',
    });
  const file = await open(path);
  const head = Buffer.alloc(Math.min(HEAD_BYTES, found.size));
  await file.read(head, 0, head.length, 0);
  await file.close();
  const base = { path, fileName, sizeBytes: found.size, head };
  const format = binaryFormat(head, fileName);
  if (format === 'parquet') {
    const isNamed = /\.(parquet|pq)$/i.test(fileName);
    const warnings = isNamed
      ? []
      : [{ code: 'wrongName', message: `${fileName} is a Parquet file whatever its name says; it is read as one.` }];
    return { ...base, format, encoding: 'utf-8', isCompressed: false, warnings };
  }
  if (format === 'gzip')
    return {
      ...base,
      format: wanted ?? (/\.jsonl?\.gz$|\.ndjson\.gz$/i.test(fileName) ? 'jsonl' : 'csv'),
      encoding: 'utf-8',
      isCompressed: true,
      warnings: [],
    };
  if (wanted === 'parquet' || /\.(parquet|pq)$/i.test(fileName)) {
    throw new AppError('CORRUPT', {
      message: `${fileName} is no Parquet file: it does not begin with PAR1.`,
      remedy: 'Write the file again, or import it under its true format.',
      kept: 'Nothing was changed.',
    });
  }
  const { encoding, text } = decodeHead(head);
  if (encoding === 'windows-1252' && isBinary(head))
    throw refuse(fileName, 'it is neither text nor Parquet.', 'Choose a CSV, TSV, Parquet or JSON Lines file.');
  if (/^\s*(<!doctype html|<html)/i.test(text))
    throw refuse(fileName, 'it is a web page, not a table.', 'Download the data itself.');
  const isJson =
    /\.(jsonl|ndjson|json)$/i.test(fileName) || (/^\s*[[{]/.test(text) && !/\.(csv|tsv|txt|tab)$/i.test(fileName));
  return { ...base, format: wanted ?? (isJson ? 'jsonl' : 'csv'), encoding, isCompressed: false, warnings: [] };
}

/** Over a hundredth of control bytes that no text holds. */
function isBinary(head: Buffer): boolean {
  const start = head.subarray(0, 4096);
  return start.filter((byte) => byte < 9 || (byte > 13 && byte < 27)).length > start.length / 100;
}

function binaryFormat(head: Buffer, fileName: string): 'parquet' | 'gzip' | null {
  const magic = head.subarray(0, 16);
  if (magic.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  if (magic.subarray(0, 4).toString('latin1') === 'PARE')
    throw refuse(fileName, 'its footer is encrypted Parquet.', 'Write it again without encryption.');
  if (magic[0] === 0x1f && magic[1] === 0x8b) return 'gzip';
  const name = (what: string, remedy: string) => {
    throw refuse(fileName, what, remedy);
  };
  if (magic.subarray(0, 16).toString('latin1') === 'SQLite format 3\0')
    name('SQLite databases are not read in this version.', 'Export the table as CSV or Parquet.');
  if (magic.subarray(0, 4).toString('latin1') === 'PK\x03\x04')
    name('Excel workbooks are not read in this version.', 'Save the sheet as CSV.');
  if (magic.subarray(0, 6).toString('latin1') === 'ARROW1')
    name('Arrow files are not read in this version.', 'Write it as Parquet.');
  if (magic.length >= 4 && magic.readUInt32BE(0) === 0xffffffff)
    name('Arrow streams are not read in this version.', 'Write it as Parquet.');
  if (magic.length >= 4 && magic.readUInt32BE(0) === 0xd0cf11e0)
    name('old Excel files (.xls) are not read.', 'Save it as CSV.');
  if (extname(fileName).toLowerCase() === '.onnx')
    name('it is a model, not a table.', 'Models are made by training in this version.');
  return null;
}

/** UTF-16 by its mark or by its zero bytes, UTF-8 when all but a few lines decode, else the likeliest legacy encoding. */
function decodeHead(head: Buffer): { encoding: string; text: string } {
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16', text: head.toString('utf16le') };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', text: '' };
  const unmarked = unmarkedUtf16(head);
  if (unmarked) return { encoding: unmarked, text: '' };
  const cut = head.length < HEAD_BYTES ? head : head.subarray(0, head.lastIndexOf(0x0a) + 1 || head.length);
  const decoder = new TextDecoder('utf-8');
  const lines = cut.toString('latin1').split('\n');
  let broken = 0;
  let accented = 0;
  for (const line of lines) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looks for any byte past ASCII
    if (/^[\x00-\x7f]*$/.test(line)) continue;
    if (decoder.decode(Buffer.from(line, 'latin1')).includes('\ufffd')) broken += 1;
    else accented += 1;
  }
  // A few lines in another encoding among UTF-8: those are quarantined, the file is not read as something else.
  if (broken === 0 || accented > 4 * broken) return { encoding: 'utf-8', text: decoder.decode(cut) };
  const high = cut.filter((byte) => byte >= 0x80).length;
  if (high > cut.length * DENSE) {
    for (const encoding of ['shift_jis', 'euc-jp', 'gb18030'])
      if (!iconv.decode(cut, encoding).includes('\ufffd')) return { encoding, text: iconv.decode(cut, encoding) };
  }
  return { encoding: 'windows-1252', text: cut.toString('latin1') };
}

/** Share of bytes past ASCII that no Western text reaches. */
const DENSE = 0.25;

/** Text in UTF-16 without a mark: every other byte of mostly Latin text is zero. */
function unmarkedUtf16(head: Buffer): string | null {
  const zeros = [0, 0];
  const length = Math.min(head.length, 4096) & ~1;
  for (let i = 0; i < length; i++) if (head[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even > length / 5 && odd < length / 50) return 'utf-16be';
  return odd > length / 5 && even < length / 50 ? 'utf-16le' : null;
}
