import { SharedMemory } from '../shared-memory.ts';
import type { TreeEnsemble } from '../tree.ts';
import { compileProgram } from './compile-program.ts';
import { RowRunner } from './row-runner.ts';
import { RESERVED_BYTES } from './share-rows.ts';

/** Rows that a thread claims at a time. */
const SHARE_ROWS = 2048;

/** Floats of a feature, a value a row; NaN is missing, categories are codes. */
export type FeatureColumn = Float32Array | Float64Array;

/** An ensemble made ready to score many rows: a WebAssembly SIMD kernel on as many threads as asked for. */
export class TreeScorer {
  readonly #memory: SharedMemory;
  readonly #runner: RowRunner;
  readonly #features: number;
  readonly #targets: number;

  /** Null where the kernel cannot take the ensemble: a feature with more than 65,533 thresholds. */
  static open(ensemble: TreeEnsemble, threads = 1): TreeScorer | null {
    const memory = new SharedMemory(RESERVED_BYTES);
    const program = compileProgram(memory, ensemble);
    if (program === null) return null;
    const { features, classes } = ensemble;
    const shape = { features, outputBytes: classes * 4, shareRows: SHARE_ROWS };
    return new TreeScorer(memory, new RowRunner(memory, program, { ...shape, kernel: 'scoring', threads }), ensemble);
  }

  private constructor(memory: SharedMemory, runner: RowRunner, { features, classes }: TreeEnsemble) {
    this.#memory = memory;
    this.#runner = runner;
    this.#features = features;
    this.#targets = classes;
  }

  /** Sums over the trees, without base scores: [rows * classes], row after row, in single precision. */
  score(columns: readonly FeatureColumn[], rows: number): Float32Array {
    const { chunkRows } = this.#runner;
    const sums = new Float32Array(rows * this.#targets);
    this.#runner.run({
      rows,
      rowStride: 4,
      featureStride: chunkRows * 4,
      fill: (from, count, input) => layColumns(this.#memory, columns, { from, count, input, chunkRows }),
      take: (from, count, output) => this.#take(sums, from, count, output),
    });
    return sums;
  }

  /** The same from rows of floats, feature after feature. */
  scoreMatrix(matrix: Float32Array): Float32Array {
    const features = this.#features;
    const rows = matrix.length / features;
    const sums = new Float32Array(rows * this.#targets);
    this.#runner.run({
      rows,
      rowStride: features * 4,
      featureStride: 4,
      fill: (from, count, input) => {
        this.#memory.float32(input, count * features).set(matrix.subarray(from * features, (from + count) * features));
      },
      take: (from, count, output) => this.#take(sums, from, count, output),
    });
    return sums;
  }

  #take(sums: Float32Array, from: number, count: number, output: number): void {
    sums.set(this.#memory.float32(output, count * this.#targets), from * this.#targets);
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}

/** Lays rows [from, from + count) of columns into a chunk of a memory, column after column. */
export function layColumns(
  memory: SharedMemory,
  columns: readonly FeatureColumn[],
  place: { readonly from: number; readonly count: number; readonly input: number; readonly chunkRows: number },
): void {
  const { from, count, input, chunkRows } = place;
  for (const [feature, values] of columns.entries())
    memory.float32(input + feature * chunkRows * 4, chunkRows).set(values.subarray(from, from + count));
}
