import { Tensor } from 'onnxruntime-node';
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

/** Numbers of a column. Throws BAD_INPUT for one of words. */
export function numbersOf(name: string, column: FrameColumn): Float64Array {
  if (column.kind === 'number') return column.values;
  throw new AppError('BAD_INPUT', {
    message: `Column "${name}" holds text; the model was trained on numbers.`,
    remedy: 'Import it with the type it had in training.',
  });
}

/** A number where text was trained on: the word it would have been imported as. */
const numberWord = (value: number): string => (Number.isNaN(value) ? '' : String(value));
