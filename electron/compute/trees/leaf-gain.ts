/** Penalties of leaf values. */
export interface Penalties {
  readonly l1: number;
  readonly l2: number;
}

const shrunk = (gradient: number, l1: number): number => Math.sign(gradient) * Math.max(Math.abs(gradient) - l1, 0);

/** The value that lowers the loss most in a leaf of these sums, between its bounds: -gradient over hessian, under L1 and L2. */
export function leafValue(
  gradient: number,
  hessian: number,
  { l1, l2 }: Penalties,
  [low, high]: readonly [number, number],
): number {
  const weight = hessian + l2;
  const value = weight > 0 ? -shrunk(gradient, l1) / weight : 0;
  return Math.min(Math.max(value, low), high);
}

/** Twice the loss that a leaf of these sums lowers at a value: gradient squared over hessian at its best one. */
export function leafGain(gradient: number, hessian: number, { l1, l2 }: Penalties, value: number): number {
  return -(2 * gradient * value + 2 * l1 * Math.abs(value) + (hessian + l2) * value * value);
}
