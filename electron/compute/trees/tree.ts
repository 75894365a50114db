/**
 * A grown tree as parallel arrays; node 0 is the root. An inner node sends a row left when its value is <= `threshold`
 * (a float; NaN: never), or, for a category, when its code is in `categories`; a missing value goes left when `missingLeft`
 * is 1. A leaf has `feature` -1 and holds `value`. Branches may share what lies below them.
 */
export interface Tree {
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  /** Codes that go left, for nodes that split a categorical feature; null otherwise. */
  readonly categories: readonly (Uint8Array | null)[];
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly value: Float32Array;
  /** Training rows that reached the node, and the gain of its split. */
  readonly rows: Float64Array;
  readonly gain: Float32Array;
}

/**
 * Trees whose values are summed onto a base score; with several classes tree i belongs to class i modulo `classes`, unless
 * `classOf` says otherwise. Trees that answer several classes stand once a class, with the same arrays but `value`.
 */
export interface TreeEnsemble {
  readonly features: number;
  readonly classes: number;
  /** One base score a class. */
  readonly base: Float64Array;
  readonly trees: readonly Tree[];
  readonly classOf?: Int32Array;
}

/** The class whose score a tree adds to. */
export const classOfTree = ({ classes, classOf }: TreeEnsemble, tree: number): number =>
  classOf === undefined ? tree % classes : (classOf[tree] ?? 0);

/** Whether an inner node sends a value left; NaN is missing. */
export function goesLeft(tree: Tree, node: number, value: number): boolean {
  const categories = tree.categories[node];
  if (Number.isNaN(value)) return tree.missingLeft[node] === 1;
  return categories ? categories[value] === 1 : value <= (tree.threshold[node] ?? 0);
}

/** The leaf a row falls into. `row` holds a float a feature; categories as their codes; NaN is missing. */
export function leafOf(tree: Tree, row: Float32Array, offset: number): number {
  let node = 0;
  for (;;) {
    const feature = tree.feature[node] ?? -1;
    if (feature < 0) return node;
    const isLeft = goesLeft(tree, node, row[offset + feature] ?? Number.NaN);
    node = (isLeft ? tree.left[node] : tree.right[node]) ?? 0;
  }
}

/** Raw scores, class after class for each row: [rows * classes]. `rows` holds `features` floats a row. */
export function rawScores(ensemble: TreeEnsemble, rows: Float32Array): Float64Array {
  const { features, classes, base, trees } = ensemble;
  const count = rows.length / features;
  const scores = new Float64Array(count * classes);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < classes; k++) scores[row * classes + k] = base[k] ?? 0;
  }
  for (const [index, tree] of trees.entries()) {
    const k = classOfTree(ensemble, index);
    for (let row = 0; row < count; row++) {
      const at = row * classes + k;
      scores[at] = (scores[at] ?? 0) + (tree.value[leafOf(tree, rows, row * features)] ?? 0);
    }
  }
  return scores;
}
