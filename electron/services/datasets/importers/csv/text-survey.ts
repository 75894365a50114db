import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { openScanRoom } from '../../../../compute/profile/scan-kernel.ts';
import { type FileLook, PIECE_BYTES } from '../../../../store/artifact-store.ts';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BLANKS: ReadonlySet<number> = new Set([RETURN, 0x20, 0x09]);

/** A text in UTF-8, and the mark within which a blank line is part of a value. */
export interface SurveyedText {
  readonly path: string;
  readonly quote: string | undefined;
}

/** Counts what a reader of delimited text passes over without a word: zero bytes, and lines with nothing on them. */
export class TextSurvey implements FileLook {
  readonly pieces: readonly [Buffer, Buffer];
  readonly #room = openScanRoom();
  readonly #counter: number;
  #zeros = 0;
  #blank = 0;
  #isLineBlank = true;

  constructor() {
    const { memory } = this.#room;
    this.#counter = memory.allocate(Uint32Array.BYTES_PER_ELEMENT);
    const piece = (): Buffer => {
      const { buffer, byteOffset, length } = memory.bytes(memory.allocate(PIECE_BYTES), PIECE_BYTES);
      return Buffer.from(buffer, byteOffset, length);
    };
    this.pieces = [piece(), piece()];
  }

  /** Takes the next bytes of the file. Far faster than the file is read otherwise. */
  take(piece: Buffer): void {
    const { kernel, memory } = this.#room;
    // A line that went over the end of the last piece is blank only if what stands before the first line feed is, too.
    if (this.#isLineBlank && isBlank(piece, 0, endOfLine(piece, 0)) && piece.includes(LINE_FEED)) this.#blank += 1;
    const end = piece.byteOffset + piece.length;
    const find = (from: number): number => kernel.findLineStart(from, end, this.#counter);
    for (let at = find(piece.byteOffset); at < end; at = find(at + 1)) {
      const from = at - piece.byteOffset + 1;
      const lineEnd = endOfLine(piece, from);
      if (lineEnd < piece.length && isBlank(piece, from, lineEnd)) this.#blank += 1;
    }
    const last = piece.lastIndexOf(LINE_FEED);
    this.#isLineBlank = (last >= 0 || this.#isLineBlank) && isBlank(piece, last + 1, piece.length);
    const zeros = memory.uint32(this.#counter, 1);
    this.#zeros += zeros[0] ?? 0;
    zeros[0] = 0;
  }

  /** Reads the whole of a text in UTF-8, where nobody else did. */
  async run(path: string): Promise<void> {
    const [piece] = this.pieces;
    const file = await open(path);
    try {
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, piece.length);
        if (bytesRead === 0) return;
        this.take(piece.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
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
