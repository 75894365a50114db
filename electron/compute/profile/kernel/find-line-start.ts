// Looks through text for what a reader of lines passes over; see services/datasets/importers/csv/text-survey.ts.

/** `byte` sixteen times. */
@inline
function all(byte: i32): v128 {
  return i8x16.splat(<i8>byte);
}

/**
 * The place of the first line feed in [from, end) that is followed by a byte up to a blank, as on an empty line or one that
 * begins with blanks; `end` where there is none. Adds to the counter at `zeros` how many bytes are zero up to that place.
 */
export function findLineStart(from: usize, end: usize, zeros: usize): usize {
  let count: u32 = 0;
  let at = from;
  for (; at + 16 < end; at += 16) {
    const bytes = v128.load(at);
    const isZero = i8x16.eq(bytes, all(0));
    const isFound = v128.and(i8x16.eq(bytes, all(10)), i8x16.le_u(v128.load(at, 1), all(32)));
    if (!v128.any_true(v128.or(isZero, isFound))) continue;
    const found = i8x16.bitmask(isFound);
    const first = found === 0 ? 16 : ctz(found);
    count += popcnt(i8x16.bitmask(isZero) & ((1 << first) - 1));
    if (found !== 0) {
      store<u32>(zeros, load<u32>(zeros) + count);
      return at + <usize>first;
    }
  }
  for (; at < end; at++) {
    if (load<u8>(at) === 0) count++;
    else if (load<u8>(at) === 10 && at + 1 < end && load<u8>(at, 1) <= 32) break;
  }
  store<u32>(zeros, load<u32>(zeros) + count);
  return at;
}
