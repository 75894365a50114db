import { createReadStream } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';

/** Objects and lists inside each other; far above what a table needs and below what a parser's stack bears. */
const DEEPEST = 100;

/** Streams a JSON file once and throws BAD_INPUT where brackets nest too deep, before a parser's stack can overflow. */
export async function checkDepth(path: string, fileName: string): Promise<void> {
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let line = 1;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    for (const byte of chunk as Buffer) {
      if (byte === 0x0a) line += 1;
      if (isText) {
        if (isEscaped) isEscaped = false;
        else if (byte === 0x5c) isEscaped = true;
        else if (byte === 0x22) isText = false;
      } else if (byte === 0x22) isText = true;
      else if (byte === 0x7b || byte === 0x5b) {
        depth += 1;
        if (depth > DEEPEST)
          throw new AppError('BAD_INPUT', {
            message: `${fileName}: line ${line} nests more than ${DEEPEST} objects and lists inside each other.`,
            remedy: 'Flatten the file.',
            kept: 'Nothing was changed.',
            details: { file: fileName, line },
          });
      } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    }
  }
}
