import type { NodeProto } from 'onnx-buf';
import type { Tree, TreeEnsemble } from '../tree.ts';
import { assembleTree } from './assemble-tree.ts';
import { type ForeignTree, invalidEnsemble } from './foreign-tree.ts';
import { NodeAttributes } from './node-attributes.ts';
import { readNumberedTrees, readRootedTrees } from './read-nodes.ts';

export const AGGREGATES = ['AVERAGE', 'SUM', 'MIN', 'MAX'] as const;
export type Aggregate = (typeof AGGREGATES)[number];
export const POST_TRANSFORMS = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT'] as const;
export type PostTransform = (typeof POST_TRANSFORMS)[number];
/**
 * By the number a TreeEnsemble gives. The standard counts SOFTMAX 1 and LOGISTIC 2; ONNX Runtime (1.30) takes them the other
 * way round, and so do we: a model must answer the same wherever it is served.
 */
const NUMBERED_TRANSFORMS: readonly PostTransform[] = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO', 'PROBIT'];

/** A tree ensemble node of ai.onnx.ml in our form, and how its sums become the node's answers. */
export interface ForeignEnsemble {
  /**
   * The trees as they were written; base scores are zero, for they are added at the end.
   */
  readonly ensemble: TreeEnsemble;
  /** Values are NaN where a leaf says nothing of a target, because that is not the same as zero here. */
  readonly hasSilentLeaves: boolean;
  /** Trees of the node, each counted once however many targets it answers. */
  readonly roots: number;
  readonly aggregate: Aggregate;
  readonly baseValues: Float32Array;
  readonly postTransform: PostTransform;
  readonly classifier: ForeignClassifier | null;
}

export interface ForeignClassifier {
  /** Classes in the order of the scores. */
  readonly labels:
    | { readonly kind: 'text'; readonly values: readonly string[] }
    | { readonly kind: 'number'; readonly values: readonly number[] };
  /** Of two classes, those that weights speak of. */
  readonly used: 'first' | 'second' | 'both';
  readonly areWeightsPositive: boolean;
}

/** Whether a node is one that `readEnsemble` reads. */
export const isEnsembleNode = ({ domain, opType }: NodeProto): boolean =>
  domain === 'ai.onnx.ml' &&
  (opType === 'TreeEnsemble' || opType === 'TreeEnsembleRegressor' || opType === 'TreeEnsembleClassifier');

/**
 * Reads a TreeEnsembleRegressor or TreeEnsembleClassifier (ai.onnx.ml 1 to 3) or a TreeEnsemble (5), in single or double
 * precision; thresholds become the floats that send every float the same way. `features` is the width of its input, if it is
 * known. Throws MODEL_INVALID, saying why, where the node's lists contradict each other.
 */
export function readEnsemble(node: NodeProto, features?: number): ForeignEnsemble {
  const attributes = new NodeAttributes(node);
  if (node.opType === 'TreeEnsemble') {
    const aggregate = AGGREGATES[attributes.integer('aggregate_function', 1)];
    const postTransform = NUMBERED_TRANSFORMS[attributes.integer('post_transform', 0)];
    if (!aggregate || !postTransform) throw invalidEnsemble('its aggregate function or post transform is unknown.');
    const trees = readRootedTrees(attributes);
    const targets = attributes.integer('n_targets', 1);
    const baseValues = new Float32Array();
    return {
      ...inOurForm(trees, { targets, aggregate, baseValues, isBinary: false }, features),
      postTransform,
      classifier: null,
    };
  }
  const isClassifier = node.opType === 'TreeEnsembleClassifier';
  const trees = readNumberedTrees(attributes, isClassifier ? 'class' : 'target');
  const post = attributes.string('post_transform', 'NONE');
  const postTransform = POST_TRANSFORMS.find((known) => known === post);
  const wanted = isClassifier ? 'SUM' : attributes.string('aggregate_function', 'SUM');
  const aggregate = AGGREGATES.find((known) => known === wanted);
  if (!aggregate || !postTransform) throw invalidEnsemble(`"${wanted}" or "${post}" is unknown.`);
  const classifier = isClassifier ? readClassifier(attributes) : null;
  const targets = classifier ? classifier.labels.values.length : attributes.integer('n_targets', 1);
  const baseValues = Float32Array.from(attributes.numbers('base_values'));
  if (baseValues.length > 1 && baseValues.length !== targets)
    throw invalidEnsemble(`it has ${baseValues.length} base values for ${targets} targets.`);
  return {
    ...inOurForm(trees, { targets, aggregate, baseValues, isBinary: classifier !== null && targets === 2 }, features),
    postTransform,
    classifier,
  };
}

function readClassifier(attributes: NodeAttributes): ForeignClassifier {
  const words = attributes.strings('classlabels_strings');
  const labels =
    words.length > 0
      ? ({ kind: 'text', values: words } as const)
      : ({ kind: 'number', values: attributes.integers('classlabels_int64s') } as const);
  const used = new Set(attributes.integers('class_ids'));
  return {
    labels,
    used: used.size > 1 ? 'both' : used.has(1) ? 'second' : 'first',
    areWeightsPositive: attributes.numbers('class_weights').every((weight) => weight >= 0),
  };
}

function inOurForm(
  foreign: readonly ForeignTree[],
  sums: Pick<ForeignEnsemble, 'aggregate' | 'baseValues'> & { readonly targets: number; readonly isBinary: boolean },
  width: number | undefined,
): Omit<ForeignEnsemble, 'postTransform' | 'classifier'> {
  const { targets, aggregate, baseValues } = sums;
  if (!(targets >= 1 && targets <= 100_000)) throw invalidEnsemble(`it has ${targets} targets.`);
  const trees: Tree[] = [];
  const classOf: number[] = [];
  let features = 1;
  const isSum = aggregate === 'SUM' || aggregate === 'AVERAGE';
  const hasBase = baseValues.some((value) => value !== 0);
  const hasSilentLeaves = !isSum || (hasBase && !sums.isBinary && isAnyTargetSilent(foreign, targets));
  for (const tree of foreign) {
    const { leaf, ...shape } = assembleTree(tree);
    for (const feature of shape.feature) features = Math.max(features, feature + 1);
    for (const { target, value } of valuesByTarget(tree, leaf, { targets, aggregate, hasSilentLeaves })) {
      trees.push({ ...shape, value });
      classOf.push(target);
    }
  }
  if (width !== undefined && width > 0 && width < features)
    throw invalidEnsemble(`it tests feature ${features - 1} of ${width}.`);
  return {
    ensemble: {
      features: width !== undefined && width > 0 ? width : features,
      classes: targets,
      base: new Float64Array(targets),
      trees,
      classOf: Int32Array.from(classOf),
    },
    hasSilentLeaves,
    roots: foreign.length,
    aggregate,
    baseValues,
  };
}

/** Whether a row may meet no leaf that speaks of some target: ONNX Runtime then leaves its base value out. */
function isAnyTargetSilent(foreign: readonly ForeignTree[], targets: number): boolean {
  const spoken = new Set<number>();
  for (const tree of foreign) {
    const leaves = tree.filter((node) => node.kind === 'leaf');
    for (let target = 0; target < targets; target++)
      if (leaves.every(({ weights }) => weights.some((one) => one.target === target))) spoken.add(target);
    if (spoken.size === targets) return false;
  }
  return spoken.size < targets;
}

/** A value a node for each target that some leaf speaks of; weights of one leaf for one target are summed. */
function valuesByTarget(
  tree: ForeignTree,
  leaf: Int32Array,
  how: { readonly targets: number; readonly aggregate: Aggregate; readonly hasSilentLeaves: boolean },
): { target: number; value: Float32Array }[] {
  const { targets, aggregate, hasSilentLeaves } = how;
  const byTarget = new Map<number, Float32Array>();
  for (const [node, at] of leaf.entries()) {
    const source = tree[at];
    if (source?.kind !== 'leaf') continue;
    for (const { target, weight } of source.weights) {
      if (!(target >= 0 && target < targets)) throw invalidEnsemble(`a leaf speaks of target ${target} of ${targets}.`);
      const values = byTarget.get(target) ?? new Float32Array(leaf.length).fill(hasSilentLeaves ? Number.NaN : 0);
      byTarget.set(target, values);
      const before = values[node] ?? 0;
      values[node] = Number.isNaN(before) ? weight : combine(aggregate, before, weight);
    }
  }
  return [...byTarget].sort(([a], [b]) => a - b).map(([target, value]) => ({ target, value }));
}

/** Two values of one target under an aggregate function. */
export function combine(aggregate: Aggregate, a: number, b: number): number {
  switch (aggregate) {
    case 'MIN':
      return Math.min(a, b);
    case 'MAX':
      return Math.max(a, b);
    case 'SUM':
    case 'AVERAGE':
      return a + b;
  }
}
