import { kernelExports } from '../../kernel-exports.ts';
import { KERNEL_BASE64 as EXPLAINING } from '../explaining/kernel-binary.ts';
import { KERNEL_BASE64 as SCORING } from './kernel-binary.ts';

/** Kernels that run a program over rows, by the base64 of their WebAssembly. */
const BINARIES = { scoring: SCORING, explaining: EXPLAINING } as const;
export type RowKernelName = keyof typeof BINARIES;

/** What each of them exports; places are byte offsets. */
export interface RowKernel {
  prepare(program: number, scratch: number): void;
  run(
    program: number,
    input: number,
    rowStride: number,
    featureStride: number,
    from: number,
    to: number,
    scratch: number,
    output: number,
  ): void;
}

/** A kernel over a memory. */
export const instantiateRowKernel = (name: RowKernelName, memory: WebAssembly.Memory): RowKernel =>
  kernelExports(BINARIES[name], memory) as RowKernel;
