// Looking up, for many rows, a value by a number.

/** Adds to the sums of `count` rows the values that their numbers (leaves, or patterns) stand for, four rows at a time. */
@inline
export function addValues<T>(leaves: usize, values: usize, sums: usize, count: usize): void {
  for (let row: usize = 0; row < count; row += 4) {
    const at = leaves + row * sizeof<T>();
    let v = v128.load32_zero(values + (<usize>load<T>(at) << 2));
    v = v128.load_lane<u32>(values + (<usize>load<T>(at, sizeof<T>()) << 2), v, 1);
    v = v128.load_lane<u32>(values + (<usize>load<T>(at, 2 * sizeof<T>()) << 2), v, 2);
    v = v128.load_lane<u32>(values + (<usize>load<T>(at, 3 * sizeof<T>()) << 2), v, 3);
    const sum = sums + (row << 2);
    v128.store(sum, f32x4.add(v128.load(sum), v));
  }
}
