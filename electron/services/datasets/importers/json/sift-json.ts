import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { AppError } from '../../../../../shared/errors.ts';
import { finiteNumbers } from './json-slices.ts';

/** A file of sound records, one a line, and one of what was set aside, with how many. */
export interface Sifted {
  readonly goodPath: string;
  readonly badPath: string;
  readonly good: number;
  readonly bad: number;
}

/** JSON.stringify writes a surrogate out where its other half is missing. */
const HALF_CHARACTER = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** Longest piece of a bad line that is kept. */
const LONGEST_KEPT = 10_000;

/**
 * Reads JSON Lines line by line: sound ones go on as they are, the others aside with line, reason and text. A number
 * past what a double holds is set aside as a cell, its row stays with the cell missing.
 */
export async function siftLines(path: string, folder: string, fileName: string): Promise<Sifted> {
  const goodPath = join(folder, 'rows.jsonl');
  const badPath = join(folder, 'bad.jsonl');
  const goodFile = createWriteStream(goodPath);
  const badFile = createWriteStream(badPath);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  let good = 0;
  let bad = 0;
  let firstReason = '';
  const setAside = (reason: string, text: string, column: string | null, value: string | null) => {
    bad += 1;
    if (bad === 1) firstReason = `line ${line}: ${reason}`;
    badFile.write(`${JSON.stringify({ line, column, value, text: text.slice(0, LONGEST_KEPT), reason })}\n`);
  };
  for await (const bytes of linesOf(path)) {
    line += 1;
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      setAside('bytes that are no UTF-8; name the encoding to read the file in it', bytes.toString('utf8'), null, null);
      continue;
    }
    if (text.trim() === '') continue;
    try {
      const value: unknown = JSON.parse(text);
      if (value === null || typeof value !== 'object' || Array.isArray(value)) {
        setAside('a record is an object in braces', text, null, null);
        continue;
      }
      if (text.includes('\\u') && HALF_CHARACTER.test(JSON.stringify(value))) {
        setAside('half of a character of two parts (a surrogate) stands alone', text, null, null);
        continue;
      }
    } catch (error) {
      setAside(reasonOf(error), text, null, null);
      continue;
    }
    const finite = finiteNumbers(text);
    for (const { column, value } of finite.dropped)
      setAside('a number larger than any that is kept; the row came in with this cell missing', text, column, value);
    good += 1;
    if (!goodFile.write(`${finite.text.replaceAll(/[\r\n]+/g, ' ')}\n`)) await drained(goodFile);
  }
  goodFile.end();
  badFile.end();
  await Promise.all([finished(goodFile), finished(badFile)]);
  if (good === 0)
    throw new AppError('BAD_INPUT', {
      message: `${fileName}: no line of it is a JSON object (${firstReason}).`,
      remedy: 'Write one object a line, or import the file under its true format.',
      kept: 'Nothing was changed.',
      details: { file: fileName },
    });
  return { goodPath, badPath, good, bad };
}

const drained = (stream: NodeJS.WritableStream): Promise<void> =>
  new Promise((resolve) => stream.once('drain', resolve));

/** V8's words without the piece of input they quote. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/, (?:\.\.\.)?".*$/s, '').replace(/ in JSON/, '') : String(error);

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    let from = 0;
    const bytes = chunk as Buffer;
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, from)) {
      yield Buffer.concat([...rest, bytes.subarray(from, at)]);
      rest = [];
      from = at + 1;
    }
    rest.push(bytes.subarray(from));
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield last;
}
