// Gradients and hessians of each loss, in floats.

/** e^x of four floats, within 2 units in the last place on [-87, 88]: 2^n times a polynomial of degree 6 on the rest. */
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
