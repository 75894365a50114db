/** Pixels of a picture: rows from the top, red, green, blue a pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Length height * width * 3. */
  readonly data: Uint8Array;
}

/** Width and height of a Windows bitmap, rows from the bottom unless the height is negative. */
export function bmpSize(bytes: Buffer): { width: number; height: number } {
  return { width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) };
}

/**
 * Reads an uncompressed Windows bitmap of 8, 24 or 32 bits (BITMAPINFOHEADER and its successors). Throws RangeError for other
 * forms and for a file that ends early.
 */
export function decodeBmp(bytes: Buffer): Pixels {
  const start = bytes.readUInt32LE(10);
  const headerSize = bytes.readUInt32LE(14);
  const { width, height } = bmpSize(bytes);
  const bits = bytes.readUInt16LE(28);
  const compression = bytes.readUInt32LE(30);
  // 3 says where the colours of 32 bits lie; they lie as usual in what programs write.
  const isPlain = compression === 0 || (compression === 3 && bits === 32);
  if (!isPlain || ![8, 24, 32].includes(bits))
    throw new RangeError(`a bitmap of ${bits} bits in this form is not read`);
  const isFromTop = bytes.readInt32LE(22) < 0;
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (width <= 0 || start + stride * height > bytes.length) throw new RangeError('the bitmap ends early');
  const palette = 14 + headerSize;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = start + stride * (isFromTop ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const at = bits === 8 ? palette + 4 * (bytes[row + x] ?? 0) : row + (x * bits) / 8;
      const to = (y * width + x) * 3;
      data[to] = bytes[at + 2] ?? 0;
      data[to + 1] = bytes[at + 1] ?? 0;
      data[to + 2] = bytes[at] ?? 0;
    }
  }
  return { width, height, data };
}
