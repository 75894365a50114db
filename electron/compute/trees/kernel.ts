import { KERNEL_BASE64 } from './kernel-binary.ts';

/** Exports of kernel/kernel.ts; every argument that names a place is a byte offset. */
export interface TreeKernel {
  addToHistogram(
    bins: number,
    stride: number,
    from: number,
    to: number,
    indices: number,
    begin: number,
    end: number,
    gradients: number,
    histogram: number,
    scratch: number,
  ): void;
  clearHistogram(histogram: number, from: number, to: number): void;
  subtractHistogram(parent: number, child: number, from: number, to: number): void;
  bestThreshold(
    histogram: number,
    feature: number,
    valueBins: number,
    totalGradient: number,
    totalHessian: number,
    rowsPerHessian: number,
    minRows: number,
    minHessian: number,
    l1: number,
    l2: number,
    monotone: number,
    out: number,
  ): number;
  partition(column: number, goesLeft: number, indices: number, begin: number, end: number, spare: number): number;
  copyRows(from: number, to: number, count: number): void;
  addToScores(scores: number, indices: number, begin: number, end: number, value: number): void;
  logisticGradients(
    scores: number,
    targets: number,
    weights: number,
    from: number,
    to: number,
    gradients: number,
  ): void;
  squaredGradients(scores: number, targets: number, weights: number, from: number, to: number, gradients: number): void;
  softmaxGradients(
    scores: number,
    rows: number,
    classes: number,
    wanted: number,
    targets: number,
    weights: number,
    from: number,
    to: number,
    gradients: number,
  ): void;
  binColumn(
    values: number,
    rows: number,
    bounds: number,
    boundCount: number,
    bins: number,
    stride: number,
    column: number,
  ): void;
  sumGradients(gradients: number, indices: number, begin: number, end: number, out: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** The kernel over a memory. The module is compiled once a thread. */
export function instantiateKernel(memory: WebAssembly.Memory): TreeKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, 'base64'));
  const instance = new WebAssembly.Instance(compiled, {
    env: {
      memory,
      abort: () => {
        throw new Error('tree kernel aborted');
      },
    },
  });
  const kernel: unknown = instance.exports;
  return kernel as TreeKernel;
}
