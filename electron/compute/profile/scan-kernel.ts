import { SharedMemory } from '../trees/shared-memory.ts';
import { KERNEL_BASE64 } from './kernel-binary.ts';

/** Exports of kernel/kernel.ts; every argument that names a place is a byte offset. */
export interface ScanKernel {
  addKeys(values: number, keys: number, count: number, registers: number): void;
  spread(
    values: number,
    count: number,
    isMicroseconds: boolean,
    low: number,
    width: number,
    last: number,
    isWide: boolean,
    inverse: number,
    near: number,
    bins: number,
    out: number,
  ): void;
  findLineStart(from: number, end: number, zeros: number): number;
}

let compiled: WebAssembly.Module | undefined;

/** The kernel and its memory, for one scan after the other. */
export interface ScanRoom {
  readonly memory: SharedMemory;
  readonly kernel: ScanKernel;
}

/** Takes milliseconds, and address space until it is collected: to be made once for many scans. */
export function openScanRoom(): ScanRoom {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, 'base64'));
  const memory = new SharedMemory(0);
  const instance = new WebAssembly.Instance(compiled, {
    env: {
      memory: memory.memory,
      abort: () => {
        throw new Error('scan kernel aborted');
      },
    },
  });
  const kernel: unknown = instance.exports;
  return { memory, kernel: kernel as ScanKernel };
}
