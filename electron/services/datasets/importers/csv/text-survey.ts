import { createReadStream } from 'node:fs';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BLANKS: ReadonlySet<number> = new Set([RETURN, 0x20, 0x09]);

/** A text in UTF-8, and the mark within which a blank line is part of a value. */
export interface SurveyedText {
  readonly path: string;
  readonly quote: string | undefined;
}

/** Counts what a reader of delimited text passes over without a word: zero bytes, and lines with nothing on them. */
export class TextSurvey {
  #zeros = 0;
  #blank = 0;
  #isLineBlank = true;

  /** Takes the next bytes of the file. Looks with native searches only: far faster than the file is read otherwise. */
  take(chunk: Buffer): void {
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) this.#zeros += 1;
    // A line that went over the end of the last chunk is blank only if what stands before the first line feed is, too.
    if (this.#isLineBlank && isBlank(chunk, 0, endOfLine(chunk, 0)) && chunk.includes(LINE_FEED)) this.#blank += 1;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) {
      const next = chunk[at + 1];
      if (next === LINE_FEED) this.#blank += 1;
      else if (next !== undefined && BLANKS.has(next)) {
        const end = endOfLine(chunk, at + 1);
        if (end < chunk.length && isBlank(chunk, at + 1, end)) this.#blank += 1;
      }
    }
    const last = chunk.lastIndexOf(LINE_FEED);
    this.#isLineBlank = (last >= 0 || this.#isLineBlank) && isBlank(chunk, last + 1, chunk.length);
  }

  /** Reads the whole of a text in UTF-8, where nobody else did. */
  async run(path: string): Promise<void> {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) this.take(chunk as Buffer);
  }

  get zeroBytes(): number {
    return this.#zeros;
  }

  /** Lines of nothing but blanks. With quotes in use the text is read again, as a blank line within quotes is a value's. */
  async blankLines({ path, quote }: SurveyedText): Promise<number> {
    const mark = quote?.charCodeAt(0);
    if (this.#blank === 0 || mark === undefined) return this.#blank;
    let count = 0;
    let isQuoted = false;
    let isLineBlank = true;
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      for (const byte of chunk as Buffer) {
        if (byte === mark) isQuoted = !isQuoted;
        if (byte !== LINE_FEED) isLineBlank &&= BLANKS.has(byte);
        else {
          if (isLineBlank && !isQuoted) count += 1;
          isLineBlank = !isQuoted;
        }
      }
    return count;
  }
}

function endOfLine(chunk: Buffer, from: number): number {
  const end = chunk.indexOf(LINE_FEED, from);
  return end < 0 ? chunk.length : end;
}

function isBlank(chunk: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!BLANKS.has(chunk[at] ?? 0)) return false;
  return true;
}
