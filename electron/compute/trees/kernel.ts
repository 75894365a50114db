import { kernelExports } from '../kernel-exports.ts';
import { KERNEL_BASE64 } from './kernel-binary.ts';

/** Gradients of a loss for rows [from, to), both multiples of 4: a pair of floats a row. */
type GradientKernel = (
  scores: number,
  targets: number,
  weights: number,
  from: number,
  to: number,
  gradients: number,
) => void;
type ShapedGradientKernel = (...given: [...Parameters<GradientKernel>, shape: number]) => void;

/** Exports of kernel/kernel.ts; every argument that names a place is a byte offset. */
export interface TreeKernel {
  addListed(
    bins: number,
    stride: number,
    from: number,
    to: number,
    offsets: number,
    used: number,
    usedCount: number,
    list: number,
    count: number,
    pairs: number,
    histogram: number,
    scratch: number,
  ): void;
  addRun(
    bins: number,
    stride: number,
    offsets: number,
    used: number,
    usedCount: number,
    row: number,
    count: number,
    pairs: number,
    histogram: number,
  ): void;
  clearCells(cells: number, count: number): void;
  takeCells(cells: number, other: number, count: number): void;
  subtractCells(parent: number, child: number, count: number): void;
  readCells(cells: number, count: number, out: number): void;
  bestThreshold(
    cells: number,
    valueBins: number,
    totalGradient: number,
    totalHessian: number,
    fewest: number,
    l1: number,
    l2: number,
    out: number,
  ): number;
  bestBoundedThreshold(
    cells: number,
    valueBins: number,
    totalGradient: number,
    totalHessian: number,
    fewest: number,
    l1: number,
    l2: number,
    out: number,
    sign: number,
    low: number,
    high: number,
  ): number;
  partition(column: number, step: number, goesLeft: number, list: number, count: number, spare: number): number;
  listRows(
    list: number,
    first: number,
    end: number,
    run: number,
    member: number,
    size: number,
    mask: number,
    wanted: number,
  ): number;
  sumCells(cells: number, count: number, out: number): void;
  sumPairs(pairs: number, list: number, count: number, out: number): void;
  addToScores(scores: number, list: number, count: number, value: number): void;
  largestPair(gradients: number, from: number, to: number, out: number): void;
  toIntegers(
    gradients: number,
    from: number,
    to: number,
    gradientScale: number,
    hessianScale: number,
    pairs: number,
  ): void;
  readonly logisticGradients: GradientKernel;
  readonly squaredGradients: GradientKernel;
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
  readonly poissonGradients: ShapedGradientKernel;
  readonly quantileGradients: ShapedGradientKernel;
  readonly huberGradients: ShapedGradientKernel;
  binColumn(
    values: number,
    count: number,
    bounds: number,
    half: number,
    missing: number,
    bins: number,
    stride: number,
    column: number,
  ): void;
  sortFloats(values: number, count: number, spare: number, counts: number): void;
}

/** The kernel over a memory. */
export const instantiateKernel = (memory: WebAssembly.Memory): TreeKernel =>
  kernelExports(KERNEL_BASE64, memory) as TreeKernel;
