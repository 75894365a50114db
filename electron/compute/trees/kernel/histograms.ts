// Sums of gradients and hessians a bin, over the rows of a leaf.

/** Rows gathered at a time: their bins and gradients fit the first-level cache beside the histograms of four features. */
const BLOCK: i32 = 512;

/** Adds `count` pairs to the histograms of four features whose bins lie side by side, `width` bytes from row to row. */
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
