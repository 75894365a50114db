// Kernels of histogram tree growing, compiled to WebAssembly SIMD by AssemblyScript. They work on one memory that all
// threads share; every pointer is a byte offset into it. No allocation happens here.
//
// Gradient and hessian of a row are a pair of 32-bit integers, scaled by powers of two; a cell of a histogram holds their
// sums as two 64-bit integers. Integers add up to the same sum in any order, so that trees do not depend on how many
// threads shared the rows. A feature has a cell for each bin of values and one more, the last, for missing values.

/** Rows gathered at a time: their bins and gradients fit the first-level cache beside the histograms of four features. */
const BLOCK: i32 = 512;

/** Adds `count` pairs to the histograms of four features whose bins lie side by side, `width` bytes from row to row. */
// @ts-ignore: decorator
@inline
function addFour(cells: usize, width: usize, pairs: usize, count: usize, offsets: usize, histogram: usize): void {
  const a0 = histogram + <usize>load<u32>(offsets);
  const b0 = histogram + <usize>load<u32>(offsets, 4);
  const c0 = histogram + <usize>load<u32>(offsets, 8);
  const d0 = histogram + <usize>load<u32>(offsets, 12);
  const stop = pairs + (count << 3);
  for (let pair = pairs; pair < stop; pair += 8) {
    const both = i64x2.extend_low_i32x4_s(v128.load64_zero(pair));
    const four = load<u32>(cells);
    const a = a0 + (<usize>(four & 255) << 4);
    const b = b0 + (<usize>((four >> 8) & 255) << 4);
    const c = c0 + (<usize>((four >> 16) & 255) << 4);
    const d = d0 + (<usize>(four >> 24) << 4);
    v128.store(a, i64x2.add(v128.load(a), both));
    v128.store(b, i64x2.add(v128.load(b), both));
    v128.store(c, i64x2.add(v128.load(c), both));
    v128.store(d, i64x2.add(v128.load(d), both));
    cells += width;
  }
}

/** As `addFour`, for four features that need not lie side by side. */
// @ts-ignore: decorator
@inline
function addFourApart(
  cells: usize, width: usize, pairs: usize, count: usize, f0: usize, f1: usize, f2: usize, f3: usize,
  offsets: usize, histogram: usize,
): void {
  const a0 = histogram + <usize>load<u32>(offsets + (f0 << 2));
  const b0 = histogram + <usize>load<u32>(offsets + (f1 << 2));
  const c0 = histogram + <usize>load<u32>(offsets + (f2 << 2));
  const d0 = histogram + <usize>load<u32>(offsets + (f3 << 2));
  const stop = pairs + (count << 3);
  for (let pair = pairs; pair < stop; pair += 8) {
    const both = i64x2.extend_low_i32x4_s(v128.load64_zero(pair));
    const a = a0 + (<usize>load<u8>(cells + f0) << 4);
    const b = b0 + (<usize>load<u8>(cells + f1) << 4);
    const c = c0 + (<usize>load<u8>(cells + f2) << 4);
    const d = d0 + (<usize>load<u8>(cells + f3) << 4);
    v128.store(a, i64x2.add(v128.load(a), both));
    v128.store(b, i64x2.add(v128.load(b), both));
    v128.store(c, i64x2.add(v128.load(c), both));
    v128.store(d, i64x2.add(v128.load(d), both));
    cells += width;
  }
}

/** Adds `count` pairs to the histogram of one feature. */
// @ts-ignore: decorator
@inline
function addOne(cells: usize, width: usize, pairs: usize, count: usize, offset: usize, histogram: usize): void {
  const a0 = histogram + <usize>load<u32>(offset);
  const stop = pairs + (count << 3);
  for (let pair = pairs; pair < stop; pair += 8) {
    const at = a0 + (<usize>load<u8>(cells) << 4);
    v128.store(at, i64x2.add(v128.load(at), i64x2.extend_low_i32x4_s(v128.load64_zero(pair))));
    cells += width;
  }
}

/**
 * Adds `count` rows, `width` bytes from row to row, to the histograms of the features in used[0, usedCount), ascending numbers;
 * `cells` is where feature 0 of the first row would lie.
 */
function addUsed(
  cells: usize, width: usize, pairs: usize, count: usize, offsets: usize, used: usize, usedCount: i32, histogram: usize,
): void {
  let i: usize = 0;
  const fours = <usize>(usedCount & ~3);
  for (; i < fours; i += 4) {
    const four = used + (i << 2);
    const f0 = <usize>load<u32>(four), f3 = <usize>load<u32>(four, 12);
    if (f3 - f0 == 3) addFour(cells + f0, width, pairs, count, offsets + (f0 << 2), histogram);
    else addFourApart(cells, width, pairs, count, f0, <usize>load<u32>(four, 4), <usize>load<u32>(four, 8), f3, offsets, histogram);
  }
  for (; i < <usize>usedCount; i++) {
    const feature = <usize>load<u32>(used + (i << 2));
    addOne(cells + feature, width, pairs, count, offsets + (feature << 2), histogram);
  }
}

/**
 * Adds the rows of list[0, count) to the histograms of the features in used[0, usedCount), which lie in [from, to). `offsets` holds
 * the byte of each feature's first cell. Rows of a small leaf lie far apart: blocks of them are first gathered into
 * `scratch` (BLOCK * (to - from + 32) bytes) by loads that do not wait for each other, then summed four features at a time.
 */
export function addListed(
  bins: usize, stride: usize, from: i32, to: i32, offsets: usize, used: usize, usedCount: i32,
  list: usize, count: i32, pairs: usize, histogram: usize, scratch: usize,
): void {
  const width = <usize>((to - from + 15) & ~15);
  const gathered = scratch + <usize>BLOCK * width;
  const first = bins + <usize>from;
  for (let block = 0; block < count; block += BLOCK) {
    const now = <usize>min(BLOCK, count - block);
    const rows = list + (<usize>block << 2);
    let target = scratch;
    for (let i: usize = 0; i < now; i++) {
      const row = <usize>load<u32>(rows + (i << 2));
      const cells = first + row * stride;
      store<u64>(gathered + (i << 3), load<u64>(pairs + (row << 3)));
      for (let at: usize = 0; at < width; at += 16) v128.store(target + at, v128.load(cells + at));
      target += width;
    }
    addUsed(scratch - <usize>from, width, gathered, now, offsets, used, usedCount, histogram);
  }
}

/** As `addListed`, for the rows [row, row + count) in a run: nothing needs gathering. */
export function addRun(
  bins: usize, stride: usize, offsets: usize, used: usize, usedCount: i32,
  row: i32, count: i32, pairs: usize, histogram: usize,
): void {
  for (let block = row; block < row + count; block += BLOCK) {
    const now = <usize>min(BLOCK, row + count - block);
    addUsed(bins + <usize>block * stride, stride, pairs + (<usize>block << 3), now, offsets, used, usedCount, histogram);
  }
}

/** Zeroes `count` cells. */
export function clearCells(cells: usize, count: i32): void {
  memory.fill(cells, 0, <usize>count << 4);
}

/** Adds `count` cells of `other` to `cells` and zeroes them. */
export function takeCells(cells: usize, other: usize, count: i32): void {
  const last = <usize>count << 4;
  const zero = i64x2.splat(0);
  for (let at: usize = 0; at < last; at += 16) {
    v128.store(cells + at, i64x2.add(v128.load(cells + at), v128.load(other + at)));
    v128.store(other + at, zero);
  }
}

/** parent - child, written over the parent: the sibling's cells without looking at a row. */
export function subtractCells(parent: usize, child: usize, count: i32): void {
  const last = <usize>count << 4;
  for (let at: usize = 0; at < last; at += 16)
    v128.store(parent + at, i64x2.sub(v128.load(parent + at), v128.load(child + at)));
}

/** Cells as pairs of doubles. */
export function readCells(cells: usize, count: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<f64>(out + (i << 4), <f64>load<i64>(cells + (i << 4)));
    store<f64>(out + (i << 4) + 8, <f64>load<i64>(cells + (i << 4) + 8));
  }
}

/** Integers below 2^51 in size become doubles by a shift of the exponent: a sum with this, bit by bit, less this. */
const SHIFT_BITS: i64 = 0x4338000000000000;
const SHIFT: f64 = 6755399441055744.0;

/** The cell as two doubles; its integers are below 2^51 in size. */
// @ts-ignore: decorator
@inline
function cellAsDoubles(cell: usize): v128 {
  return f64x2.sub(i64x2.add(v128.load(cell), i64x2.splat(SHIFT_BITS)), f64x2.splat(SHIFT));
}

/** A gradient pulled to zero by L1, two at a time. */
// @ts-ignore: decorator
@inline
function shrunk(gradients: v128, l1: v128): v128 {
  const size = f64x2.max(f64x2.sub(f64x2.abs(gradients), l1), f64x2.splat(0.0));
  return v128.bitselect(size, gradients, f64x2.splat(reinterpret<f64>(0x7fffffffffffffff)));
}

/**
 * Best threshold of a numeric feature. Its cells [0, valueBins) hold values in order, the next one the missing ones. `l1`,
 * `l2` and `fewest`, the least hessian of a side, are in the scale of the cells; `fewest` is above zero. Writes gain (both
 * sides' gradient squared over hessian), threshold bin, left gradient, left hessian and missing-goes-left (1 or 0) to `out`
 * (five doubles) and answers 1; answers 0 when no split is allowed.
 */
export function bestThreshold(
  cells: usize, valueBins: i32, totalGradient: f64, totalHessian: f64, fewest: f64, l1: f64, l2: f64, out: usize,
): i32 {
  const missing = cellAsDoubles(cells + (<usize>valueBins << 4));
  const hasMissing = f64x2.extract_lane(missing, 1) > 0.0;
  const total = f64x2.replace_lane(f64x2.splat(totalGradient), 1, totalHessian);
  const weights = f64x2.splat(l2), pull = f64x2.splat(l1);
  let best: f64 = -1.0, bestBin = -1, bestSide: f64 = 0.0;
  let bestSums = total;
  for (let side = 0; side < 2; side++) {
    let left = side == 1 ? missing : f64x2.splat(0.0);
    // The last bin of values is a threshold only when missing rows stand alone on the other side.
    const last = side == 0 && hasMissing ? valueBins : valueBins - 1;
    const stop = cells + (<usize>last << 4);
    for (let cell = cells; cell < stop; cell += 16) {
      left = f64x2.add(left, cellAsDoubles(cell));
      if (f64x2.extract_lane(left, 1) < fewest) continue;
      const right = f64x2.sub(total, left);
      if (f64x2.extract_lane(right, 1) < fewest) break;
      let gradients = v128.shuffle<f64>(left, right, 0, 2);
      if (l1 != 0.0) gradients = shrunk(gradients, pull);
      const gains = f64x2.div(f64x2.mul(gradients, gradients), f64x2.add(v128.shuffle<f64>(left, right, 1, 3), weights));
      const gain = f64x2.extract_lane(gains, 0) + f64x2.extract_lane(gains, 1);
      if (gain > best) {
        best = gain; bestBin = <i32>((cell - cells) >> 4); bestSums = left; bestSide = <f64>side;
      }
    }
    if (!hasMissing) break;
  }
  if (bestBin < 0) return 0;
  store<f64>(out, best);
  store<f64>(out + 8, <f64>bestBin);
  v128.store(out + 16, bestSums);
  store<f64>(out + 32, bestSide);
  return 1;
}

/** Value of a side, between its bounds. */
// @ts-ignore: decorator
@inline
function boundedValue(gradient: f64, hessian: f64, l1: f64, l2: f64, low: f64, high: f64): f64 {
  const pulled = gradient > l1 ? gradient - l1 : gradient < -l1 ? gradient + l1 : 0.0;
  return min(max(-pulled / (hessian + l2), low), high);
}

/** What a side gains at a value that need not be its best one. */
// @ts-ignore: decorator
@inline
function gainAt(gradient: f64, hessian: f64, l1: f64, l2: f64, value: f64): f64 {
  return -(2.0 * gradient * value + 2.0 * l1 * abs(value) + (hessian + l2) * value * value);
}

/**
 * As `bestThreshold`, where some feature of the table must rise (`sign` 1) or fall (-1): both sides' values stay between `low`
 * and `high`, and are in the order that `sign` asks for; 0 asks for none.
 */
export function bestBoundedThreshold(
  cells: usize, valueBins: i32, totalGradient: f64, totalHessian: f64, fewest: f64, l1: f64, l2: f64, out: usize,
  sign: i32, low: f64, high: f64,
): i32 {
  const missingGradient = <f64>load<i64>(cells + (<usize>valueBins << 4));
  const missingHessian = <f64>load<i64>(cells + (<usize>valueBins << 4) + 8);
  let best: f64 = -Infinity, bestBin = -1, bestGradient: f64 = 0.0, bestHessian: f64 = 0.0, bestSide: f64 = 0.0;
  for (let side = 0; side < 2; side++) {
    let gradient: f64 = side == 1 ? missingGradient : 0.0;
    let hessian: f64 = side == 1 ? missingHessian : 0.0;
    const last = side == 0 && missingHessian > 0.0 ? valueBins : valueBins - 1;
    for (let bin = 0; bin < last; bin++) {
      gradient += <f64>load<i64>(cells + (<usize>bin << 4));
      hessian += <f64>load<i64>(cells + (<usize>bin << 4) + 8);
      const otherHessian = totalHessian - hessian, otherGradient = totalGradient - gradient;
      if (hessian < fewest) continue;
      if (otherHessian < fewest) break;
      const left = boundedValue(gradient, hessian, l1, l2, low, high);
      const right = boundedValue(otherGradient, otherHessian, l1, l2, low, high);
      if ((right - left) * <f64>sign < 0.0) continue;
      const gain = gainAt(gradient, hessian, l1, l2, left) + gainAt(otherGradient, otherHessian, l1, l2, right);
      if (gain > best) {
        best = gain; bestBin = bin; bestGradient = gradient; bestHessian = hessian; bestSide = <f64>side;
      }
    }
    if (!(missingHessian > 0.0)) break;
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
 * Moves those of list[0, count) that go left to the front and the others behind them, each in order. The split feature's bin
 * of a row lies at column[row * step]; `goesLeft` is a table of 256 bytes, one a bin. Answers how many go left.
 */
export function partition(column: usize, step: usize, goesLeft: usize, list: usize, count: i32, spare: usize): i32 {
  let left = list;
  let right = spare;
  const stop = list + (<usize>count << 2);
  if (step == 1) {
    for (let at = list; at < stop; at += 4) {
      const row = load<u32>(at);
      const isLeft = <usize>load<u8>(goesLeft + <usize>load<u8>(column + <usize>row));
      // Both are written, one of the two pointers moves: no branch to mispredict.
      store<u32>(left, row);
      store<u32>(right, row);
      left += isLeft << 2;
      right += 4 - (isLeft << 2);
    }
  } else {
    for (let at = list; at < stop; at += 4) {
      const row = load<u32>(at);
      const isLeft = <usize>load<u8>(goesLeft + <usize>load<u8>(column + <usize>row * step));
      store<u32>(left, row);
      store<u32>(right, row);
      left += isLeft << 2;
      right += 4 - (isLeft << 2);
    }
  }
  memory.copy(left, spare, right - spare);
  return <i32>((left - list) >> 2);
}

/**
 * Lists the rows of every `size`-th run of `run` rows in [first, end), beginning with run number `member`; of these the ones
 * whose byte in `mask` is `wanted`, or all when `mask` is 0. Answers how many.
 */
export function listRows(list: usize, first: i32, end: i32, run: i32, member: i32, size: i32, mask: usize, wanted: u32): i32 {
  let to = list;
  for (let from = first + member * run; from < end; from += run * size) {
    const stop = min(from + run, end);
    if (mask == 0) {
      for (let row = from; row < stop; row++, to += 4) store<u32>(to, row);
    } else {
      for (let row = from; row < stop; row++) {
        store<u32>(to, row);
        to += <usize>(load<u8>(mask + <usize>row) == wanted) << 2;
      }
    }
  }
  return <i32>((to - list) >> 2);
}

/** Sums of the pairs of list[0, count), as two doubles. */
export function sumPairs(pairs: usize, list: usize, count: i32, out: usize): void {
  let sum = i64x2.splat(0);
  for (let i: usize = 0; i < <usize>count; i++)
    sum = i64x2.add(sum, i64x2.extend_low_i32x4_s(v128.load64_zero(pairs + (<usize>load<u32>(list + (i << 2)) << 3))));
  store<f64>(out, <f64>i64x2.extract_lane(sum, 0));
  store<f64>(out + 8, <f64>i64x2.extract_lane(sum, 1));
}

/** Sums of `count` cells, as two doubles. */
export function sumCells(cells: usize, count: i32, out: usize): void {
  let sum = i64x2.splat(0);
  const stop = cells + (<usize>count << 4);
  for (let at = cells; at < stop; at += 16) sum = i64x2.add(sum, v128.load(at));
  store<f64>(out, <f64>i64x2.extract_lane(sum, 0));
  store<f64>(out + 8, <f64>i64x2.extract_lane(sum, 1));
}

/** scores[row] += value for the rows of list[0, count). */
export function addToScores(scores: usize, list: usize, count: i32, value: f32): void {
  const stop = list + (<usize>count << 2);
  for (let row = list; row < stop; row += 4) {
    const at = scores + (<usize>load<u32>(row) << 2);
    store<f32>(at, load<f32>(at) + value);
  }
}

/** Largest gradient and hessian in size of rows [from, to), both multiples of 4, of pairs of floats: two floats at `out`. */
export function largestPair(gradients: usize, from: i32, to: i32, out: usize): void {
  let most = f32x4.splat(0.0);
  const stop = gradients + (<usize>to << 3);
  for (let at = gradients + (<usize>from << 3); at < stop; at += 16) most = f32x4.max(most, f32x4.abs(v128.load(at)));
  store<f32>(out, max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 2)));
  store<f32>(out + 4, max(f32x4.extract_lane(most, 1), f32x4.extract_lane(most, 3)));
}

/** Pairs of floats of rows [from, to), both multiples of 4, times the scales, rounded to pairs of integers. */
export function toIntegers(gradients: usize, from: i32, to: i32, gradientScale: f32, hessianScale: f32, pairs: usize): void {
  const scale = f32x4(gradientScale, hessianScale, gradientScale, hessianScale);
  for (let i = <usize>from << 3; i < <usize>to << 3; i += 16)
    v128.store(pairs + i, i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(gradients + i), scale))));
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

/** Gradient and hessian of the Poisson loss with a log link: (e^score - y) w and e^score times `caution` w. Rows as in `logisticGradients`. */
export function poissonGradients(scores: usize, targets: usize, weights: usize, from: i32, to: i32, gradients: usize, caution: f32): void {
  const slack = f32x4.splat(caution);
  for (let i = from; i < to; i += 4) {
    const at = <usize>i << 2;
    const weight = v128.load(weights + at);
    const mean = exp4(v128.load(scores + at));
    const gradient = f32x4.mul(f32x4.sub(mean, v128.load(targets + at)), weight);
    const hessian = f32x4.mul(f32x4.mul(mean, slack), weight);
    v128.store(gradients + (at << 1), v128.shuffle<f32>(gradient, hessian, 0, 4, 1, 5));
    v128.store(gradients + (at << 1) + 16, v128.shuffle<f32>(gradient, hessian, 2, 6, 3, 7));
  }
}

/** Slope of the quantile loss, (1 - quantile) w above the target and -quantile w below, and w. Rows as in `logisticGradients`. */
export function quantileGradients(scores: usize, targets: usize, weights: usize, from: i32, to: i32, gradients: usize, quantile: f32): void {
  const above = f32x4.splat(<f32>1.0 - quantile), below = f32x4.splat(-quantile);
  for (let i = from; i < to; i += 4) {
    const at = <usize>i << 2;
    const weight = v128.load(weights + at);
    const isAbove = f32x4.ge(v128.load(scores + at), v128.load(targets + at));
    const gradient = f32x4.mul(v128.bitselect(above, below, isAbove), weight);
    v128.store(gradients + (at << 1), v128.shuffle<f32>(gradient, weight, 0, 4, 1, 5));
    v128.store(gradients + (at << 1) + 16, v128.shuffle<f32>(gradient, weight, 2, 6, 3, 7));
  }
}

/** Slope of the Huber loss, the difference cut to [-width, width], times w, and w. Rows as in `logisticGradients`. */
export function huberGradients(scores: usize, targets: usize, weights: usize, from: i32, to: i32, gradients: usize, width: f32): void {
  const most = f32x4.splat(width), least = f32x4.splat(-width);
  for (let i = from; i < to; i += 4) {
    const at = <usize>i << 2;
    const weight = v128.load(weights + at);
    const difference = f32x4.sub(v128.load(scores + at), v128.load(targets + at));
    const gradient = f32x4.mul(f32x4.max(f32x4.min(difference, most), least), weight);
    v128.store(gradients + (at << 1), v128.shuffle<f32>(gradient, weight, 0, 4, 1, 5));
    v128.store(gradients + (at << 1) + 16, v128.shuffle<f32>(gradient, weight, 2, 6, 3, 7));
  }
}

/** Bounds below the value, of a table of `2 * half` ascending floats that is filled up with infinity. */
// @ts-ignore: decorator
@inline
function boundsBelow(bounds: usize, half: usize, value: f32): usize {
  let at: usize = 0;
  for (let step = half; step > 0; step >>= 1)
    at += step & -<usize>(load<f32>(bounds + ((at + step - 1) << 2)) < value);
  return at;
}

/**
 * Bins `count` floats by ascending upper bounds: the first bin whose bound is not below the value; `missing` for NaN. The
 * table of bounds is filled up with infinity to `2 * half` floats, a power of two. Written to bins[i * stride] and, where
 * `column` is not 0, to column[i]. Values past the last bound fall into the last bin.
 */
export function binColumn(values: usize, count: i32, bounds: usize, half: i32, missing: i32, bins: usize, stride: usize, column: usize): void {
  let target = bins;
  const fours = count & ~3;
  let i = 0;
  // Four searches at once: each waits for its own loads only.
  for (; i < fours; i += 4) {
    const from = values + (<usize>i << 2);
    const v0 = load<f32>(from), v1 = load<f32>(from, 4), v2 = load<f32>(from, 8), v3 = load<f32>(from, 12);
    let a: usize = 0, b: usize = 0, c: usize = 0, d: usize = 0;
    for (let step = <usize>half; step > 0; step >>= 1) {
      const base = bounds + ((step - 1) << 2);
      a += step & -<usize>(load<f32>(base + (a << 2)) < v0);
      b += step & -<usize>(load<f32>(base + (b << 2)) < v1);
      c += step & -<usize>(load<f32>(base + (c << 2)) < v2);
      d += step & -<usize>(load<f32>(base + (d << 2)) < v3);
    }
    a = v0 == v0 ? a : missing;
    b = v1 == v1 ? b : missing;
    c = v2 == v2 ? c : missing;
    d = v3 == v3 ? d : missing;
    store<u8>(target, <u8>a); target += stride;
    store<u8>(target, <u8>b); target += stride;
    store<u8>(target, <u8>c); target += stride;
    store<u8>(target, <u8>d); target += stride;
    if (column != 0) store<u32>(column + <usize>i, <u32>(a | (b << 8) | (c << 16) | (d << 24)));
  }
  for (; i < count; i++) {
    const value = load<f32>(values + (<usize>i << 2));
    const bin = value == value ? boundsBelow(bounds, <usize>half, value) : <usize>missing;
    store<u8>(target, <u8>bin);
    target += stride;
    if (column != 0) store<u8>(column + <usize>i, <u8>bin);
  }
}

/**
 * Sorts `count` floats without NaN, ascending, by three passes over eleven bits each; `spare` has as much room, `counts` 8,192
 * bytes. The order of floats is the order of their bits once negative ones are flipped whole and others in their sign.
 */
export function sortFloats(values: usize, count: i32, spare: usize, counts: usize): void {
  const length = <usize>count << 2;
  for (let at: usize = 0; at < length; at += 4) {
    const bits = load<i32>(values + at);
    store<i32>(values + at, bits ^ ((bits >> 31) | 0x80000000));
  }
  let from = values, to = spare;
  for (let shift = 0; shift < 33; shift += 11) {
    memory.fill(counts, 0, 8192);
    for (let at: usize = 0; at < length; at += 4) {
      const slot = counts + <usize>((load<u32>(from + at) >> shift) & 2047) * 4;
      store<u32>(slot, load<u32>(slot) + 1);
    }
    let sum: u32 = 0;
    for (let slot = counts; slot < counts + 8192; slot += 4) {
      const here = load<u32>(slot);
      store<u32>(slot, sum);
      sum += here;
    }
    for (let at: usize = 0; at < length; at += 4) {
      const bits = load<u32>(from + at);
      const slot = counts + <usize>((bits >> shift) & 2047) * 4;
      const place = load<u32>(slot);
      store<u32>(slot, place + 1);
      store<u32>(to + (<usize>place << 2), bits);
    }
    const kept = from;
    from = to;
    to = kept;
  }
  for (let at: usize = 0; at < length; at += 4) {
    const bits = load<i32>(from + at);
    store<i32>(values + at, bits ^ (~(bits >> 31) | 0x80000000));
  }
}
