import { type ChangeRows, throughRows } from './dense-products.ts';
import type { WorkingDesign } from './working-design.ts';

/**
 * X' change(X B): a row of `width` (a multiple of four) for each of the design's columns, as B has. `change` is told rows of X B and
 * writes over them what X' shall meet; rows past the last are padding.
 */
export function throughDesign(design: WorkingDesign, b: Float64Array, width: number, change: ChangeRows): Float64Array {
  const { rows, columns, full, starts, indices, values } = design;
  if (full) return throughRows(full, b, width, change);
  const [scores, into] = [new Float64Array(width), new Float64Array(columns * width)];
  for (let row = 0; row < rows; row++) {
    const [start, end] = [starts[row] ?? 0, starts[row + 1] ?? 0];
    scores.fill(0);
    for (let at = start; at < end; at++) {
      const [value, from] = [values[at] ?? 0, (indices[at] ?? 0) * width];
      for (let k = 0; k < width; k++) scores[k] = (scores[k] ?? 0) + value * (b[from + k] ?? 0);
    }
    change(scores, 0, row, row + 1);
    for (let at = start; at < end; at++) {
      const [value, to] = [values[at] ?? 0, (indices[at] ?? 0) * width];
      for (let k = 0; k < width; k++) into[to + k] = (into[to + k] ?? 0) + value * (scores[k] ?? 0);
    }
  }
  return into;
}
