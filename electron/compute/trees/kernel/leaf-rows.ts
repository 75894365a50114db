// Lists of the rows of each leaf: made, parted, summed and answered.

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
