import type { TextColumn } from './frame.ts';

/** Distinct words that are not empty, most frequent first, with their counts, and how many cells are missing or empty. */
export function countWords({ codes, dictionary }: TextColumn): {
  readonly words: readonly string[];
  readonly counts: readonly number[];
  readonly missing: number;
} {
  const counts = new Float64Array(dictionary.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0 || dictionary[code] === '') missing += 1;
    else counts[code] = (counts[code] ?? 0) + 1;
  }
  const present = byFrequency(dictionary, counts);
  return { words: present.map(({ word }) => word), counts: present.map(({ count }) => count), missing };
}

/** Words that occur, the most frequent first, ties by code point. */
export const byFrequency = (
  dictionary: readonly string[],
  counts: Float64Array,
): { readonly word: string; readonly count: number }[] =>
  dictionary
    .map((word, code) => ({ word, count: counts[code] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
