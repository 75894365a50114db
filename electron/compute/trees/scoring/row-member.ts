import { workerData } from 'node:worker_threads';
import { instantiateRowKernel, type RowKernelName } from './kernel.ts';
import { GENERATION, STOP, shareRows } from './share-rows.ts';

/** A thread that computes rows: waits for the next order, takes shares of it, waits again. */
const { name, memory, program, scratch } = workerData as {
  name: RowKernelName;
  memory: WebAssembly.Memory;
  program: number;
  scratch: number;
};
const kernel = instantiateRowKernel(name, memory);
kernel.prepare(program, scratch);
const counters = new Int32Array(memory.buffer, 0, 4);
while (Atomics.load(counters, STOP) === 0) {
  const seen = Atomics.load(counters, GENERATION);
  shareRows(kernel, memory, scratch);
  Atomics.wait(counters, GENERATION, seen, 10_000);
}
