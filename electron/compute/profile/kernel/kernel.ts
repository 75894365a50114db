// Looks through the values of one column of a table, compiled to WebAssembly SIMD by AssemblyScript. Every pointer is a byte
// offset into one memory. What is computed is said in ../number-scan.ts and ../distinct-sketch.ts.

export { findLineStart } from './find-line-start';

/** Sixteen key halves are mixed as in DistinctSketch. */
@inline
function stir(half: v128, factor: i32): v128 {
  const mixed = i32x4.mul(v128.xor(half, i32x4.shr_u(half, 16)), i32x4.splat(factor));
  return i32x4.mul(v128.xor(mixed, i32x4.shr_u(mixed, 15)), i32x4.splat(0x9e3779b1));
}

@inline
function keep(registers: usize, index: u32, bits: i32): void {
  const register = registers + <usize>index;
  const rank = clz(bits) + 1;
  if (rank > <i32>load<u8>(register)) store<u8>(register, <u8>rank);
}

/**
 * Adds keys of 64 bits to the registers of a sketch, but those whose value is NaN. `count` is a multiple of 4; negative zero
 * counts as zero.
 */
export function addKeys(values: usize, keys: usize, count: u32, registers: usize): void {
  const end = values + (<usize>count << 3);
  for (; values < end; values += 32, keys += 32) {
    const first = v128.load(values);
    const second = v128.load(values, 16);
    const there = i64x2.bitmask(f64x2.eq(first, first)) | (i64x2.bitmask(f64x2.eq(second, second)) << 2);
    if (there === 0) continue;
    const one = v128.load(keys);
    const two = v128.load(keys, 16);
    const low = v128.shuffle<i32>(one, two, 0, 2, 4, 6);
    const signed = v128.shuffle<i32>(one, two, 1, 3, 5, 7);
    const isNegativeZero = v128.and(i32x4.eq(signed, i32x4.splat(0x80000000)), i32x4.eq(low, i32x4.splat(0)));
    const high = v128.andnot(signed, isNegativeZero);
    const a = v128.xor(low, stir(high, 0x85ebca6b));
    const b = v128.xor(high, stir(a, 0xc2b2ae35));
    const index = i32x4.shr_u(v128.xor(a, stir(b, 0x27d4eb2f)), 18);
    if (there & 1) keep(registers, i32x4.extract_lane(index, 0), i32x4.extract_lane(b, 0));
    if (there & 2) keep(registers, i32x4.extract_lane(index, 1), i32x4.extract_lane(b, 1));
    if (there & 4) keep(registers, i32x4.extract_lane(index, 2), i32x4.extract_lane(b, 2));
    if (there & 8) keep(registers, i32x4.extract_lane(index, 3), i32x4.extract_lane(b, 3));
  }
}

@inline
function countBin(bins: usize, bin: i32): void {
  const at = bins + (<usize>bin << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/**
 * Counts values into bins and sums them. A value's place is (value - low) / width, or value / width - low / width where
 * `isWide`; it is cut to [0, last]. `count` is even. With `isMicroseconds` values are divided by 1000 and cut off first. `out`
 * takes how many are NaN, how many are finite, the sum of `value * inverse - near` over these and that of its squares.
 */
export function spread(
  values: usize,
  count: u32,
  isMicroseconds: bool,
  low: f64,
  width: f64,
  last: f64,
  isWide: bool,
  inverse: f64,
  near: f64,
  bins: usize,
  out: usize,
): void {
  const end = values + (<usize>count << 3);
  const thousand = f64x2.splat(1000);
  const lows = f64x2.splat(low);
  const widths = f64x2.splat(width);
  const starts = f64x2.splat(low / width);
  const lasts = f64x2.splat(last);
  const inverses = f64x2.splat(inverse);
  const nears = f64x2.splat(near);
  const zeros = f64x2.splat(0);
  const infinities = f64x2.splat(Infinity);
  let there = i64x2.splat(0);
  let finite = i64x2.splat(0);
  let sum = zeros;
  let squares = zeros;
  for (; values < end; values += 16) {
    const value = v128.load(values);
    there = i64x2.sub(there, f64x2.eq(value, value));
    const measure = isMicroseconds ? f64x2.trunc(f64x2.div(value, thousand)) : value;
    const isFinite = f64x2.lt(f64x2.abs(measure), infinities);
    finite = i64x2.sub(finite, isFinite);
    const away = v128.and(f64x2.sub(f64x2.mul(measure, inverses), nears), isFinite);
    sum = f64x2.add(sum, away);
    squares = f64x2.add(squares, f64x2.mul(away, away));
    const place = isWide
      ? f64x2.sub(f64x2.div(measure, widths), starts)
      : f64x2.div(f64x2.sub(measure, lows), widths);
    const bin = i32x4.trunc_sat_f64x2_s_zero(f64x2.pmin(f64x2.pmax(place, zeros), lasts));
    const which = i64x2.bitmask(isFinite);
    if (which & 1) countBin(bins, i32x4.extract_lane(bin, 0));
    if (which & 2) countBin(bins, i32x4.extract_lane(bin, 1));
  }
  const found = i64x2.extract_lane(there, 0) + i64x2.extract_lane(there, 1);
  store<f64>(out, <f64>(<i64>count - found));
  store<f64>(out, <f64>(i64x2.extract_lane(finite, 0) + i64x2.extract_lane(finite, 1)), 8);
  store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1), 16);
  store<f64>(out, f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1), 24);
}
