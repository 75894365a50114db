import { kernelExports } from '../kernel-exports.ts';
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

/** The kernel and its memory, for one scan after the other. */
export interface ScanRoom {
  readonly memory: SharedMemory;
  readonly kernel: ScanKernel;
}

/** Takes milliseconds, and address space until it is collected: to be made once for many scans. */
export function openScanRoom(): ScanRoom {
  const memory = new SharedMemory(0);
  return { memory, kernel: kernelExports(KERNEL_BASE64, memory.memory) as ScanKernel };
}

const spare: ScanRoom[] = [];

/** A room until it is disposed of; who takes one next gets it, zeroed. */
export function takeScanRoom(): ScanRoom & Disposable {
  const room = spare.pop() ?? openScanRoom();
  const loan = room.memory.loan();
  return {
    ...room,
    [Symbol.dispose]: () => {
      loan[Symbol.dispose]();
      spare.push(room);
    },
  };
}
