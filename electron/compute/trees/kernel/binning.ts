// From floats to bins.

/** Bounds below the value, of a table of `2 * half` ascending floats that is filled up with infinity. */
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
