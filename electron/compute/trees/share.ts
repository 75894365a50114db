import type { TreeKernel } from './kernel.ts';
import { ORDER_LENGTH, ORDER_OFFSET, RESULT_LENGTH, RESULT_OFFSET } from './order.ts';

/** What a crew can be ordered to do. Each order's arguments are listed at its function below. */
export const ORDER = { histogram: 1, partition: 2, gradients: 3, scores: 4, bin: 5 } as const;
export const LOSS = { logistic: 0, squared: 1, softmax: 2 } as const;

/** Bytes of one feature's record in the feature table: bins of values, monotone sign, is used, spare. */
export const FEATURE_RECORD = 4;
const HISTOGRAM_BYTES = 4096;

/** The part [from, to) of `count` things that a member takes; parts differ by at most one `unit`. */
export function shareOf(count: number, member: number, size: number, unit = 1): readonly [number, number] {
  const units = Math.ceil(count / unit);
  const from = Math.floor((units * member) / size) * unit;
  const to = Math.floor((units * (member + 1)) / size) * unit;
  return [Math.min(from, count), Math.min(to, count)];
}

/** One member's share of the order that stands in the memory. Same result whatever the number of members. */
export function runShare(kernel: TreeKernel, memory: WebAssembly.Memory, member: number, size: number): void {
  const order = new Float64Array(memory.buffer, ORDER_OFFSET, ORDER_LENGTH);
  switch (order[0]) {
    case ORDER.histogram:
      histogramShare(kernel, memory, order, member, size);
      return;
    case ORDER.partition:
      partitionShare(kernel, memory, order, member, size);
      return;
    case ORDER.gradients:
      gradientShare(kernel, order, member, size);
      return;
    case ORDER.scores:
      scoreShare(kernel, memory, order, member, size);
      return;
    case ORDER.bin:
      binShare(kernel, memory, order, member, size);
      return;
  }
}

const at = (order: Float64Array, index: number): number => order[index] ?? 0;

/** The numbers a search for splits needs of one leaf, as they lie in an order. */
function searchLeaf(
  kernel: TreeKernel,
  memory: WebAssembly.Memory,
  order: Float64Array,
  leaf: { readonly histogram: number; readonly gradient: number; readonly hessian: number; readonly rows: number },
  [from, to]: readonly [number, number],
  result: Float64Array,
  slot: number,
): void {
  const [table, minRows, minHessian, l1, l2, scratch] = [
    at(order, 8),
    at(order, 9),
    at(order, 10),
    at(order, 11),
    at(order, 12),
    at(order, 13),
  ];
  const features = new Int32Array(memory.buffer, table, at(order, 14) * FEATURE_RECORD);
  const found = new Float64Array(memory.buffer, scratch, 5);
  const rowsPerHessian = leaf.hessian > 0 ? leaf.rows / leaf.hessian : 0;
  let best = -1;
  for (let feature = from; feature < to; feature++) {
    const record = feature * FEATURE_RECORD;
    const valueBins = features[record] ?? 0;
    if (features[record + 2] !== 1 || valueBins < 1) continue;
    const isFound = kernel.bestThreshold(
      leaf.histogram,
      feature,
      valueBins,
      leaf.gradient,
      leaf.hessian,
      rowsPerHessian,
      minRows,
      minHessian,
      l1,
      l2,
      features[record + 1] ?? 0,
      scratch,
    );
    const gain = found[0] ?? -1;
    if (isFound === 1 && gain > best) {
      best = gain;
      result[slot] = feature;
      for (let i = 0; i < 5; i++) result[slot + 1 + i] = found[i] ?? 0;
    }
  }
  if (best < 0) result[slot] = -1;
}

/**
 * Order: kind, bins, stride, indices, begin, end, gradients, histogram of the smaller child, feature table, minimum rows,
 * minimum hessian, L1, L2, scratch (64 bytes a member), features, histogram of the parent (0: none, this is the root), then
 * gradient, hessian, rows of the smaller child and of its sibling, gather space and its bytes a member. Builds the smaller child's histograms of the member's
 * features, takes them from the parent's, and answers the best split of both: (feature, gain, bin, gradient, hessian, side) twice.
 */
function histogramShare(
  kernel: TreeKernel,
  memory: WebAssembly.Memory,
  order: Float64Array,
  member: number,
  size: number,
): void {
  const features = at(order, 14);
  // Whole groups of four: the kernel reads four bins at once.
  const range = shareOf(features, member, size, 4);
  const [from, to] = range;
  const [histogram, parent] = [at(order, 7), at(order, 15)];
  kernel.clearHistogram(histogram, from, to);
  kernel.addToHistogram(
    at(order, 1),
    at(order, 2),
    from,
    to,
    at(order, 3),
    at(order, 4),
    at(order, 5),
    at(order, 6),
    histogram,
    at(order, 22) + member * at(order, 23),
  );
  const result = new Float64Array(memory.buffer, RESULT_OFFSET + member * RESULT_LENGTH * 8, RESULT_LENGTH);
  order = order.slice();
  order[13] = at(order, 13) + member * 64;
  const small = { histogram, gradient: at(order, 16), hessian: at(order, 17), rows: at(order, 18) };
  searchLeaf(kernel, memory, order, small, range, result, 0);
  result[6] = -1;
  if (parent === 0) return;
  kernel.subtractHistogram(parent, histogram, from, to);
  searchLeaf(
    kernel,
    memory,
    order,
    { histogram: parent, gradient: at(order, 19), hessian: at(order, 20), rows: at(order, 21) },
    range,
    result,
    6,
  );
}

/**
 * Order: kind, column of the feature's bins, table of 256 bytes, indices, begin, end, spare. Each member parts its block of rows in
 * place, rows that go right into the spare array at the block's place; answers how many go left. The leader joins the blocks.
 */
function partitionShare(
  kernel: TreeKernel,
  memory: WebAssembly.Memory,
  order: Float64Array,
  member: number,
  size: number,
): void {
  const [begin, end, spare] = [at(order, 4), at(order, 5), at(order, 6)];
  const [from, to] = shareOf(end - begin, member, size);
  const left = kernel.partition(at(order, 1), at(order, 2), at(order, 3), begin + from, begin + to, spare + from * 4);
  new Float64Array(memory.buffer, RESULT_OFFSET + member * RESULT_LENGTH * 8, 1)[0] = left;
}

/** Order: kind, loss, scores, targets, weights, padded rows, gradients, classes, wanted class. */
function gradientShare(kernel: TreeKernel, order: Float64Array, member: number, size: number): void {
  const [loss, scores, targets, weights, rows, gradients] = [
    at(order, 1),
    at(order, 2),
    at(order, 3),
    at(order, 4),
    at(order, 5),
    at(order, 6),
  ];
  const [from, to] = shareOf(rows, member, size, 4);
  if (loss === LOSS.logistic) kernel.logisticGradients(scores, targets, weights, from, to, gradients);
  else if (loss === LOSS.squared) kernel.squaredGradients(scores, targets, weights, from, to, gradients);
  else kernel.softmaxGradients(scores, rows, at(order, 7), at(order, 8), targets, weights, from, to, gradients);
}

/** Order: kind, scores, indices, leaf table (begin, end, value: doubles), leaves. Each member takes a part of every leaf. */
function scoreShare(
  kernel: TreeKernel,
  memory: WebAssembly.Memory,
  order: Float64Array,
  member: number,
  size: number,
): void {
  const leaves = new Float64Array(memory.buffer, at(order, 3), at(order, 4) * 3);
  for (let leaf = 0; leaf < leaves.length; leaf += 3) {
    const begin = leaves[leaf] ?? 0;
    const [from, to] = shareOf((leaves[leaf + 1] ?? 0) - begin, member, size);
    kernel.addToScores(at(order, 1), at(order, 2), begin + from, begin + to, leaves[leaf + 2] ?? 0);
  }
}

/** Order: kind, columns (rows floats each), rows, bounds table (256 floats a feature), feature table, features, bins by row, stride, first feature, bins by column. */
function binShare(
  kernel: TreeKernel,
  memory: WebAssembly.Memory,
  order: Float64Array,
  member: number,
  size: number,
): void {
  const [columns, rows, bounds, table, count, bins, stride, first, byColumn] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
    (index) => at(order, index),
  );
  const [from, to] = shareOf(count ?? 0, member, size);
  const features = new Int32Array(memory.buffer, table ?? 0, ((first ?? 0) + (count ?? 0)) * FEATURE_RECORD);
  for (let index = from; index < to; index++) {
    const feature = (first ?? 0) + index;
    const valueBins = features[feature * FEATURE_RECORD] ?? 0;
    kernel.binColumn(
      (columns ?? 0) + index * (rows ?? 0) * 4,
      rows ?? 0,
      (bounds ?? 0) + feature * 1024,
      Math.max(0, valueBins - 1),
      (bins ?? 0) + feature,
      stride ?? 0,
      (byColumn ?? 0) + feature * (rows ?? 0),
    );
  }
}

export { HISTOGRAM_BYTES };
