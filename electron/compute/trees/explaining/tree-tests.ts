import { goesLeft, type Tree } from '../tree.ts';

/** Which way each row goes at each inner node, whether or not it gets there: a byte a row, node after node; 1 is left. */
export function testRows(tree: Tree, rows: Float32Array, features: number): Uint8Array {
  const count = rows.length / features;
  const isLeft = new Uint8Array(tree.feature.length * count);
  for (const [node, feature] of tree.feature.entries()) {
    if (feature < 0) continue;
    for (let row = 0; row < count; row++)
      isLeft[node * count + row] = Number(goesLeft(tree, node, rows[row * features + feature] ?? Number.NaN));
  }
  return isLeft;
}

/** Shares of the rows that go left among those that reach each node, of rows of `features` floats. */
export function countLeftShares(tree: Tree, rows: Float32Array, features: number): Float64Array {
  const reached = new Float64Array(tree.feature.length);
  const left = new Float64Array(tree.feature.length);
  for (let offset = 0; offset + features <= rows.length; offset += features) {
    let node = 0;
    for (let feature = tree.feature[0] ?? -1; feature >= 0; feature = tree.feature[node] ?? -1) {
      reached[node] = (reached[node] ?? 0) + 1;
      const isLeft = goesLeft(tree, node, rows[offset + feature] ?? Number.NaN);
      if (isLeft) left[node] = (left[node] ?? 0) + 1;
      node = (isLeft ? tree.left[node] : tree.right[node]) ?? 0;
    }
  }
  return left.map((count, node) => ((reached[node] ?? 0) > 0 ? count / (reached[node] ?? 1) : 0.5));
}
