// The best threshold of a feature, from its histogram.

/** Integers below 2^51 in size become doubles by a shift of the exponent: a sum with this, bit by bit, less this. */
const SHIFT_BITS: i64 = 0x4338000000000000;
const SHIFT: f64 = 6755399441055744.0;

/** The cell as two doubles; its integers are below 2^51 in size. */
@inline
function cellAsDoubles(cell: usize): v128 {
  return f64x2.sub(i64x2.add(v128.load(cell), i64x2.splat(SHIFT_BITS)), f64x2.splat(SHIFT));
}

/** A gradient pulled to zero by L1, two at a time. */
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
@inline
function boundedValue(gradient: f64, hessian: f64, l1: f64, l2: f64, low: f64, high: f64): f64 {
  const pulled = gradient > l1 ? gradient - l1 : gradient < -l1 ? gradient + l1 : 0.0;
  return min(max(-pulled / (hessian + l2), low), high);
}

/** What a side gains at a value that need not be its best one. */
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
