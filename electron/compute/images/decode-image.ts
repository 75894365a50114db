import type sharp from 'sharp';
import { bmpSize, decodeBmp, type Pixels } from './decode-bmp.ts';
import { imageFormat, otherFormat } from './image-format.ts';

export type { Pixels } from './decode-bmp.ts';

/** A picture of more pixels is not decoded. */
export const MOST_PIXELS = 100_000_000;

let loaded: Promise<typeof sharp> | undefined;

/** The decoder, with the first picture: the engine, which starts without any, does not wait for it. */
function decoder(): Promise<typeof sharp> {
  loaded ??= import('sharp').then(({ default: own }) => {
    // Workers decode a few pictures at a time; threads inside each would only wait for one another.
    own.concurrency(1);
    own.cache(false);
    return own;
  });
  return loaded;
}

/** Why a picture cannot be read, as a phrase. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}

const WHITE = { r: 255, g: 255, b: 255 };
const OPEN = { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 } as const;

/**
 * Pixels of a picture as a person sees it: turned as its camera says, in sRGB with 8 bits a colour, transparent parts white,
 * the first frame of a moving one. Throws ImageError with the reason for what is no picture, damaged or too large.
 */
export async function decodeImage(bytes: Buffer): Promise<Pixels> {
  const format = imageFormat(bytes);
  if (format === undefined) throw new ImageError(otherFormat(bytes));
  try {
    if (format === 'bmp') {
      checkSize(bmpSize(bytes));
      return decodeBmp(bytes);
    }
    const open = await decoder();
    const { width, height } = await open(bytes, { ...OPEN, limitInputPixels: false }).metadata();
    checkSize({ width, height });
    const { data, info } = await open(bytes, OPEN)
      .autoOrient()
      .toColourspace('srgb')
      .flatten({ background: WHITE })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: inThreeColours(data, info.channels) };
  } catch (error) {
    if (error instanceof ImageError) throw error;
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new ImageError(`it cannot be decoded: ${why}`);
  }
}

function checkSize({ width, height }: { readonly width: number; readonly height: number }): void {
  if (width * height > MOST_PIXELS)
    throw new ImageError(
      `it has ${width} x ${height} pixels, more than the ${MOST_PIXELS / 1e6} million that are decoded`,
    );
}

/** A picture in greys has one colour a pixel. */
function inThreeColours(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return data;
  const all = new Uint8Array((data.length / channels) * 3);
  for (let i = 0, to = 0; i < data.length; i += channels, to += 3) {
    const grey = data[i] ?? 0;
    all[to] = grey;
    all[to + 1] = channels === 1 || channels === 2 ? grey : (data[i + 1] ?? 0);
    all[to + 2] = channels === 1 || channels === 2 ? grey : (data[i + 2] ?? 0);
  }
  return all;
}

/** Pixels brought to exactly this size, for pictures that are only looked at or sent as an example. */
export async function resizePixels(pixels: Pixels, width: number, height: number): Promise<Pixels> {
  const data = await (await fromPixels(pixels)).resize(width, height, { fit: 'fill' }).raw().toBuffer();
  return { width, height, data };
}

/** A small picture to be shown: no side longer than `longest`, PNG where it is tiny, else WebP. */
export async function thumbnail(
  pixels: Pixels,
  longest: number,
): Promise<{ readonly bytes: Buffer; readonly mediaType: 'image/png' | 'image/webp' }> {
  const isSmall = Math.max(pixels.width, pixels.height) <= longest;
  const whole = await fromPixels(pixels);
  const image = isSmall ? whole : whole.resize(longest, longest, { fit: 'inside', withoutEnlargement: true });
  return isSmall && longest <= 64
    ? { bytes: await image.png({ compressionLevel: 9 }).toBuffer(), mediaType: 'image/png' }
    : { bytes: await image.webp({ quality: 80 }).toBuffer(), mediaType: 'image/webp' };
}

const fromPixels = async ({ width, height, data }: Pixels) =>
  (await decoder())(data, { raw: { width, height, channels: 3 } });
