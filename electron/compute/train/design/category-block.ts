import { countWords } from '../../frame/count-words.ts';
import { frameColumn, type TextColumn } from '../../frame/frame.ts';
import { type DesignBlock, meaningOf } from './design-block.ts';

/** More words than this share the column for other words. */
const MOST_WORDS = 254;

/**
 * Words, a column each by frequency (ties by code point), then one for all other words seen in training and one for
 * missing or empty, where there were any. A word never seen is all zeros unless there is a column for other words.
 */
export function learnCategory(column: string, values: TextColumn): DesignBlock {
  const { words: present, missing } = countWords(values);
  const words = present.slice(0, MOST_WORDS);
  const hasOther = present.length > MOST_WORDS;
  const hasMissing = missing > 0;
  const index = new Map(words.map((word, cell) => [word, cell]));
  const width = words.length + Number(hasOther) + Number(hasMissing);
  /** The cell of a word; `width` for none: past the end makes a row of zeros. */
  const cellOf = (word: string): number =>
    word === '' ? (hasMissing ? width - 1 : width) : (index.get(word) ?? (hasOther ? words.length : width));
  return {
    inputs: [{ column, type: 'string' }],
    labels: [
      ...words.map((word) => `${column} = ${word}`),
      ...(hasOther ? [`${column} is another word`] : []),
      ...(hasMissing ? [`${column} is missing`] : []),
    ],
    meanings: [
      ...words.map((word) => meaningOf(column, 'word', { word })),
      ...(hasOther ? [meaningOf(column, 'otherWords')] : []),
      ...(hasMissing ? [meaningOf(column, 'missing')] : []),
    ].map((meaning, cell) => ({ ...meaning, isFirstLevel: cell === 0 })),
    encode(frame, matrix, stride, at) {
      const given = frameColumn(frame, column);
      if (given.kind !== 'text') throw new RangeError(`Column "${column}" holds numbers where text was trained on.`);
      const cells = given.dictionary.map(cellOf);
      const missingCell = cellOf('');
      for (let row = 0; row < frame.rows; row++) {
        const code = given.codes[row] ?? -1;
        const cell = code < 0 ? missingCell : (cells[code] ?? width);
        if (cell < width) matrix[row * stride + at + cell] = 1;
      }
    },
    nodes(graph) {
      const keys = [...words, ''];
      const code = graph.add(
        'LabelEncoder',
        [column],
        {
          keys_strings: keys,
          values_int64s: keys.map(cellOf),
          default_int64: hasOther ? words.length : width,
        },
        { domain: 'ai.onnx.ml' },
      );
      const hot = graph.add('OneHot', [code, graph.integers([width], []), graph.floats([0, 1])], { axis: -1 });
      return graph.add('Squeeze', [hot, graph.integers([1])]);
    },
  };
}
