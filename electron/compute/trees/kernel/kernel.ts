// Kernels of histogram tree growing, compiled to WebAssembly SIMD by AssemblyScript. They work on one memory that all
// threads share; every pointer is a byte offset into it. No allocation happens here.
//
// A histogram holds, for each feature and each of 256 bins, two doubles: the sum of gradients and of hessians.
// A feature's histogram takes 4,096 bytes.

const HISTOGRAM_BYTES: usize = 4096;

/** Rows gathered at a time: their bins and gradients fit the second-level cache beside a tile of histograms. */
const BLOCK: i32 = 1024;

/**
 * Adds gradient and hessian (a pair of floats a row) of rows indices[begin, end) to the histograms of features [from, to).
 * Rows of a small leaf lie far apart, so blocks of them are first gathered into `scratch` (BLOCK * (stride + 8) bytes) by
 * loads that do not wait for each other; then four features at a time are summed, whose histograms stay in the first-level cache.
 */
export function addToHistogram(
  bins: usize, stride: usize, from: i32, to: i32,
  indices: usize, begin: i32, end: i32,
  gradients: usize, histogram: usize, scratch: usize,
): void {
  const width = <usize>((to - from + 15) & ~15);
  const pairs = scratch + <usize>BLOCK * width;
  const first = bins + <usize>from;
  const quads = from + ((to - from) & ~3);
  for (let block = begin; block < end; block += BLOCK) {
    const count = <usize>min(BLOCK, end - block);
    const list = indices + (<usize>block << 2);
    let to16 = scratch;
    for (let i: usize = 0; i < count; i++) {
      const row = <usize>load<u32>(list + (i << 2));
      const cells = first + row * stride;
      store<u64>(pairs + (i << 3), load<u64>(gradients + (row << 3)));
      for (let at: usize = 0; at < width; at += 16) v128.store(to16 + at, v128.load(cells + at));
      to16 += width;
    }
    let feature = from;
    for (; feature < quads; feature += 4) {
      const a0 = histogram + <usize>feature * HISTOGRAM_BYTES;
      let cells = scratch + <usize>(feature - from);
      let pair = pairs;
      const stop = pairs + (count << 3);
      for (; pair < stop; pair += 8) {
        const gh = f64x2.promote_low_f32x4(v128.load64_zero(pair));
        const four = load<u32>(cells);
        const a = a0 + (<usize>(four & 255) << 4);
        const b = a0 + (<usize>((four >> 8) & 255) << 4);
        const c = a0 + (<usize>((four >> 16) & 255) << 4);
        const d = a0 + (<usize>(four >> 24) << 4);
        v128.store(a, f64x2.add(v128.load(a), gh));
        v128.store(b, f64x2.add(v128.load(b, HISTOGRAM_BYTES), gh), HISTOGRAM_BYTES);
        v128.store(c, f64x2.add(v128.load(c, 2 * HISTOGRAM_BYTES), gh), 2 * HISTOGRAM_BYTES);
        v128.store(d, f64x2.add(v128.load(d, 3 * HISTOGRAM_BYTES), gh), 3 * HISTOGRAM_BYTES);
        cells += width;
      }
    }
    for (; feature < to; feature++) {
      const a0 = histogram + <usize>feature * HISTOGRAM_BYTES;
      const cells = scratch + <usize>(feature - from);
      for (let i: usize = 0; i < count; i++) {
        const at = a0 + (<usize>load<u8>(cells + i * width) << 4);
        v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(v128.load64_zero(pairs + (i << 3)))));
      }
    }
  }
}

/** Zeroes the histograms of features [from, to). */
export function clearHistogram(histogram: usize, from: i32, to: i32): void {
  memory.fill(histogram + <usize>from * HISTOGRAM_BYTES, 0, <usize>(to - from) * HISTOGRAM_BYTES);
}

/** parent - child, written over the parent, for features [from, to): the sibling's histogram without looking at a row. */
export function subtractHistogram(parent: usize, child: usize, from: i32, to: i32): void {
  const last = <usize>to * HISTOGRAM_BYTES;
  for (let at = <usize>from * HISTOGRAM_BYTES; at < last; at += 16) {
    v128.store(parent + at, f64x2.sub(v128.load(parent + at), v128.load(child + at)));
  }
}

/** Gain of a leaf with these sums under L1 and L2: soft-thresholded gradient squared over hessian plus L2. */
// @ts-ignore: decorator
@inline
function leafGain(gradient: f64, hessian: f64, l1: f64, l2: f64): f64 {
  const shrunk = l1 == 0.0 ? gradient : (gradient > l1 ? gradient - l1 : gradient < -l1 ? gradient + l1 : 0.0);
  return (shrunk * shrunk) / (hessian + l2);
}

/** Value of a leaf with these sums. */
// @ts-ignore: decorator
@inline
function leafValue(gradient: f64, hessian: f64, l1: f64, l2: f64): f64 {
  const shrunk = l1 == 0.0 ? gradient : (gradient > l1 ? gradient - l1 : gradient < -l1 ? gradient + l1 : 0.0);
  return -shrunk / (hessian + l2);
}

/**
 * Best threshold of one numeric feature. Bins [0, valueBins) hold values in order, bin 255 the missing ones.
 * Writes gain, threshold bin, left gradient, left hessian and missing-goes-left (1 or 0) to `out` (five doubles) and
 * answers 1; answers 0 when no split is allowed. Row counts are taken from hessians: count = hessian * rowsPerHessian.
 */
export function bestThreshold(
  histogram: usize, feature: i32, valueBins: i32,
  totalGradient: f64, totalHessian: f64, rowsPerHessian: f64,
  minRows: f64, minHessian: f64, l1: f64, l2: f64, monotone: i32, out: usize,
): i32 {
  const base = histogram + <usize>feature * HISTOGRAM_BYTES;
  const missingGradient = load<f64>(base + (255 << 4));
  const missingHessian = load<f64>(base + (255 << 4) + 8);
  const hasMissing = missingHessian > 1e-9;
  let best: f64 = -1.0, bestBin = -1, bestGradient: f64 = 0.0, bestHessian: f64 = 0.0, bestSide: f64 = 0.0;
  for (let side = 0; side < 2; side++) {
    let gradient: f64 = side == 1 ? missingGradient : 0.0;
    let hessian: f64 = side == 1 ? missingHessian : 0.0;
    // The last value bin is a threshold only when missing rows stand alone on the other side.
    const last = side == 0 && hasMissing ? valueBins : valueBins - 1;
    for (let bin = 0; bin < last; bin++) {
      const at = base + (<usize>bin << 4);
      gradient += load<f64>(at);
      hessian += load<f64>(at + 8);
      const rightHessian = totalHessian - hessian;
      if (hessian * rowsPerHessian < minRows || hessian < minHessian) continue;
      if (rightHessian * rowsPerHessian < minRows || rightHessian < minHessian) break;
      const rightGradient = totalGradient - gradient;
      const gain = leafGain(gradient, hessian, l1, l2) + leafGain(rightGradient, rightHessian, l1, l2);
      if (gain > best) {
        if (monotone != 0) {
          const difference = leafValue(rightGradient, rightHessian, l1, l2) - leafValue(gradient, hessian, l1, l2);
          if (difference * <f64>monotone < 0.0) continue;
        }
        best = gain; bestBin = bin; bestGradient = gradient; bestHessian = hessian; bestSide = <f64>side;
      }
    }
    if (!hasMissing) break;
  }
  if (bestBin < 0) return 0;
  store<f64>(out, best);
  store<f64>(out + 8, <f64>bestBin);
  store<f64>(out + 16, bestGradient);
  store<f64>(out + 24, bestHessian);
  store<f64>(out + 32, bestSide);
  return 1;
}

/**
 * Moves rows of indices[begin, end) that go left to the front, in order, and those that go right to `spare`, in order.
 * `column` holds the split feature's bin of each row; `goesLeft` is a table of 256 bytes, one a bin. Answers how many go left.
 */
export function partition(column: usize, goesLeft: usize, indices: usize, begin: i32, end: i32, spare: usize): i32 {
  let left = indices + (<usize>begin << 2);
  const start = left;
  let right = spare;
  for (let i = begin; i < end; i++) {
    const row = load<u32>(indices + (<usize>i << 2));
    const isLeft = <usize>load<u8>(goesLeft + <usize>load<u8>(column + <usize>row));
    // Both are written, one of the two pointers moves: no branch to mispredict.
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft << 2;
    right += (1 - isLeft) << 2;
  }
  return <i32>((left - start) >> 2);
}

/** Copies `count` row numbers. */
export function copyRows(from: usize, to: usize, count: i32): void {
  memory.copy(to, from, <usize>count << 2);
}

/** scores[row] += value for rows indices[begin, end). */
export function addToScores(scores: usize, indices: usize, begin: i32, end: i32, value: f32): void {
  for (let i = begin; i < end; i++) {
    const at = scores + (<usize>load<u32>(indices + (<usize>i << 2)) << 2);
    store<f32>(at, load<f32>(at) + value);
  }
}

/** e^x of four floats, within 2 units in the last place on [-87, 88]: 2^n times a polynomial of degree 6 on the rest. */
// @ts-ignore: decorator
@inline
function exp4(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, f32x4.splat(-87.0)), f32x4.splat(88.0));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)));
  const r = f32x4.sub(f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.3888889e-3);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3333333e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.16666667e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666667));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/**
 * Gradient and hessian of the logistic loss for rows [from, to), both multiples of 4 (the arrays are padded):
 * p = 1 / (1 + e^-score), gradient = (p - y) w, hessian = p (1 - p) w, at least 1e-16.
 */
export function logisticGradients(scores: usize, targets: usize, weights: usize, from: i32, to: i32, gradients: usize): void {
  const one = f32x4.splat(1.0);
  for (let i = from; i < to; i += 4) {
    const at = <usize>i << 2;
    const p = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(v128.load(scores + at)))));
    const weight = v128.load(weights + at);
    const gradient = f32x4.mul(f32x4.sub(p, v128.load(targets + at)), weight);
    const hessian = f32x4.mul(f32x4.max(f32x4.mul(p, f32x4.sub(one, p)), f32x4.splat(1e-16)), weight);
    v128.store(gradients + (at << 1), v128.shuffle<f32>(gradient, hessian, 0, 4, 1, 5));
    v128.store(gradients + (at << 1) + 16, v128.shuffle<f32>(gradient, hessian, 2, 6, 3, 7));
  }
}

/** Gradient and hessian of half the squared error: (score - y) w and w. Rows as in `logisticGradients`. */
export function squaredGradients(scores: usize, targets: usize, weights: usize, from: i32, to: i32, gradients: usize): void {
  for (let i = from; i < to; i += 4) {
    const at = <usize>i << 2;
    const weight = v128.load(weights + at);
    const gradient = f32x4.mul(f32x4.sub(v128.load(scores + at), v128.load(targets + at)), weight);
    v128.store(gradients + (at << 1), v128.shuffle<f32>(gradient, weight, 0, 4, 1, 5));
    v128.store(gradients + (at << 1) + 16, v128.shuffle<f32>(gradient, weight, 2, 6, 3, 7));
  }
}

/**
 * Gradient and hessian of the softmax loss for one class of `classes`; scores lie class after class, `rows` apart.
 * gradient = (p - [y = class]) w, hessian = 2 p (1 - p) w.
 */
export function softmaxGradients(scores: usize, rows: usize, classes: i32, wanted: i32, targets: usize, weights: usize, from: i32, to: i32, gradients: usize): void {
  const one = f32x4.splat(1.0);
  for (let i = from; i < to; i += 4) {
    const at = <usize>i << 2;
    let top = v128.load(scores + at);
    for (let k = 1; k < classes; k++) top = f32x4.max(top, v128.load(scores + ((<usize>k * rows) << 2) + at));
    let sum = f32x4.splat(0.0), mine = f32x4.splat(0.0);
    for (let k = 0; k < classes; k++) {
      const e = exp4(f32x4.sub(v128.load(scores + ((<usize>k * rows) << 2) + at), top));
      sum = f32x4.add(sum, e);
      if (k == wanted) mine = e;
    }
    const p = f32x4.div(mine, sum);
    const weight = v128.load(weights + at);
    const isMine = v128.bitselect(one, f32x4.splat(0.0), f32x4.eq(v128.load(targets + at), f32x4.splat(<f32>wanted)));
    const gradient = f32x4.mul(f32x4.sub(p, isMine), weight);
    const hessian = f32x4.mul(f32x4.max(f32x4.mul(f32x4.splat(2.0), f32x4.mul(p, f32x4.sub(one, p))), f32x4.splat(1e-16)), weight);
    v128.store(gradients + (at << 1), v128.shuffle<f32>(gradient, hessian, 0, 4, 1, 5));
    v128.store(gradients + (at << 1) + 16, v128.shuffle<f32>(gradient, hessian, 2, 6, 3, 7));
  }
}

/**
 * Bins `rows` floats by ascending upper bounds: the first bin whose bound is not below the value, 255 for NaN. Written
 * to bins[row * stride] and column[row]. Values past the last bound fall into the last bin.
 */
export function binColumn(values: usize, rows: i32, bounds: usize, boundCount: i32, bins: usize, stride: usize, column: usize): void {
  let target = bins;
  for (let i = 0; i < rows; i++) {
    const value = load<f32>(values + (<usize>i << 2));
    let bin: i32 = 255;
    if (value == value) {
      let low = 0, size = boundCount;
      while (size > 0) {
        const half = size >> 1;
        const isAbove = load<f32>(bounds + (<usize>(low + half) << 2)) < value;
        low = isAbove ? low + half + 1 : low;
        size = isAbove ? size - half - 1 : half;
      }
      bin = low;
    }
    store<u8>(target, <u8>bin);
    store<u8>(column + <usize>i, <u8>bin);
    target += stride;
  }
}

/** Sums gradient and hessian of rows indices[begin, end) into two doubles at `out`. */
export function sumGradients(gradients: usize, indices: usize, begin: i32, end: i32, out: usize): void {
  let sum = f64x2.splat(0.0);
  for (let i = begin; i < end; i++) {
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.load64_zero(gradients + (<usize>load<u32>(indices + (<usize>i << 2)) << 3))));
  }
  v128.store(out, sum);
}
