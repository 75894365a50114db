/** Formats of pictures that are read, by their first bytes. Nothing that can hold a program (SVG, PDF) is among them. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'bmp' | 'avif';

const text = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');

/** The format that the first bytes tell, whatever the name says; undefined for anything else. */
export function imageFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (text(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP') return 'webp';
  if (/^GIF8[79]a$/.test(text(bytes, 0, 6))) return 'gif';
  if (text(bytes, 0, 4) === 'II*\0' || text(bytes, 0, 4) === 'MM\0*') return 'tiff';
  if (text(bytes, 0, 2) === 'BM' && bytes.length > 54) return 'bmp';
  if (text(bytes, 4, 12) === 'ftypavif') return 'avif';
  return undefined;
}

/** What a file that is no picture seems to be, for the one who wonders why it was left out. */
export function otherFormat(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'it is empty';
  const head = text(bytes, 0, 512);
  if (/<svg[\s>]/i.test(head)) return 'SVG drawings are not read: they can hold programs';
  if (head.startsWith('%PDF')) return 'it is a PDF document, not a picture';
  if (head.startsWith('PK\x03\x04')) return 'it is an archive inside; archives in archives are not unpacked';
  return 'it is no picture in a format that is read (JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF)';
}
