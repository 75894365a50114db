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

const compiled = new Map<RowKernelName, WebAssembly.Module>();

/** A kernel over a memory. Its module is compiled once a thread. */
export function instantiateRowKernel(name: RowKernelName, memory: WebAssembly.Memory): RowKernel {
  const module = compiled.get(name) ?? new WebAssembly.Module(Buffer.from(BINARIES[name], 'base64'));
  compiled.set(name, module);
  const instance = new WebAssembly.Instance(module, {
    env: {
      memory,
      abort: () => {
        throw new Error(`${name} kernel aborted`);
      },
    },
  });
  const kernel: unknown = instance.exports;
  return kernel as RowKernel;
}
