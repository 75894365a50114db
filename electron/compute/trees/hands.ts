import { growShare } from './grow-share.ts';
import type { TreeKernel } from './kernel.ts';
import { CREW_PAGE_BYTES, ORDER_LENGTH, ORDER_OFFSET, resultOf } from './order.ts';
import type { SharedMemory } from './shared-memory.ts';

/** Those who do what an order says: a crew of threads, or one thread alone. */
export interface Hands {
  readonly size: number;
  readonly kernel: TreeKernel;
  /** Where their page lies in the memory. */
  readonly page: number;
  /** Has every member do its share of an order and waits for all. */
  run(order: readonly number[]): void;
  /** What a member answered to the last order. */
  result(member: number): Float64Array;
}

/** The calling thread alone, with a page of its own. */
export class OneHand implements Hands {
  readonly size = 1;
  readonly kernel: TreeKernel;
  readonly page: number;
  readonly #memory: SharedMemory;

  constructor(memory: SharedMemory, kernel: TreeKernel) {
    this.kernel = kernel;
    this.#memory = memory;
    this.page = memory.allocate(CREW_PAGE_BYTES);
  }

  run(order: readonly number[]): void {
    this.#memory.float64(this.page + ORDER_OFFSET, ORDER_LENGTH).set(order);
    growShare(this.kernel, this.#memory.memory, { page: this.page, member: 0, size: 1 });
  }

  result(member: number): Float64Array {
    return resultOf(this.#memory.memory, this, member);
  }
}
