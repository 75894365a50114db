import type { StartedRows } from '../train/started-graph.ts';
import type { ImageRows } from './image-estimator.ts';

/** Rows for a training from what was made of images: the class one-hot, or 0 and 1 where there are two. */
export function graphRows(
  { rows, targets, weights }: ImageRows,
  inputs: readonly Float32Array[],
  outputs: number,
): StartedRows {
  const answers = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    if (outputs === 1) answers[row] = targets[row] ?? 0;
    else answers[row * outputs + (targets[row] ?? 0)] = 1;
  }
  return { rows, inputs, answers, weights: weights && Float32Array.from(weights) };
}
