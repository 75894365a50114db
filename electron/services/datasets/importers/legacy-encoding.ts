import iconv from 'iconv-lite';

const PAST_ASCII = /[\x80-\xff]+/g;
/** Accented letters mostly stand alone among Latin ones; letters of other scripts stand in rows at least this long on average. */
const LONG_RUN = 2.5;
/** So many runs are of two bytes each by no accident. */
const SOME_RUNS = 4;
/** Two or more pairs of Shift JIS in a row, the share of bytes past ASCII that lies in such, and that of leads others hardly have. */
const SHIFT_JIS = /(?:[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]){2,}/g;
const [SHIFT_JIS_PAIRS, SHIFT_JIS_LEADS] = [0.7, 0.15];
/** Share of bytes past ASCII that follow the first one of a Chinese, Japanese or Korean pair. */
const PAIR_TRAILS = 0.12;
/** Share of pairs that are kana in Japanese, and pairs from which on all of them being Hangul is no accident. */
const [KANA, SOME_PAIRS] = [0.05, 8];
/** Scripts of one byte a letter, the usual one first. */
const ONE_BYTE = ['windows-1251', 'koi8-r', 'windows-1253'];

/**
 * The likeliest encoding of a text that is no Unicode. A few words are enough: which script it is shows in how bytes past ASCII
 * follow each other, not in how frequent they are.
 */
export function legacyEncoding(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const runs = text.match(PAST_ASCII) ?? [];
  const all = Buffer.from(runs.join(''), 'latin1');
  const share = (low: number, high: number): number =>
    all.filter((byte) => byte >= low && byte <= high).length / all.length;
  const paired = (text.match(SHIFT_JIS) ?? []).join('').match(PAST_ASCII)?.join('').length ?? 0;
  const isShiftJis = paired > SHIFT_JIS_PAIRS * all.length && share(0x81, 0x9f) > SHIFT_JIS_LEADS;
  if (isShiftJis && decodes(bytes, 'shift_jis')) return 'shift_jis';
  const isPaired = runs.every(({ length }) => length % 2 === 0);
  if (all.length < LONG_RUN * runs.length && !(isPaired && runs.length >= SOME_RUNS)) return 'windows-1252';
  if (share(0xa1, 0xbf) > PAIR_TRAILS) {
    const leads = all.filter((_, at) => at % 2 === 0);
    const ofPairs = (low: number, high: number): number =>
      leads.filter((byte) => byte >= low && byte <= high).length / leads.length;
    if (isPaired && ofPairs(0xa4, 0xa5) > KANA && decodes(bytes, 'euc-jp')) return 'euc-jp';
    if (isPaired && leads.length >= SOME_PAIRS && ofPairs(0xb0, 0xc8) === 1) return 'euc-kr';
    if (decodes(bytes, 'gb18030')) return 'gb18030';
  }
  const [best] = ONE_BYTE.map((encoding) => ({ encoding, faults: casesWrong(iconv.decode(bytes, encoding)) })).sort(
    (a, b) => a.faults - b.faults,
  );
  return best?.encoding ?? 'windows-1252';
}

const decodes = (bytes: Buffer, encoding: string): boolean => !iconv.decode(bytes, encoding).includes('\ufffd');

/** A capital after a small letter, or what is no letter in the middle of a word. */
const casesWrong = (text: string): number => text.match(/\p{Ll}(?=\p{Lu})|\p{L}(?=[^\p{L}\p{ASCII}])/gu)?.length ?? 0;
