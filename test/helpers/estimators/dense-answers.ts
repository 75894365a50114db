import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import type { Task } from '../../../shared/contract/models.ts';

/** Forward passes of networks in double precision, written apart from the graphs that are trained and exported. */

/** Answers of a layer for one row: W [from, to] row after row, b [to]. */
export function dense(input: ArrayLike<number>, weights: ArrayLike<number>, bias: ArrayLike<number>): Float64Array {
  const to = bias.length;
  const sums = Float64Array.from(bias);
  for (let i = 0; i < input.length; i++) {
    const value = input[i] ?? 0;
    if (value === 0) continue;
    for (let j = 0; j < to; j++) sums[j] = (sums[j] ?? 0) + value * (weights[i * to + j] ?? 0);
  }
  return sums;
}

export const rectified = (values: Float64Array): Float64Array => values.map((value) => Math.max(0, value));

/** Layers of weights and biases in turn, rectified between them. */
export function denseLayers(input: ArrayLike<number>, parameters: readonly ArrayLike<number>[]): Float64Array {
  let value: Float64Array = Float64Array.from(input);
  for (let at = 0; at < parameters.length; at += 2) {
    const sums = dense(value, parameters[at] ?? [], parameters[at + 1] ?? []);
    value = at + 2 < parameters.length ? rectified(sums) : sums;
  }
  return value;
}

/** 3 x 3 filters [to, from, 3, 3] at every other place of an image [from, side, side] with a border of zeros, rectified. */
export function halvingConvolution(
  image: ArrayLike<number>,
  side: number,
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
): Float64Array {
  const [to, from, out] = [bias.length, image.length / side ** 2, Math.ceil(side / 2)];
  const sums = new Float64Array(to * out * out);
  for (let k = 0; k < to; k++)
    for (let y = 0; y < out; y++)
      for (let x = 0; x < out; x++) {
        let sum = bias[k] ?? 0;
        for (let c = 0; c < from; c++)
          for (let dy = 0; dy < 3; dy++) {
            const row = 2 * y + dy - 1;
            if (row < 0 || row >= side) continue;
            for (let dx = 0; dx < 3; dx++) {
              const column = 2 * x + dx - 1;
              if (column < 0 || column >= side) continue;
              sum +=
                (image[(c * side + row) * side + column] ?? 0) * (weights[((k * from + c) * 3 + dy) * 3 + dx] ?? 0);
            }
          }
        sums[(k * out + y) * out + x] = Math.max(0, sum);
      }
  return sums;
}

const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score));

/** What a graph answers for raw scores of one row: shares of classes, of labels, or the number itself. */
export function finished(task: Task, scores: Float64Array): Float64Array {
  if (task === 'regression') return scores;
  if (task === 'multilabel') return scores.map(sigmoid);
  if (task === 'binary') return Float64Array.of(1 - sigmoid(scores[0] ?? 0), sigmoid(scores[0] ?? 0));
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** One row after the other. */
export function rowByRow(rows: number, answer: (row: number) => ArrayLike<number>): Float64Array {
  const first = rows > 0 ? answer(0) : [];
  const all = new Float64Array(rows * first.length);
  for (let row = 0; row < rows; row++) all.set(row === 0 ? first : answer(row), row * first.length);
  return all;
}

interface NetworkState {
  readonly average: Float32Array;
  readonly best: { readonly parameters: Float32Array } | null;
}

/** What a fit has written last into its folder. */
export const keptIn = async <T>(folder: string): Promise<T> =>
  deserialize(await readFile(join(folder, 'checkpoint.bin'))) as T;

/** All parameters of the network that a training has kept, one after the other, from its last checkpoint. */
export async function keptParameters(folder: string): Promise<Float32Array> {
  const state = await keptIn<NetworkState>(folder);
  return state.best?.parameters ?? state.average;
}

/** Cuts them into arrays of these lengths. */
export function partedBy(sizes: readonly number[], joined: Float32Array): Float32Array[] {
  let at = 0;
  const parts = sizes.map((size) => {
    at += size;
    return joined.subarray(at - size, at);
  });
  if (at !== joined.length) throw new RangeError(`There are ${joined.length} parameters, not ${at}.`);
  return parts;
}
