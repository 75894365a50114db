/** What a crew can be ordered to do. Each order's arguments are listed at its function. */
export const ORDER = { root: 1, split: 2, gradients: 3, scores: 4, bounds: 5, bin: 6, trees: 7 } as const;

/**
 * Byte layout of a crew's page: counters, then the arguments of the order under way, then the
 * results of each member of the crew. A crew works in lock step: the leader writes an order, everyone does their share,
 * the leader goes on when all are done.
 */
export const GENERATION_INDEX = 0;
export const DONE_INDEX = 1;
export const STOP_INDEX = 2;
/** How often members came to a meeting point within the order under way. */
export const ARRIVED_INDEX = 3;
export const ORDER_OFFSET = 64;
export const ORDER_LENGTH = 32;
/** Doubles of each member's result. */
export const RESULT_OFFSET = 1024;
export const RESULT_LENGTH = 24;
/** Two tables of 256 bytes a member: categories that go left, of the two splits it found. */
export const CATEGORIES_OFFSET = 16_384;
export const CREW_PAGE_BYTES = 65_536;
export const MOST_MEMBERS = 64;
/** Turns of looking before a thread goes to sleep: orders follow each other within microseconds. */
export const SPINS = 4000;

/** Member number and count of those who share an order, and where their page lies. */
export interface Team {
  readonly page: number;
  readonly member: number;
  readonly size: number;
}

/** Waits until every member has come to the `meeting`-th meeting point (1, 2, ...) of the order under way. */
export function meet(memory: WebAssembly.Memory, { page, size }: Team, meeting: number): void {
  if (size === 1) return;
  const counters = new Int32Array(memory.buffer, page, 4);
  const wanted = size * meeting;
  if (Atomics.add(counters, ARRIVED_INDEX, 1) + 1 >= wanted) {
    Atomics.notify(counters, ARRIVED_INDEX);
    return;
  }
  for (let spin = 0; ; spin++) {
    const arrived = Atomics.load(counters, ARRIVED_INDEX);
    if (arrived >= wanted) return;
    if (spin > SPINS) Atomics.wait(counters, ARRIVED_INDEX, arrived, 1000);
  }
}

/** The doubles that a member answers with. */
export const resultOf = (memory: WebAssembly.Memory, { page }: Pick<Team, 'page'>, member: number): Float64Array =>
  new Float64Array(memory.buffer, page + RESULT_OFFSET + member * RESULT_LENGTH * 8, RESULT_LENGTH);
