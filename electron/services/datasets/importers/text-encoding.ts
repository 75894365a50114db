import iconv from 'iconv-lite';
import { legacyEncoding } from './legacy-encoding.ts';

/** Their marks; that of UTF-32 LE begins with the mark of UTF-16. */
const UTF32 = [
  ['utf-32le', 'fffe0000'],
  ['utf-32be', '0000feff'],
] as const;

/**
 * The encoding of a text by its first bytes: UTF-32 by its mark, UTF-16 by its mark or its zero bytes, UTF-8 when all but a few lines
 * decode, else the likeliest legacy encoding. `isCut` when the file goes on after `head`.
 */
export function detectEncoding(head: Buffer, isCut: boolean): { readonly encoding: string; readonly text: string } {
  const mark = head.subarray(0, 4).toString('hex');
  for (const [encoding, bytes] of UTF32) if (mark === bytes) return { encoding, text: iconv.decode(head, encoding) };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16', text: head.toString('utf16le') };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', text: iconv.decode(head, 'utf-16be') };
  const unmarked = unmarkedUtf16(head);
  if (unmarked) return { encoding: unmarked, text: iconv.decode(head, unmarked) };
  const cut = isCut ? head.subarray(0, head.lastIndexOf(0x0a) + 1 || head.length) : head;
  const decoder = new TextDecoder('utf-8');
  let broken = 0;
  let accented = 0;
  for (const line of cut.toString('latin1').split('\n')) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looks for any byte past ASCII
    if (/^[\x00-\x7f]*$/.test(line)) continue;
    if (decoder.decode(Buffer.from(line, 'latin1')).includes('\ufffd')) broken += 1;
    else accented += 1;
  }
  // A few lines in another encoding among UTF-8: those are quarantined, the file is not read as something else.
  if (broken === 0 || accented > 4 * broken) return { encoding: 'utf-8', text: decoder.decode(cut) };
  const encoding = legacyEncoding(cut);
  return { encoding, text: iconv.decode(cut, encoding) };
}

/** Text in UTF-16 without a mark: every other byte of mostly Latin text is zero. */
function unmarkedUtf16(head: Buffer): string | null {
  const zeros = [0, 0];
  const length = Math.min(head.length, 4096) & ~1;
  for (let i = 0; i < length; i++) if (head[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even > length / 5 && odd < length / 50) return 'utf-16be';
  return odd > length / 5 && even < length / 50 ? 'utf-16le' : null;
}

/** Over a hundredth of control bytes that no text holds. */
export function isBinary(head: Buffer): boolean {
  const start = head.subarray(0, 4096);
  return start.filter((byte) => byte < 9 || (byte > 13 && byte < 27)).length > start.length / 100;
}
