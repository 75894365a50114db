import { Worker } from 'node:worker_threads';
import { instantiateKernel, type TreeKernel } from './kernel.ts';
import {
  DONE_INDEX,
  GENERATION_INDEX,
  ORDER_LENGTH,
  ORDER_OFFSET,
  RESULT_LENGTH,
  RESULT_OFFSET,
  SPINS,
  STOP_INDEX,
} from './order.ts';
import { runShare } from './share.ts';
import type { SharedMemory } from './shared-memory.ts';

/** The threads of one training. Member 0 is the calling thread. */
export class Crew {
  readonly size: number;
  readonly kernel: TreeKernel;
  readonly #memory: SharedMemory;
  readonly #workers: Worker[];

  constructor(memory: SharedMemory, size: number) {
    this.size = Math.max(1, size);
    this.#memory = memory;
    this.kernel = instantiateKernel(memory.memory);
    this.#workers = Array.from({ length: this.size - 1 }, (_, index) => {
      const worker = new Worker(
        new URL(`./crew-member${import.meta.url.endsWith('.ts') ? '.ts' : '.mjs'}`, import.meta.url),
        {
          workerData: { memory: memory.memory, member: index + 1, size: this.size },
        },
      );
      worker.unref();
      return worker;
    });
  }

  /** Has every member do its share of an order and waits for all. */
  run(order: readonly number[]): void {
    const slots = this.#memory.float64(ORDER_OFFSET, ORDER_LENGTH);
    for (let i = 0; i < order.length; i++) slots[i] = order[i] ?? 0;
    if (this.size === 1) {
      runShare(this.kernel, this.#memory.memory, 0, 1);
      return;
    }
    const counters = this.#memory.int32(0, 4);
    Atomics.store(counters, DONE_INDEX, 0);
    Atomics.add(counters, GENERATION_INDEX, 1);
    Atomics.notify(counters, GENERATION_INDEX);
    runShare(this.kernel, this.#memory.memory, 0, this.size);
    const others = this.size - 1;
    for (let spin = 0; ; spin++) {
      const done = Atomics.load(counters, DONE_INDEX);
      if (done === others) return;
      if (spin > SPINS) Atomics.wait(counters, DONE_INDEX, done, 1000);
    }
  }

  /** What a member answered to the last order. */
  result(member: number): Float64Array {
    return this.#memory.float64(RESULT_OFFSET + member * RESULT_LENGTH * 8, RESULT_LENGTH);
  }

  async close(): Promise<void> {
    const counters = this.#memory.int32(0, 4);
    Atomics.store(counters, STOP_INDEX, 1);
    Atomics.add(counters, GENERATION_INDEX, 1);
    Atomics.notify(counters, GENERATION_INDEX);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
