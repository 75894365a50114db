import { countWords } from '../frame/count-words.ts';
import type { Frame, FrameColumn } from '../frame/frame.ts';
import type { TreeFeature } from './bin-features.ts';

/** Categories a feature can tell apart; rarer words share one code. */
export const MOST_CATEGORIES = 254;
/** Code of words that are not among a feature's categories. */
export const OTHER_CODE = 254;

/** How one raw column becomes a feature: a float as it is, or the code of a word. */
export type ColumnEncoding =
  | { readonly kind: 'number'; readonly column: string }
  | { readonly kind: 'category'; readonly column: string; readonly words: readonly string[] };

/** Chooses encodings from training rows: words by frequency, ties by code point; the most frequent ones get a code. */
export function chooseEncodings(frame: Frame, columns: readonly string[]): ColumnEncoding[] {
  return columns.map((column) => {
    const values = frame.columns.get(column);
    if (!values) throw new RangeError(`The frame has no column "${column}".`);
    if (values.kind === 'number') return { kind: 'number', column };
    return { kind: 'category', column, words: countWords(values).words.slice(0, MOST_CATEGORIES) };
  });
}

/** A column as a tree feature: floats with NaN for missing; empty text is missing, as it is in the exported graph. */
export function encode(column: FrameColumn, encoding: ColumnEncoding): TreeFeature {
  if (encoding.kind === 'number') {
    if (column.kind !== 'number')
      throw new RangeError(`Column "${encoding.column}" holds text where numbers were trained on.`);
    return { values: Float32Array.from(column.values), isCategorical: false };
  }
  if (column.kind !== 'text')
    throw new RangeError(`Column "${encoding.column}" holds numbers where text was trained on.`);
  const codeOf = new Map(encoding.words.map((word, code) => [word, code]));
  const codes = column.dictionary.map((word) => (word === '' ? Number.NaN : (codeOf.get(word) ?? OTHER_CODE)));
  const values = new Float32Array(column.codes.length);
  for (let row = 0; row < values.length; row++) {
    const code = column.codes[row] ?? -1;
    values[row] = code < 0 ? Number.NaN : (codes[code] ?? Number.NaN);
  }
  return { values, isCategorical: true };
}
