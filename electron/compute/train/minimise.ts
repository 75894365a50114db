import { dot } from '../linear/dot.ts';
/** A point's value and gradient. */
export interface Evaluated {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Everything the next step starts from: with it, a resumed search is the unbroken one. */
export interface MinimiseState {
  readonly step: number;
  readonly point: Float64Array;
  readonly here: Evaluated;
  readonly pairs: readonly Pair[];
  /** The step gained so little that it was the last one. */
  readonly isOver: boolean;
}

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

export interface MinimiseOptions {
  readonly iterations: number;
  /** Stops when no part of the gradient is larger than this. */
  readonly tolerance: number;
  /** Told after each step; answering false stops with the point reached. */
  afterStep(state: MinimiseState): boolean | Promise<boolean>;
}

const MEMORY = 10;

/**
 * Limited-memory BFGS (Nocedal 1980; Nocedal and Wright, algorithm 7.5) with backtracking until Armijo's condition holds, from
 * a point or from where an earlier search stood.
 * Answers the point with the smallest value seen. Gradients may carry rounding noise: when no step lowers the value any
 * more, that is the end.
 */
export async function minimise(
  start: Float64Array | MinimiseState,
  evaluate: (point: Float64Array) => Promise<Evaluated>,
  options: MinimiseOptions,
): Promise<Float64Array> {
  const from = start instanceof Float64Array ? null : start;
  if (from?.isOver) return from.point;
  let point: Float64Array = start instanceof Float64Array ? start.slice() : start.point;
  let here = from?.here ?? (await evaluate(point));
  const pairs: Pair[] = [...(from?.pairs ?? [])];
  for (let step = (from?.step ?? 0) + 1; step <= options.iterations; step++) {
    if (here.gradient.every((part) => Math.abs(part) <= options.tolerance)) break;
    const direction = twoLoops(here.gradient, pairs);
    let slope = dot(direction, here.gradient);
    if (!(slope < 0)) {
      // Noise made the memory point uphill: forget it.
      pairs.length = 0;
      for (let i = 0; i < direction.length; i++) direction[i] = -(here.gradient[i] ?? 0);
      slope = dot(direction, here.gradient);
    }
    let length = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let next: Float64Array = point;
    let there: Evaluated | undefined;
    for (let tries = 0; tries < 25; tries++) {
      next = point.map((value, i) => value + length * (direction[i] ?? 0));
      const candidate = await evaluate(next);
      if (candidate.value <= here.value + 1e-4 * length * slope) {
        there = candidate;
        break;
      }
      length /= 2;
    }
    if (!there) break;
    const s = next.map((value, i) => value - (point[i] ?? 0));
    const y = there.gradient.map((value, i) => value - (here.gradient[i] ?? 0));
    const curvature = dot(s, y);
    if (curvature > 1e-10 * Math.sqrt(dot(s, s) * dot(y, y))) {
      pairs.push({ s, y, rho: 1 / curvature });
      if (pairs.length > MEMORY) pairs.shift();
    }
    const gain = here.value - there.value;
    [point, here] = [next, there];
    const isOver = gain <= 1e-9 * Math.max(1, Math.abs(here.value));
    if (!(await options.afterStep({ step, point, here, pairs: [...pairs], isOver })) || isOver) break;
  }
  return point;
}

/** Minus the inverse Hessian's estimate times the gradient. */
function twoLoops(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.slice();
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) - alpha * (y[i] ?? 0);
  }
  const last = pairs.at(-1);
  const scale = last ? 1 / (last.rho * dot(last.y, last.y)) : 1;
  for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) * scale;
  for (const { s, y, rho } of pairs) {
    const beta = rho * dot(y, q);
    const alpha = alphas.pop() ?? 0;
    for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) + (alpha - beta) * (s[i] ?? 0);
  }
  return q.map((value) => -value);
}
