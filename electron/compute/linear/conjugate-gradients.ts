import { dot } from './dot.ts';

const MOST_STEPS = 1000;

/**
 * The solution of A z = right for a symmetric positive semidefinite A, by preconditioned conjugate gradients (Hestenes and Stiefel
 * 1952), until the residual is `tolerance` of its start, both as the preconditioner measures them. Parts that the preconditioner answers with
 * zero stay zero.
 */
export function conjugateGradients({
  right,
  times,
  precondition,
  tolerance,
}: {
  readonly right: Float64Array;
  readonly times: (direction: Float64Array) => Float64Array;
  readonly precondition: (residual: Float64Array) => Float64Array;
  readonly tolerance: number;
}): Float64Array {
  const solution = new Float64Array(right.length);
  const residual = right.slice();
  let leading = precondition(residual);
  let direction = leading.slice();
  let square = dot(residual, leading);
  const enough = tolerance ** 2 * square;
  for (let step = 0; step < MOST_STEPS && square > enough; step++) {
    const curved = times(direction);
    const curvature = dot(direction, curved);
    if (!(curvature > 0)) break;
    const length = square / curvature;
    for (let i = 0; i < solution.length; i++) {
      solution[i] = (solution[i] ?? 0) + length * (direction[i] ?? 0);
      residual[i] = (residual[i] ?? 0) - length * (curved[i] ?? 0);
    }
    leading = precondition(residual);
    const next = dot(residual, leading);
    const kept = next / square;
    square = next;
    direction = direction.map((value, i) => (leading[i] ?? 0) + kept * value);
  }
  return solution;
}
