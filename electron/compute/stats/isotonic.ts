/** Corners of a rising line: ascending x, y that never falls. */
export interface IsotonicKnots {
  readonly x: readonly number[] | Float64Array;
  readonly y: readonly number[] | Float64Array;
}

/**
 * The rising function nearest to the points in weighted squared distance (isotonic regression, by pooling adjacent
 * violators), as the corners of straight lines between the ends of its flat parts. Points with the same x are averaged
 * first; points without weight do not count. No corners without points.
 */
export function isotonicKnots(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number> | null = null,
): { readonly x: Float64Array; readonly y: Float64Array } {
  const order = Uint32Array.from({ length: x.length }, (_, i) => i)
    .filter((i) => weights === null || (weights[i] ?? 0) > 0)
    .sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  const [places, values, shares]: [number[], number[], number[]] = [[], [], []];
  for (const i of order) {
    const last = places.length - 1;
    const own = weights === null ? 1 : (weights[i] ?? 0);
    if (last >= 0 && places[last] === x[i]) {
      const share = (shares[last] ?? 0) + own;
      values[last] = (values[last] ?? 0) + (own * ((y[i] ?? 0) - (values[last] ?? 0))) / share;
      shares[last] = share;
    } else {
      places.push(x[i] ?? 0);
      values.push(y[i] ?? 0);
      shares.push(own);
    }
  }
  // Blocks of places with one value; a block that falls is merged with the one before.
  const blocks: { from: number; value: number; weight: number }[] = [];
  for (const [from, value] of values.entries()) {
    let block = { from, value, weight: shares[from] ?? 1 };
    for (let before = blocks.at(-1); before !== undefined && before.value >= block.value; before = blocks.at(-1)) {
      const weight = before.weight + block.weight;
      block = {
        from: before.from,
        value: (before.value * before.weight + block.value * block.weight) / weight,
        weight,
      };
      blocks.pop();
    }
    blocks.push(block);
  }
  const corners: (readonly [number, number])[] = [];
  for (const [k, block] of blocks.entries()) {
    const last = (blocks[k + 1]?.from ?? places.length) - 1;
    corners.push([places[block.from] ?? 0, block.value]);
    if (last > block.from) corners.push([places[last] ?? 0, block.value]);
  }
  return {
    x: Float64Array.from(corners, ([place]) => place),
    y: Float64Array.from(corners, ([, value]) => value),
  };
}

/** The line's height at a place: straight between corners, flat beyond them; 0 without corners. */
export function heightAt({ x, y }: IsotonicKnots, at: number): number {
  let [low, high] = [0, x.length - 1];
  if (high < 0) return 0;
  if (at <= (x[low] ?? 0)) return y[low] ?? 0;
  if (at >= (x[high] ?? 0)) return y[high] ?? 0;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((x[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  const share = (at - (x[low] ?? 0)) / ((x[high] ?? 1) - (x[low] ?? 0));
  return (y[low] ?? 0) + share * ((y[high] ?? 0) - (y[low] ?? 0));
}

/** The same as one function. */
export function isotonicRegression(x: ArrayLike<number>, y: ArrayLike<number>): (at: number) => number {
  const knots = isotonicKnots(x, y);
  return (at) => heightAt(knots, at);
}
