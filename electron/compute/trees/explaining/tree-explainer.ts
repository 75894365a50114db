import { RowRunner } from '../scoring/row-runner.ts';
import { RESERVED_BYTES } from '../scoring/share-rows.ts';
import { type FeatureColumn, layColumns } from '../scoring/tree-scorer.ts';
import { SharedMemory } from '../shared-memory.ts';
import type { TreeEnsemble } from '../tree.ts';
import { compileExplainer } from './compile-explainer.ts';
import type { Games } from './leaf-game.ts';

/** Rows that a thread claims at a time: a block of the kernel. */
const SHARE_ROWS = 256;

/**
 * An ensemble made ready to attribute its raw scores to features (TreeSHAP): for each row and class, `expected` plus the values
 * of all features is the raw score. What a feature that is not known stands for is up to `games`. Exact up to single precision.
 */
export class TreeExplainer {
  /** A value a class: the score of a row of which nothing is known. */
  readonly expected: Float64Array;
  readonly #memory: SharedMemory;
  readonly #runner: RowRunner;
  readonly #width: number;

  /** Null where the kernel cannot take the ensemble: a feature with more than 65,533 thresholds. */
  static open(ensemble: TreeEnsemble, games: Games, threads = 1): TreeExplainer | null {
    const memory = new SharedMemory(RESERVED_BYTES);
    const program = compileExplainer(memory, ensemble, games);
    if (program === null) return null;
    const { features, classes } = ensemble;
    const shape = { features, outputBytes: features * classes * 8, shareRows: SHARE_ROWS };
    const runner = new RowRunner(memory, program, { ...shape, kernel: 'explaining', threads });
    return new TreeExplainer(memory, runner, { expected: program.expected, width: features * classes });
  }

  private constructor(
    memory: SharedMemory,
    runner: RowRunner,
    { expected, width }: { readonly expected: Float64Array; readonly width: number },
  ) {
    this.#memory = memory;
    this.#runner = runner;
    this.expected = expected;
    this.#width = width;
  }

  /** Values of all rows, class after class for each row, feature after feature: [rows * classes * features]. */
  explain(columns: readonly FeatureColumn[], rows: number): Float64Array {
    const { chunkRows } = this.#runner;
    const width = this.#width;
    const values = new Float64Array(rows * width);
    this.#runner.run({
      rows,
      rowStride: 4,
      featureStride: chunkRows * 4,
      fill: (from, count, input) => layColumns(this.#memory, columns, { from, count, input, chunkRows }),
      take: (from, count, output) => values.set(this.#memory.float64(output, count * width), from * width),
    });
    return values;
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}
