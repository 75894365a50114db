import { Worker } from 'node:worker_threads';
import type { SharedMemory } from '../shared-memory.ts';
import { instantiateRowKernel, type RowKernel, type RowKernelName } from './kernel.ts';
import { BLOCK_ROWS } from './program-layout.ts';
import { ACTIVE, GENERATION, NEXT, ORDER_AT, STOP, shareRows } from './share-rows.ts';

/** Bytes of floats that are laid out at a time; two such chunks are in memory, one computed while the other is filled. */
const CHUNK_BYTES = 8 << 20;
const MOST_CHUNK_SHARES = 32;

/** A program in a memory. */
export interface RowProgram {
  readonly at: number;
  /** Bytes each thread needs for itself. */
  readonly scratchBytes: number;
}

/** What a program reads and writes a row. */
export interface RowShape {
  readonly features: number;
  readonly outputBytes: number;
  /** Rows that a thread claims at a time. */
  readonly shareRows: number;
}

/** Rows to run a program over: floats of each are laid out by `fill`, answers handed to `take`, a chunk at a time. */
export interface RowJob {
  readonly rows: number;
  readonly rowStride: number;
  readonly featureStride: number;
  fill(from: number, count: number, input: number): void;
  take(from: number, count: number, output: number): void;
}

/**
 * Runs a program of a kernel over many rows on as many threads as asked for. Threads start with the first large call and
 * sleep between calls; close ends them. Fewer rows than four shares are the calling thread's alone.
 */
export class RowRunner {
  readonly chunkRows: number;
  readonly #memory: SharedMemory;
  readonly #name: RowKernelName;
  readonly #kernel: RowKernel;
  readonly #program: RowProgram;
  readonly #scratch: number;
  readonly #threads: number;
  readonly #shareRows: number;
  readonly #chunks: readonly { readonly input: number; readonly output: number }[];
  #workers: Worker[] | null = null;

  constructor(
    memory: SharedMemory,
    program: RowProgram,
    options: RowShape & { readonly kernel: RowKernelName; readonly threads: number },
  ) {
    this.#memory = memory;
    this.#name = options.kernel;
    this.#program = program;
    this.#threads = Math.max(1, options.threads);
    this.#shareRows = options.shareRows;
    this.#kernel = instantiateRowKernel(options.kernel, memory.memory);
    this.#scratch = memory.allocate(program.scratchBytes);
    this.#kernel.prepare(program.at, this.#scratch);
    const wanted =
      Math.floor(CHUNK_BYTES / Math.max(options.features * 4, options.outputBytes) / BLOCK_ROWS) * BLOCK_ROWS;
    this.chunkRows = Math.min(MOST_CHUNK_SHARES * this.#shareRows, Math.max(BLOCK_ROWS, wanted));
    this.#chunks = [0, 1].map(() => ({
      input: memory.allocate(this.chunkRows * options.features * 4),
      output: memory.allocate(this.chunkRows * options.outputBytes),
    }));
  }

  run({ rows, rowStride, featureStride, fill, take }: RowJob): void {
    if (rows >= 4 * this.#shareRows) this.#workers ??= this.#hire();
    let waiting: { readonly from: number; readonly count: number; readonly output: number } | null = null;
    for (let from = 0, turn = 0; from < rows || waiting; from += this.chunkRows, turn++) {
      const chunk = this.#chunks[turn % 2];
      const count = Math.min(this.chunkRows, rows - from);
      // The next rows are laid out while the other threads compute the last ones.
      if (chunk && count > 0) fill(from, count, chunk.input);
      if (waiting) {
        this.#finish();
        take(waiting.from, waiting.count, waiting.output);
        waiting = null;
      }
      if (chunk && count > 0) {
        this.#start([this.#program.at, chunk.input, rowStride, featureStride, count, chunk.output, this.#shareRows]);
        waiting = { from, count, output: chunk.output };
      }
    }
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
        new URL(`./row-member${import.meta.url.endsWith('.ts') ? '.ts' : '.mjs'}`, import.meta.url),
        { workerData: { name: this.#name, memory: this.#memory.memory, program: this.#program.at, scratch } },
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
