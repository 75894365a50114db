import { scaledSolve } from './cholesky.ts';
import { breakTies, type QuadraticL1, solveQuadraticL1 } from './quadratic-l1.ts';
import type { SmoothModel } from './smooth-model.ts';

export interface NewtonPenalty {
  /** Half of it times the square of each part is added. */
  readonly l2: Float64Array;
  /** It times each part's size is added; null: none. */
  readonly l1: Float64Array | null;
  /** Of several smallest points of a problem with l1, the one with the least sum of this times b squared. */
  readonly metric: Float64Array;
}

export interface NewtonOptions {
  readonly start?: Float64Array | undefined;
  readonly iterations?: number | undefined;
  /** Told after each step; answering false ends with the point reached. */
  readonly afterStep?: ((step: number, value: number) => boolean | Promise<boolean>) | undefined;
}

export interface NewtonEnd {
  readonly b: Float64Array;
  readonly value: number;
  readonly steps: number;
  /** Parts of the step, and the largest of the last one: a small one is the end of the digits. */
  readonly lastStep: number;
  readonly isConverged: boolean;
}

/** A step this small beside the point is rounding. */
const SMALL_STEP = 1e-13;
const MOST_STEPS = 100;
/** Changes of the value by less than this share of it may be rounding. */
const NOISE = 1e-11;

/**
 * Newton's method for a convex function with squared penalties, each step halved until the value falls; with l1 penalties
 * the quadratic model is minimised with them (proximal Newton, Lee, Sun and Saunders 2014). Ends when a step is rounding, or grows no smaller any more.
 * Dependent parts without a penalty stay where they start.
 */
export async function newton(
  model: SmoothModel,
  penalty: NewtonPenalty,
  { start, iterations = MOST_STEPS, afterStep }: NewtonOptions = {},
): Promise<NewtonEnd> {
  const iterate = newtonSteps(model, penalty, start, iterations);
  for (;;) {
    const { done, value } = iterate.next();
    if (done) return value;
    if (afterStep && !(await afterStep(value.steps, value.value))) return value;
  }
}

/** The same without a pause between steps. */
export function newtonNow(
  model: SmoothModel,
  penalty: NewtonPenalty,
  start?: Float64Array,
  iterations = MOST_STEPS,
): NewtonEnd {
  const iterate = newtonSteps(model, penalty, start, iterations);
  for (;;) {
    const { done, value } = iterate.next();
    if (done) return value;
  }
}

function* newtonSteps(
  model: SmoothModel,
  { l2, l1, metric }: NewtonPenalty,
  start: Float64Array | undefined,
  iterations: number,
): Generator<NewtonEnd, NewtonEnd> {
  const { size } = model;
  const total = (point: Float64Array): number => {
    let sum = model.value(point);
    for (let j = 0; j < size; j++) {
      const part = point[j] ?? 0;
      sum += ((l2[j] ?? 0) / 2) * part * part + (l1 ? (l1[j] ?? 0) * Math.abs(part) : 0);
    }
    return sum;
  };
  let b: Float64Array = start ? start.slice() : new Float64Array(size);
  let value = total(b);
  let lastStep = Number.POSITIVE_INFINITY;
  let flatSteps = 0;
  for (let steps = 1; steps <= iterations; steps++) {
    const step =
      l1 || !model.withoutMatrix
        ? stepBy(penalised(model.derivatives(), b, l2), b, l1)
        : withoutMatrix(model.withoutMatrix, b, l2);
    const rounding = 1e-14 * Math.abs(value);
    const [full, before] = [largest(step), lastStep];
    const reach = Math.max(1, largest(b));
    let length = 1;
    let next = moved(b, step, length);
    let reached = total(next);
    // What so short a step changes is less than what a sum of many parts is exact to.
    const isBelowNoise = full <= 1e-6 * reach && reached <= value + NOISE * Math.abs(value);
    // Not a number is no smaller value: e^z may have run out of range.
    while (!isBelowNoise && !(reached <= value + rounding) && length > 1e-10) {
      length /= 2;
      next = moved(b, step, length);
      reached = total(next);
    }
    if (!isBelowNoise && !(reached <= value + rounding)) {
      model.value(b);
      return { b, value, steps, lastStep, isConverged: full <= 1e-8 * reach };
    }
    // The whole step counts: one that had to be cut short is no sign of the end.
    lastStep = full;
    flatSteps = reached >= value - NOISE * Math.abs(value) ? flatSteps + 1 : 0;
    [b, value] = [next, reached];
    const isConverged = full <= SMALL_STEP * reach || (flatSteps >= 3 && full <= 1e-8 * reach && full >= before / 4);
    if (isConverged && l1) {
      const chosen = breakTies(quadraticAt(b, { ...penalised(model.derivatives(), b, l2), l1 }), b, metric);
      const same = total(chosen);
      if (same <= value + 10 * rounding) [b, value] = [chosen, same];
    }
    if (isConverged) return { b, value, steps, lastStep, isConverged };
    yield { b, value, steps, lastStep, isConverged };
  }
  return { b, value, steps: iterations, lastStep, isConverged: lastStep <= 1e-8 * Math.max(1, largest(b)) };
}

type Derivatives = ReturnType<SmoothModel['derivatives']>;

/** Gradient and curvature with squared penalties, in place. */
function penalised({ gradient, hessian }: Derivatives, b: Float64Array, l2: Float64Array): Derivatives {
  const size = gradient.length;
  addSlope(gradient, b, l2);
  for (let j = 0; j < size; j++) hessian[j * size + j] = (hessian[j * size + j] ?? 0) + (l2[j] ?? 0);
  return { gradient, hessian };
}

function addSlope(gradient: Float64Array, b: Float64Array, l2: Float64Array): void {
  for (let j = 0; j < gradient.length; j++) gradient[j] = (gradient[j] ?? 0) + (l2[j] ?? 0) * (b[j] ?? 0);
}

const stepBy = ({ gradient, hessian }: Derivatives, b: Float64Array, l1: Float64Array | null): Float64Array =>
  l1
    ? proximalStep(b, { gradient, hessian, l1 })
    : scaledSolve(hessian, gradient.length)(gradient.map((value) => -value));

function withoutMatrix(
  { gradient: gradientNow, step }: NonNullable<SmoothModel['withoutMatrix']>,
  b: Float64Array,
  l2: Float64Array,
): Float64Array {
  const gradient = gradientNow();
  addSlope(gradient, b, l2);
  return step(gradient, l2);
}

/** The quadratic model around a point, as a problem in the point itself. */
function quadraticAt(
  b: Float64Array,
  { gradient, hessian, l1 }: { gradient: Float64Array; hessian: Float64Array; l1: Float64Array },
): QuadraticL1 {
  const size = b.length;
  return {
    size,
    column: (j) => hessian.subarray(j * size, (j + 1) * size),
    diagonal: Float64Array.from({ length: size }, (_, j) => hessian[j * size + j] ?? 0),
    linear: gradient.map((value, i) => {
      let sum = -value;
      for (let j = 0; j < size; j++) sum += (hessian[i * size + j] ?? 0) * (b[j] ?? 0);
      return sum;
    }),
    l1,
    square: null,
  };
}

function proximalStep(
  b: Float64Array,
  at: { gradient: Float64Array; hessian: Float64Array; l1: Float64Array },
): Float64Array {
  return solveQuadraticL1(quadraticAt(b, at), b).b.map((value, j) => value - (b[j] ?? 0));
}

/** A full step lands exactly on the target, zeros included. */
const moved = (b: Float64Array, step: Float64Array, length: number): Float64Array =>
  b.map((value, j) => value + length * (step[j] ?? 0));

const largest = (values: Float64Array): number => {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
};
