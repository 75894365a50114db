/**
 * The rising function nearest to the points in squared distance (isotonic regression, by pooling adjacent violators), with
 * straight lines between its points and flat beyond them. Points with the same x are averaged first. Answers 0 without points.
 */
export function isotonicRegression(x: ArrayLike<number>, y: ArrayLike<number>): (at: number) => number {
  const order = Uint32Array.from({ length: x.length }, (_, i) => i).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  const [places, values, weights]: [number[], number[], number[]] = [[], [], []];
  for (const i of order) {
    const last = places.length - 1;
    if (last >= 0 && places[last] === x[i]) {
      const weight = (weights[last] ?? 0) + 1;
      values[last] = (values[last] ?? 0) + ((y[i] ?? 0) - (values[last] ?? 0)) / weight;
      weights[last] = weight;
    } else {
      places.push(x[i] ?? 0);
      values.push(y[i] ?? 0);
      weights.push(1);
    }
  }
  // Blocks of places with one value; a block that falls is merged with the one before.
  const blocks: { from: number; value: number; weight: number }[] = [];
  for (const [from, value] of values.entries()) {
    let block = { from, value, weight: weights[from] ?? 1 };
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
  const fitted = new Float64Array(places.length);
  for (const [k, block] of blocks.entries()) fitted.fill(block.value, block.from, blocks[k + 1]?.from ?? places.length);
  return (at) => {
    let [low, high] = [0, places.length - 1];
    if (high < 0) return 0;
    if (at <= (places[low] ?? 0)) return fitted[low] ?? 0;
    if (at >= (places[high] ?? 0)) return fitted[high] ?? 0;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((places[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    const share = (at - (places[low] ?? 0)) / ((places[high] ?? 1) - (places[low] ?? 0));
    return (fitted[low] ?? 0) + share * ((fitted[high] ?? 0) - (fitted[low] ?? 0));
  };
}
