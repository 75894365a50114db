import type { RowKernel } from './kernel.ts';

/**
 * First bytes of the memory of a program for rows. Rows are claimed a share at a time by whoever is free. A thread says that it is active
 * before it claims, and reads the order after: a claim that succeeds is of the order that lies there, and the leader waits
 * until all shares are claimed and nobody is active. A thread that starts late, or never, is not waited for.
 */
export const GENERATION = 0;
export const ACTIVE = 1;
export const NEXT = 2;
export const STOP = 3;
/** program, input, rowStride, featureStride, rows, output, rows of a share, as 32-bit numbers. */
export const ORDER_AT = 64;
export const RESERVED_BYTES = 128;

/** Claims shares of the order under way until none is left. */
export function shareRows(kernel: RowKernel, memory: WebAssembly.Memory, scratch: number): void {
  const counters = new Int32Array(memory.buffer, 0, 4);
  const order = new Uint32Array(memory.buffer, ORDER_AT, 7);
  Atomics.add(counters, ACTIVE, 1);
  for (;;) {
    const turn = Atomics.add(counters, NEXT, 1);
    const [program = 0, input = 0, rowStride = 0, featureStride = 0, rows = 0, output = 0, share = 0] = order;
    const from = turn * share;
    if (from >= rows) break;
    kernel.run(program, input, rowStride, featureStride, from, Math.min(rows, from + share), scratch, output);
  }
  if (Atomics.sub(counters, ACTIVE, 1) === 1) Atomics.notify(counters, ACTIVE);
}
