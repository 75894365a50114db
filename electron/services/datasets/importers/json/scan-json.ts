import { createReadStream } from 'node:fs';
import { AppError } from '../../../../../shared/errors.ts';

/** Objects and lists inside each other; far above what a table needs and below what a parser's stack bears. */
const DEEPEST = 100;
/** Digits that a double holds for certain. */
const EXACT_DIGITS = 15;

/** What one pass over the bytes of a JSON file says. */
export interface JsonScan {
  /** One object a line (or just one after the other), one list of objects, or one object that is the whole file. */
  readonly layout: 'lines' | 'array' | 'document';
  /** False where something stands outside quotes that JSON has no word for (NaN, Infinity), or bytes are no UTF-8. */
  readonly isSound: boolean;
  /** Some number has more digits than a double keeps. */
  readonly hasLongNumbers: boolean;
  /** Some number has an exponent of three digits: it may be past what a double holds. */
  readonly hasHugeNumbers: boolean;
}

/** Streams a JSON file once. Throws BAD_INPUT where brackets nest too deep, before a parser's stack can overflow. */
export async function scanJson(path: string, fileName: string): Promise<JsonScan> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isUtf8 = true;
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let line = 1;
  let first = 0;
  let topLevel = 0;
  let digits = 0;
  let isFraction = false;
  let exponent = -1;
  let hasOddWords = false;
  let hasLongNumbers = false;
  let hasHugeNumbers = false;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (isUtf8) isUtf8 = decodes(decoder, chunk as Buffer);
    for (const byte of chunk as Buffer) {
      if (byte === 0x0a) line += 1;
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (byte === 0x5c) isEscaped = true;
        else if (byte === 0x22) isText = false;
        continue;
      }
      if (byte >= 0x30 && byte <= 0x39) {
        digits += 1;
        if (digits > EXACT_DIGITS && !isFraction) hasLongNumbers = true;
        if (exponent >= 0 && ++exponent > 2) hasHugeNumbers = true;
        continue;
      }
      if ((byte === 0x65 || byte === 0x45) && digits > 0) exponent = 0;
      else if (byte !== 0x2b && byte !== 0x2d) exponent = -1;
      isFraction = byte === 0x2e;
      if (!isFraction) digits = 0;
      if (byte === 0x22) isText = true;
      else if (byte === 0x7b || byte === 0x5b) {
        if (first === 0) first = byte;
        if (depth === 0) topLevel += 1;
        depth += 1;
        if (depth > DEEPEST)
          throw new AppError('BAD_INPUT', {
            message: `${fileName}: line ${line} nests more than ${DEEPEST} objects and lists inside each other.`,
            remedy: 'Flatten the file.',
            kept: 'Nothing was changed.',
            details: { file: fileName, line },
          });
      } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
      else if (byte === 0x4e || byte === 0x49) hasOddWords = true;
    }
  }
  return {
    layout: topLevel > 1 ? 'lines' : first === 0x5b ? 'array' : 'document',
    isSound: isUtf8 && !hasOddWords,
    hasLongNumbers,
    hasHugeNumbers,
  };
}

function decodes(decoder: InstanceType<typeof TextDecoder>, chunk: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}
