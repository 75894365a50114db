export interface RandomCutSearch {
  /** Sums of gradients and hessians of each bin, the missing ones last, in the scale of the cells. */
  readonly cells: Float64Array;
  readonly bounds: Float32Array;
  readonly gradientScale: number;
  readonly hessianScale: number;
  readonly sums: { readonly gradient: number; readonly hessian: number };
  /** The least hessian of a side. */
  readonly fewest: number;
  readonly gain: (gradient: number, hessian: number) => number;
  readonly random: () => number;
}

export interface RandomCut {
  readonly gain: number;
  readonly bin: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly missingLeft: boolean;
}

/**
 * A cut at a place drawn evenly between the feature's lowest and highest value in the leaf (Geurts, Ernst and Wehenkel 2006);
 * missing goes to the side where it gains more. Null where the leaf has one bin of values only or a side would be too small.
 */
export function bestRandomCut(search: RandomCutSearch): RandomCut | null {
  const { cells, bounds, gradientScale, hessianScale, sums, fewest, gain, random } = search;
  const missing = cells.length / 2 - 1;
  let [lowest, highest] = [0, missing - 1];
  while (lowest < missing && !((cells[lowest * 2 + 1] ?? 0) > 0)) lowest += 1;
  while (highest > lowest && !((cells[highest * 2 + 1] ?? 0) > 0)) highest -= 1;
  if (highest <= lowest) return null;
  const [from, to] = [bounds[lowest] ?? 0, bounds[highest - 1] ?? 0];
  const cut = from + random() * (to - from);
  let bin = lowest;
  while (bin + 1 < highest && (bounds[bin + 1] ?? 0) <= cut) bin += 1;
  let [gradient, hessian] = [0, 0];
  for (let at = lowest; at <= bin; at++) {
    gradient += cells[at * 2] ?? 0;
    hessian += cells[at * 2 + 1] ?? 0;
  }
  const [missingGradient, missingHessian] = [cells[missing * 2] ?? 0, cells[missing * 2 + 1] ?? 0];
  let best: RandomCut | null = null;
  for (const missingLeft of missingHessian > 0 ? [false, true] : [false]) {
    const left = {
      gradient: (gradient + (missingLeft ? missingGradient : 0)) / gradientScale,
      hessian: (hessian + (missingLeft ? missingHessian : 0)) / hessianScale,
    };
    const rest = sums.hessian - left.hessian;
    if (Math.min(left.hessian, rest) < fewest) continue;
    const gained = gain(left.gradient, left.hessian) + gain(sums.gradient - left.gradient, rest);
    if (!best || gained > best.gain) best = { gain: gained, bin, ...left, missingLeft };
  }
  return best;
}
