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
  // Blocks of places with one value, each by its sums: a mean of means would tell equal blocks apart by a last digit.
  const places: number[] = [];
  const points: { from: number; sum: number; weight: number }[] = [];
  for (const i of order) {
    const own = weights === null ? 1 : (weights[i] ?? 0);
    let point = points.at(-1);
    if (point === undefined || places.at(-1) !== x[i]) {
      point = { from: places.length, sum: 0, weight: 0 };
      places.push(x[i] ?? 0);
      points.push(point);
    }
    point.sum += own * (y[i] ?? 0);
    point.weight += own;
  }
  const blocks: { from: number; sum: number; weight: number; value: number }[] = [];
  for (const point of points) {
    let block = { ...point, value: point.sum / point.weight };
    for (let before = blocks.at(-1); before !== undefined && before.value >= block.value; before = blocks.at(-1)) {
      const [sum, weight] = [before.sum + block.sum, before.weight + block.weight];
      block = { from: before.from, sum, weight, value: sum / weight };
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
