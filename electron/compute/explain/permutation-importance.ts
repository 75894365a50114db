import { type Frame, frameColumn, takeCells, withColumn } from '../frame/frame.ts';
import { meanOf, sampleVariance } from '../stats/sorted-sample.ts';
import { shuffledRows } from '../train/row-order.ts';
import { seededRandom } from '../train/seeded-random.ts';

/** How much worse a model does when a column's cells are shuffled among the rows. */
export interface PermutedColumn {
  readonly column: string;
  /** Mean rise of the loss over the repeats. */
  readonly rise: number;
  /** Standard deviation between repeats; 0 for a single one. */
  readonly deviation: number;
}

export interface PermutationOptions {
  readonly columns: readonly string[];
  readonly repeats: number;
  readonly seed: number;
  /** The loss of the model's answers for the rows, in their order. */
  loss(frame: Frame): Promise<number>;
  readonly signal?: AbortSignal | undefined;
  onColumn?(done: number): void;
}

/**
 * Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019): the rise of the loss when the cells of one column are
 * shuffled, which breaks what it says of the answer and leaves its distribution. Columns that say the same stand in for each
 * other, and look less important than they are. The largest rise first.
 */
export async function permutationImportance(frame: Frame, options: PermutationOptions): Promise<PermutedColumn[]> {
  const { columns, repeats, signal } = options;
  const random = seededRandom(options.seed);
  const before = await options.loss(frame);
  const found: PermutedColumn[] = [];
  const order = new Int32Array(frame.rows);
  for (const [index, column] of columns.entries()) {
    const rises: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      signal?.throwIfAborted();
      shuffledRows(order, random);
      rises.push(
        (await options.loss(withColumn(frame, column, takeCells(frameColumn(frame, column), order)))) - before,
      );
    }
    found.push({ column, rise: meanOf(rises), deviation: repeats > 1 ? Math.sqrt(sampleVariance(rises)) : 0 });
    options.onColumn?.(index + 1);
  }
  return found.sort((a, b) => b.rise - a.rise);
}
