import { workerData } from 'node:worker_threads';
import { instantiateKernel } from './kernel.ts';
import { DONE_INDEX, GENERATION_INDEX, SPINS, STOP_INDEX } from './order.ts';
import { runShare } from './share.ts';

/** A thread of a crew: waits for the next order, does its share, says so. */
const { memory, member, size } = workerData as { memory: WebAssembly.Memory; member: number; size: number };
const kernel = instantiateKernel(memory);
const counters = new Int32Array(memory.buffer, 0, 4);
let seen = 0;
for (;;) {
  for (let spin = 0; Atomics.load(counters, GENERATION_INDEX) === seen; spin++) {
    if (spin > SPINS) Atomics.wait(counters, GENERATION_INDEX, seen, 1000);
  }
  seen = Atomics.load(counters, GENERATION_INDEX);
  if (Atomics.load(counters, STOP_INDEX) === 1) break;
  runShare(kernel, memory, { page: 0, member, size });
  // Only the last one wakes the leader.
  if (Atomics.add(counters, DONE_INDEX, 1) + 2 === size) Atomics.notify(counters, DONE_INDEX);
}
