import { kernelExports } from '../kernel-exports.ts';
import { KERNEL_BASE64 } from './kernel-binary.ts';

/** Exports of kernel/kernel.ts; every argument that names a place is a byte offset. */
interface ProductKernel {
  cross(a: number, b: number, rows: number, widthA: number, widthB: number, into: number, isLower: boolean): void;
  times(x: number, b: number, rows: number, widthX: number, widthB: number, into: number): void;
  scaled(x: number, q: number, rows: number, width: number, into: number): void;
}

/** Rows of a matrix one after the other, as wide as a multiple of four; as many rows as one, the added cells zero. */
export interface PaddedMatrix {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** Rows that are multiplied at once: they stay in the cache of a core. */
const ROWS_AT_ONCE = 256;
const PAGE = 65_536;

/** The next multiple of four: how wide rows are. */
export const upToFour = (count: number): number => Math.ceil(count / 4) * 4;

let kernel: { readonly run: ProductKernel; readonly memory: WebAssembly.Memory } | undefined;

/** The kernel, and its memory as numbers, at least so many. */
function kernelFor(cells: number): { readonly run: ProductKernel; readonly memory: Float64Array } {
  if (kernel === undefined) {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: false });
    kernel = { run: kernelExports(KERNEL_BASE64, memory) as ProductKernel, memory };
  }
  const missing = cells * 8 - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE));
  return { run: kernel.run, memory: new Float64Array(kernel.memory.buffer) };
}

/** Writes how much rows [from, to) count; row `from` belongs at cell `at`. */
export type FillFactors = (factors: Float64Array, at: number, from: number, to: number) => void;

/** X' diag(q) X, [width, width], of each q over the first `rows`: what lies in blocks of four on and below the diagonal. */
export function weightedCrosses(x: PaddedMatrix, rows: number, fills: readonly FillFactors[]): Float64Array[] {
  const { width, values } = x;
  const [part, size] = [ROWS_AT_ONCE * width, width * width];
  const [scaled, into, factors] = [part, 2 * part, 2 * part + size * fills.length];
  const { run, memory } = kernelFor(factors + ROWS_AT_ONCE);
  memory.fill(0, into, factors);
  for (let row = 0; row < rows; row += ROWS_AT_ONCE) {
    const to = Math.min(rows, row + ROWS_AT_ONCE);
    memory.set(values.subarray(row * width, to * width), 0);
    for (const [place, fill] of fills.entries()) {
      fill(memory, factors, row, to);
      run.scaled(0, 8 * factors, to - row, width, 8 * scaled);
      run.cross(0, 8 * scaled, to - row, width, width, 8 * (into + place * size), true);
    }
  }
  return fills.map((_, place) => memory.slice(into + place * size, into + (place + 1) * size));
}

/** Changes rows [from, to) of X B; row `from` starts at cell `at`, each is as wide as B. */
export type ChangeRows = (scores: Float64Array, at: number, from: number, to: number) => void;

/** X' change(X B), some rows at a time, so that X B never leaves the cache. B has a row of `width` for each of X's columns. */
export function throughRows(x: PaddedMatrix, b: Float64Array, width: number, change: ChangeRows): Float64Array {
  const [sizeX, sizeB, part] = [ROWS_AT_ONCE * x.width, x.width * width, ROWS_AT_ONCE * width];
  const { run, memory } = kernelFor(sizeX + 2 * sizeB + part);
  const [scores, into] = [sizeX + sizeB, sizeX + sizeB + part];
  memory.set(b, sizeX);
  memory.fill(0, sizeX + b.length, sizeX + sizeB);
  memory.fill(0, into, into + sizeB);
  for (let row = 0; row < x.rows; row += ROWS_AT_ONCE) {
    const to = Math.min(x.rows, row + ROWS_AT_ONCE);
    memory.set(x.values.subarray(row * x.width, to * x.width), 0);
    run.times(0, 8 * sizeX, to - row, x.width, width, 8 * scores);
    change(memory, scores, row, to);
    run.cross(0, 8 * scores, to - row, x.width, width, 8 * into, false);
  }
  return memory.slice(into, into + sizeB);
}
