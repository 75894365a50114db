import { createReadStream } from 'node:fs';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BLANKS: ReadonlySet<number> = new Set([RETURN, 0x20, 0x09]);

/** Counts what a reader of delimited text passes over without a word: zero bytes, and lines with nothing on them. */
export class TextSurvey {
  readonly path: string;
  readonly #quote: number | undefined;
  #zeros = 0;
  #blank = 0;
  #isLineBlank = true;
  #hasAny = false;

  /** `path` is the text in UTF-8; `quote` the mark within which a blank line is part of a value. */
  constructor(path: string, quote: string | undefined) {
    this.path = path;
    this.#quote = quote?.charCodeAt(0);
  }

  /** Takes the next bytes of the file. Looks with native searches only: far faster than the file is read otherwise. */
  take(chunk: Buffer): void {
    this.#hasAny ||= chunk.length > 0;
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

  /** Reads the whole file, where nobody else did. */
  async run(): Promise<void> {
    for await (const chunk of createReadStream(this.path, { highWaterMark: 1 << 20 })) this.take(chunk as Buffer);
  }

  get zeroBytes(): number {
    return this.#zeros;
  }

  get hasRun(): boolean {
    return this.#hasAny;
  }

  /** Lines of nothing but blanks. With quotes in use the file is read again, as a blank line within quotes is a value's. */
  async blankLines(): Promise<number> {
    if (this.#blank === 0 || this.#quote === undefined) return this.#blank;
    let count = 0;
    let isQuoted = false;
    let isLineBlank = true;
    for await (const chunk of createReadStream(this.path, { highWaterMark: 1 << 20 }))
      for (const byte of chunk as Buffer) {
        if (byte === this.#quote) isQuoted = !isQuoted;
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
