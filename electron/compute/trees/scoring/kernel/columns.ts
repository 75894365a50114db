// From floats to the columns of ranks that nodes compare.

/** Rows of a block. */
export const ROWS: usize = 256;

const COLUMN_BYTES: usize = 24;
const RANK: u32 = 0;
const CODE: u32 = 1;
const UNWANTED: u32 = 0xffffffff;

/** How many of 16 ascending bounds lie below a value. */
@inline
function countBelow(bounds: usize, value: v128): usize {
  const a = i16x8.narrow_i32x4_s(f32x4.lt(v128.load(bounds), value), f32x4.lt(v128.load(bounds, 16), value));
  const b = i16x8.narrow_i32x4_s(f32x4.lt(v128.load(bounds, 32), value), f32x4.lt(v128.load(bounds, 48), value));
  return <usize>popcnt(i8x16.bitmask(i8x16.narrow_i16x8_s(a, b)));
}

/**
 * Ranks of floats, less the middle of the lane's range. Bounds are ascending in a tree of `levels` levels of 16: first the
 * last bounds of groups of 16 groups, and so on down to the bounds themselves, each level filled up with infinity. A missing
 * value gets the highest rank in one variant and the lowest in the other.
 */
@inline
function rankColumn<T>(values: usize, stride: usize, bounds: usize, levels: u32, high: u32, low: u32, tile: usize): void {
  const middle: i32 = sizeof<T>() == 1 ? 128 : 32768;
  const most: i32 = middle - 1;
  for (let row: usize = 0; row < ROWS; row++) {
    const at = values + row * stride;
    const value = v128.load32_splat(at);
    let rank = countBelow(bounds, value);
    if (levels > 1) {
      let level = bounds + 64;
      let width: usize = 1024;
      rank = (rank << 4) + countBelow(level + (rank << 6), value);
      for (let i: u32 = 2; i < levels; i++) {
        level += width;
        width <<= 4;
        rank = (rank << 4) + countBelow(level + (rank << 6), value);
      }
    }
    const signed = <i32>rank - middle;
    const to = tile + row * sizeof<T>();
    if (low != UNWANTED) store<T>(to + <usize>low, <T>signed);
    if (high != UNWANTED) {
      const float = load<f32>(at);
      store<T>(to + <usize>high, <T>select(signed, most, float == float));
    }
  }
}

/** Codes of categories: a whole number below `codes` is itself, any other value `codes`, a missing one `codes` + 1. */
@inline
function codeColumn<T>(values: usize, stride: usize, rows: usize, codes: usize, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const value = load<f32>(values + row * stride);
    let code = value == value ? codes : codes + 1;
    if (value >= 0.0 && value < <f32>codes) {
      const whole = <usize>value;
      if (<f32>whole == value) code = whole;
    }
    store<T>(out + row * sizeof<T>(), <T>code);
  }
}

/** What a set says of codes: `table` holds the lowest rank (left) or the highest (right) for each, `chunks` times 16 bytes of them. */
@inline
function setColumn<T>(codes: usize, table: usize, chunks: usize, out: usize): void {
  if (sizeof<T>() == 1 && chunks <= 8) {
    for (let at: usize = 0; at < ROWS; at += 16) {
      let places = v128.load(codes + at);
      let found = i8x16.swizzle(v128.load(table), places);
      for (let chunk: usize = 1; chunk < chunks; chunk++) {
        places = i8x16.sub(places, i8x16.splat(16));
        found = v128.or(found, i8x16.swizzle(v128.load(table + (chunk << 4)), places));
      }
      v128.store(out + at, found);
    }
    return;
  }
  for (let row: usize = 0; row < ROWS; row++)
    store<T>(out + row * sizeof<T>(), load<T>(table + <usize>load<T>(codes + row * sizeof<T>()) * sizeof<T>()));
}

/** Makes the `count` columns of a program for a block of rows, each ROWS lanes at its place in `tile`. */
@inline
export function fillColumns<T>(columns: usize, count: usize, input: usize, rowStride: usize, featureStride: usize, tile: usize): void {
  for (let column = columns; column < columns + count * COLUMN_BYTES; column += COLUMN_BYTES) {
    const kind = load<u32>(column);
    const source = <usize>load<u32>(column + 4);
    const table = <usize>load<u32>(column + 8);
    const size = <usize>load<u32>(column + 12);
    const first = load<u32>(column + 16);
    const second = load<u32>(column + 20);
    if (kind == RANK) rankColumn<T>(input + source * featureStride, rowStride, table, <u32>size, first, second, tile);
    else if (kind == CODE) codeColumn<T>(input + source * featureStride, rowStride, ROWS, size, tile + <usize>first);
    else setColumn<T>(tile + source, table, size, tile + <usize>first);
  }
}

@inline
export function greater<T>(column: usize, bound: v128): v128 {
  return sizeof<T>() == 1 ? i8x16.gt_s(v128.load(column), bound) : i16x8.gt_s(v128.load(column), bound);
}
