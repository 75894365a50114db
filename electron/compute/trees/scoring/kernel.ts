import { KERNEL_BASE64 } from './kernel-binary.ts';

/** Exports of kernel/kernel.ts; places are byte offsets. */
export interface ScoringKernel {
  prepare(program: number, scratch: number): void;
  score(
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

let compiled: WebAssembly.Module | undefined;

/** The kernel over a memory. The module is compiled once a thread. */
export function instantiateScoring(memory: WebAssembly.Memory): ScoringKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, 'base64'));
  const instance = new WebAssembly.Instance(compiled, {
    env: {
      memory,
      abort: () => {
        throw new Error('scoring kernel aborted');
      },
    },
  });
  const kernel: unknown = instance.exports;
  return kernel as ScoringKernel;
}
