import { Worker } from 'node:worker_threads';
import { SharedMemory } from '../shared-memory.ts';
import type { TreeEnsemble } from '../tree.ts';
import { compileProgram, type ScoringProgram } from './compile-program.ts';
import { instantiateScoring, type ScoringKernel } from './kernel.ts';
import { BLOCK_ROWS } from './program-layout.ts';
import { ACTIVE, GENERATION, NEXT, ORDER_AT, RESERVED_BYTES, SHARE_ROWS, STOP, shareRows } from './share-rows.ts';

/** Fewer rows than this are scored by the calling thread alone. */
const FEW_ROWS = 4 * SHARE_ROWS;
/** Bytes of floats that are laid out at a time; two such chunks are in memory, one scored while the other is filled. */
const CHUNK_BYTES = 8 << 20;
const MOST_CHUNK_ROWS = 32 * SHARE_ROWS;

/** Floats of a feature, a value a row; NaN is missing, categories are codes. */
export type FeatureColumn = Float32Array | Float64Array;

/**
 * An ensemble made ready to score many rows: a WebAssembly SIMD kernel on as many threads as asked for. Threads start with
 * the first large call and sleep between calls; close ends them.
 */
export class TreeScorer {
  readonly #memory: SharedMemory;
  readonly #kernel: ScoringKernel;
  readonly #program: ScoringProgram;
  readonly #scratch: number;
  readonly #features: number;
  readonly #targets: number;
  readonly #threads: number;
  readonly #chunkRows: number;
  readonly #chunks: readonly { readonly input: number; readonly output: number }[];
  #workers: Worker[] | null = null;

  /** Null where the kernel cannot take the ensemble: a feature with more than 65,533 thresholds. */
  static open(ensemble: TreeEnsemble, threads = 1): TreeScorer | null {
    const memory = new SharedMemory(RESERVED_BYTES);
    const program = compileProgram(memory, ensemble);
    return program && new TreeScorer(memory, program, ensemble, Math.max(1, threads));
  }

  private constructor(memory: SharedMemory, program: ScoringProgram, ensemble: TreeEnsemble, threads: number) {
    this.#memory = memory;
    this.#program = program;
    this.#threads = threads;
    this.#features = ensemble.features;
    this.#targets = ensemble.classes;
    this.#kernel = instantiateScoring(memory.memory);
    this.#scratch = memory.allocate(program.scratchBytes);
    this.#kernel.prepare(program.at, this.#scratch);
    const wanted = Math.floor(CHUNK_BYTES / 4 / this.#features / BLOCK_ROWS) * BLOCK_ROWS;
    this.#chunkRows = Math.min(MOST_CHUNK_ROWS, Math.max(BLOCK_ROWS, wanted));
    this.#chunks = [0, 1].map(() => ({
      input: memory.allocate(this.#chunkRows * this.#features * 4),
      output: memory.allocate(this.#chunkRows * this.#targets * 4),
    }));
  }

  /** Sums over the trees, without base scores: [rows * classes], row after row, in single precision. */
  score(columns: readonly FeatureColumn[], rows: number): Float32Array {
    return this.#score(
      rows,
      (from, count, input) => {
        for (const [feature, values] of columns.entries()) {
          const place = this.#memory.float32(input + feature * this.#chunkRows * 4, this.#chunkRows);
          place.set(values.subarray(from, from + count));
        }
      },
      { rowStride: 4, featureStride: this.#chunkRows * 4 },
    );
  }

  /** The same from rows of floats, feature after feature. */
  scoreMatrix(matrix: Float32Array): Float32Array {
    const features = this.#features;
    return this.#score(
      matrix.length / features,
      (from, count, input) => {
        this.#memory.float32(input, count * features).set(matrix.subarray(from * features, (from + count) * features));
      },
      { rowStride: features * 4, featureStride: 4 },
    );
  }

  #score(
    rows: number,
    fill: (from: number, count: number, input: number) => void,
    strides: { readonly rowStride: number; readonly featureStride: number },
  ): Float32Array {
    const sums = new Float32Array(rows * this.#targets);
    if (rows >= FEW_ROWS) this.#workers ??= this.#hire();
    let waiting: { readonly from: number; readonly count: number; readonly output: number } | null = null;
    for (let from = 0, turn = 0; from < rows || waiting; from += this.#chunkRows, turn++) {
      const chunk = this.#chunks[turn % 2];
      const count = Math.min(this.#chunkRows, rows - from);
      // The next rows are laid out while the other threads score the last ones.
      if (chunk && count > 0) fill(from, count, chunk.input);
      if (waiting) {
        this.#finish();
        sums.set(this.#memory.float32(waiting.output, waiting.count * this.#targets), waiting.from * this.#targets);
        waiting = null;
      }
      if (chunk && count > 0) {
        this.#start([this.#program.at, chunk.input, strides.rowStride, strides.featureStride, count, chunk.output]);
        waiting = { from, count, output: chunk.output };
      }
    }
    return sums;
  }

  #start(order: readonly number[]): void {
    const counters = this.#memory.int32(0, 4);
    this.#memory.uint32(ORDER_AT, order.length).set(order);
    Atomics.store(counters, NEXT, 0);
    Atomics.add(counters, GENERATION, 1);
    Atomics.notify(counters, GENERATION);
  }

  #finish(): void {
    const counters = this.#memory.int32(0, 4);
    shareRows(this.#kernel, this.#memory.memory, this.#scratch);
    for (;;) {
      const active = Atomics.load(counters, ACTIVE);
      if (active === 0) return;
      Atomics.wait(counters, ACTIVE, active, 1);
    }
  }

  #hire(): Worker[] {
    return Array.from({ length: this.#threads - 1 }, () => {
      const scratch = this.#memory.allocate(this.#program.scratchBytes);
      const worker = new Worker(
        new URL(`./scoring-member${import.meta.url.endsWith('.ts') ? '.ts' : '.mjs'}`, import.meta.url),
        { workerData: { memory: this.#memory.memory, program: this.#program.at, scratch } },
      );
      worker.unref();
      return worker;
    });
  }

  async close(): Promise<void> {
    const counters = this.#memory.int32(0, 4);
    Atomics.store(counters, STOP, 1);
    Atomics.add(counters, GENERATION, 1);
    Atomics.notify(counters, GENERATION);
    await Promise.all((this.#workers ?? []).map((worker) => worker.terminate()));
  }
}
