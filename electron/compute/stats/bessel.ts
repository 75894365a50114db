/**
 * e^x K_v(x), the modified Bessel function of the second kind without its decay, for x > 0: the integral of
 * exp(-x (cosh t - 1)) cosh(v t) by the trapezoidal rule, which converges faster than any power for this integrand.
 */
export function scaledBesselK(order: number, x: number): number {
  const step = 1 / 32;
  let sum = 0.5;
  for (let k = 1; k < 4000; k++) {
    const t = k * step;
    const term = Math.exp(-x * 2 * Math.sinh(t / 2) ** 2) * Math.cosh(order * t);
    sum += term;
    if (term < sum * 1e-18) break;
  }
  return sum * step;
}
