import { countWords } from '../../frame/count-words.ts';
import { type Frame, frameColumn, type TextColumn } from '../../frame/frame.ts';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';

/** A column of many words that enters as the number of its word, for an embedding. */
export interface WordCodes {
  readonly column: string;
  /** Word i has code i + 2; 0 is every other word, 1 missing or empty. */
  readonly words: readonly string[];
}

const [OTHER, MISSING, FIRST_WORD] = [0, 1, 2] as const;
/** Rarer words share the code of all others, so that it is learnt too. */
const FEWEST_ROWS = 3;
const MOST_WORDS = 20_000;

export const codeCount = ({ words }: WordCodes): number => words.length + FIRST_WORD;

/** Words of at least three training rows, most frequent first. */
export function learnWordCodes(column: string, values: TextColumn): WordCodes {
  const { words, counts } = countWords(values);
  return { column, words: words.filter((_, i) => (counts[i] ?? 0) >= FEWEST_ROWS).slice(0, MOST_WORDS) };
}

/** The codes of a frame's rows, [rows * columns]. */
export function encodeWords(frame: Frame, all: readonly WordCodes[]): Int32Array {
  const codes = new Int32Array(frame.rows * all.length);
  for (const [index, { column, words }] of all.entries()) {
    const given = frameColumn(frame, column);
    if (given.kind !== 'text') throw new RangeError(`Column "${column}" holds numbers where text was trained on.`);
    const codeOf = new Map(words.map((word, i) => [word, i + FIRST_WORD]));
    const ofWord = given.dictionary.map((word) => (word === '' ? MISSING : (codeOf.get(word) ?? OTHER)));
    for (let row = 0; row < frame.rows; row++) {
      const code = given.codes[row] ?? -1;
      codes[row * all.length + index] = code < 0 ? MISSING : (ofWord[code] ?? OTHER);
    }
  }
  return codes;
}

/** The same codes as nodes; answers the name of [N, columns], whole numbers. */
export function wordCodeNodes(graph: GraphBuilder, all: readonly WordCodes[]): string {
  const parts = all.map(({ column, words }) =>
    graph.add(
      'LabelEncoder',
      [column],
      {
        keys_strings: ['', ...words],
        values_int64s: [MISSING, ...words.map((_, i) => i + FIRST_WORD)],
        default_int64: OTHER,
      },
      { domain: 'ai.onnx.ml' },
    ),
  );
  return parts.length === 1 ? (parts[0] ?? '') : graph.add('Concat', parts, { axis: 1 });
}
