import type { Tensor } from 'onnxruntime-node';
import { AppError } from '../../../../shared/errors.ts';
import { outOfMemory } from '../../../../shared/memory-need.ts';

/** A value of a model for every row, one after the other. */
export interface RowValues {
  /** Dimensions of one row. */
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Values kept above this do not fit beside a training. */
const MOST_BYTES = 4 * 2 ** 30;

/**
 * Puts what a model answers for batches of rows together. Throws MODEL_INVALID for a value that does not belong to rows one by
 * one, OUT_OF_MEMORY, naming rows and size, where the values would be more than 4 GB.
 */
export class RowValuesCollector {
  readonly #names: readonly string[];
  readonly #rows: number;
  readonly #values: RowValues[] = [];
  #at = 0;

  constructor(names: readonly string[], rows: number) {
    this.#names = names;
    this.#rows = rows;
  }

  /** Takes the answers for the next `count` rows, in the order of the names. */
  add(answers: readonly (Tensor | undefined)[], count: number): void {
    for (const [index, name] of this.#names.entries()) {
      const value = answers[index];
      if (!(value?.data instanceof Float32Array) || value.dims[0] !== count)
        throw new AppError('MODEL_INVALID', {
          message: `"${name}" is no row of numbers for each row that the model is given.`,
          remedy: 'Cut the model at another result, or freeze more of it.',
        });
      const width = value.data.length / count;
      this.#values[index] ??= { dims: value.dims.slice(1), data: this.#room(width) };
      this.#values[index]?.data.set(value.data, this.#at * width);
    }
    this.#at += count;
  }

  /** Empty ones where there were no rows. */
  get values(): readonly RowValues[] {
    return this.#names.map((_, index) => this.#values[index] ?? { dims: [], data: new Float32Array() });
  }

  #room(width: number): Float32Array {
    if (this.#rows * width * 4 <= MOST_BYTES) return new Float32Array(this.#rows * width);
    throw outOfMemory(
      { rows: this.#rows, columns: width, bytesEach: 4, lower: 'the side of images or the layers that are tuned' },
      'What a model answers for rows is more than the 4 GiB that are held',
    );
  }
}
