import { open } from 'node:fs/promises';

const PIECES = 8;
const PIECE_BYTES = 1 << 18;

/** Mean bytes of a line, line end included, from pieces all over a file: lines at the head are often shorter than below. */
export async function meanRowBytes(path: string, lineEnd: '\n' | '\r'): Promise<number> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, size));
    let bytes = 0;
    let lines = 0;
    for (let index = 0; index < PIECES; index++) {
      const from = Math.floor(((size - piece.length) * index) / (PIECES - 1));
      const { bytesRead } = await file.read(piece, 0, piece.length, from);
      bytes += bytesRead;
      for (let at = piece.indexOf(lineEnd); at >= 0 && at < bytesRead; at = piece.indexOf(lineEnd, at + 1)) lines += 1;
    }
    return bytes / Math.max(1, lines);
  } finally {
    await file.close();
  }
}
