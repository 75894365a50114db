import { Worker } from 'node:worker_threads';
import type { Hands } from './hands.ts';
import { instantiateKernel, type TreeKernel } from './kernel.ts';
import {
  ARRIVED_INDEX,
  DONE_INDEX,
  GENERATION_INDEX,
  MOST_MEMBERS,
  ORDER_LENGTH,
  ORDER_OFFSET,
  resultOf,
  SPINS,
  STOP_INDEX,
} from './order.ts';
import { runShare } from './share.ts';
import type { SharedMemory } from './shared-memory.ts';

/** The threads of one training. Member 0 is the calling thread. */
export class Crew implements Hands {
  readonly size: number;
  readonly kernel: TreeKernel;
  readonly page = 0;
  readonly #memory: SharedMemory;
  readonly #workers: Worker[];

  constructor(memory: SharedMemory, size: number) {
    this.size = Math.min(Math.max(1, size), MOST_MEMBERS);
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

  run(order: readonly number[]): void {
    const team = { page: this.page, member: 0, size: this.size };
    this.#memory.float64(ORDER_OFFSET, ORDER_LENGTH).set(order);
    if (this.size === 1) {
      runShare(this.kernel, this.#memory.memory, team);
      return;
    }
    const counters = this.#memory.int32(0, 4);
    Atomics.store(counters, DONE_INDEX, 0);
    Atomics.store(counters, ARRIVED_INDEX, 0);
    Atomics.add(counters, GENERATION_INDEX, 1);
    Atomics.notify(counters, GENERATION_INDEX);
    runShare(this.kernel, this.#memory.memory, team);
    const others = this.size - 1;
    for (let spin = 0; ; spin++) {
      const done = Atomics.load(counters, DONE_INDEX);
      if (done === others) return;
      if (spin > SPINS) Atomics.wait(counters, DONE_INDEX, done, 1000);
    }
  }

  result(member: number): Float64Array {
    return resultOf(this.#memory.memory, this, member);
  }

  async close(): Promise<void> {
    const counters = this.#memory.int32(0, 4);
    Atomics.store(counters, STOP_INDEX, 1);
    Atomics.add(counters, GENERATION_INDEX, 1);
    Atomics.notify(counters, GENERATION_INDEX);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
