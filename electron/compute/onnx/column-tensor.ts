import { Tensor } from 'onnxruntime-node';
import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';
import type { FrameColumn } from '../frame/frame.ts';

/** A raw column the graph takes; an image is pixels [N, height, width, 3]. */
export interface ScorerInput {
  readonly name: string;
  readonly type: 'string' | 'float' | 'image';
}

/** Rows [from, to) of a column as the tensor [rows, 1] a graph takes; missing is NaN, or empty text. */
export function columnTensor(input: ScorerInput, column: FrameColumn, from: number, to: number): Tensor {
  const dims = [to - from, 1];
  if (input.type === 'float') {
    const values = numbersOf(input.name, column);
    return new Tensor('float32', new Float32Array(values.subarray(from, to)), dims);
  }
  const words = new Array<string>(to - from);
  for (let row = from; row < to; row++) {
    words[row - from] =
      column.kind === 'text'
        ? (column.dictionary[column.codes[row] ?? -1] ?? '')
        : numberWord(column.values[row] ?? Number.NaN);
  }
  return new Tensor('string', words, dims);
}

/**
 * Numbers of a column; one of text without a word has no type, and its cells are missing numbers. Throws BAD_INPUT for any
 * other text, by its first row and value that is no number.
 */
export function numbersOf(name: string, column: FrameColumn): Float64Array {
  if (column.kind === 'number') return column.values;
  const { codes, dictionary } = column;
  const isNumber = dictionary.map((word) => word.trim() !== '' && Number.isFinite(Number(word)));
  const odd = codes.findIndex((code) => code >= 0 && isNumber[code] === false);
  const row = odd >= 0 ? odd : codes.findIndex((code) => code >= 0);
  if (row < 0) return new Float64Array(codes.length).fill(Number.NaN);
  const value = dictionary[codes[row] ?? -1] ?? '';
  throw new AppError('BAD_INPUT', {
    message: `Column "${name}" holds text ("${value}" in row ${countText(row + 1)} of those scored); the model was trained on numbers.`,
    remedy: 'Import it with the type it had in training.',
    details: { column: name, row, value },
  });
}

/** A number where text was trained on: the word it would have been imported as. */
const numberWord = (value: number): string => (Number.isNaN(value) ? '' : String(value));
