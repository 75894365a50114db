// From gradients in floats to the pairs of integers that histograms add up.

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
