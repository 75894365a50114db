import type { GraphProto, ModelProto, NodeProto } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { FLOAT, makeValueInfo } from '../../onnx/graph-builder.ts';
import { partOfModel } from '../../onnx/split-graph.ts';
import { tensorIntegers } from '../../onnx/tensor-values.ts';
import { isPassing } from '../scoring/column-sources.ts';
import type { Tree } from '../tree.ts';
import { NodeAttributes } from './node-attributes.ts';
import { type ForeignEnsemble, readEnsemble } from './read-ensemble.ts';

/** Trees of several nodes as one ensemble: the rows that all of them read, and the result that is their sum. */
export interface JoinedSum {
  readonly foreign: ForeignEnsemble;
  readonly source: string;
  readonly scores: string;
}

/** Operators that make a number out of a number, each by itself. */
const ONE_BY_ONE = new Set(
  `Identity Cast Reshape LabelEncoder Add Sub Mul Div Neg Abs Max Min Pow Exp Log Sqrt Sum
  Equal Greater GreaterOrEqual Less LessOrEqual Where And Or Not`.split(/\s+/),
);

/** A node, the name that the sum takes of it, and its trees as they were written. */
interface Part {
  readonly node: NodeProto;
  readonly name: string;
  readonly foreign: ForeignEnsemble;
  /** Features as columns of the rows that all parts read; null: as they are. */
  readonly columns: readonly number[] | null;
}

/**
 * The sum of what many ensemble nodes answer, or of a function of each one's answer, as one ensemble. An isolation forest leaves
 * scikit-learn in this form: a node a tree answers the number of a leaf, from which tables and formulas make the length of the
 * way. A tree has few leaves, so that ONNX Runtime is asked once what becomes of each. Null for any other graph.
 */
export async function joinedSum(model: ModelProto, nodes: readonly NodeProto[]): Promise<JoinedSum | null> {
  const { graph } = model;
  const sum = graph && sumOf(graph, nodes);
  if (!sum) return null;
  const madeBy = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const read = sum.input.flatMap((name, at) => partOf(graph, madeBy, { node: nodes[sum.parts[at] ?? -1], name }) ?? []);
  const [first] = read;
  const isSame = first && read.length === nodes.length && read.every(({ source }) => source === first.source);
  if (!isSame) return null;
  const parts = read.map(({ part }) => part);
  const isPlain = parts.every(({ node, name }) => passesOn(madeBy, name, node.output[0] ?? ''));
  if (!isPlain && !parts.every(({ foreign }) => foreign.roots === 1)) return null;
  const trees = isPlain ? parts.flatMap(({ foreign }) => [...foreign.ensemble.trees]) : await treesOf(model, parts);
  if (trees === null) return null;
  const moved = isPlain
    ? parts.flatMap(({ foreign, columns }) => foreign.ensemble.trees.map((tree) => movedTree(tree, columns)))
    : trees.map((tree, at) => movedTree(tree, parts[at]?.columns ?? null));
  const bases = parts.reduce((total, { foreign }) => total + (foreign.baseValues[0] ?? 0), 0);
  return {
    source: first.source,
    scores: sum.name,
    foreign: {
      ensemble: {
        features: moved.reduce((most, { feature }) => feature.reduce((a, b) => Math.max(a, b + 1), most), 1),
        classes: 1,
        base: new Float64Array(1),
        trees: moved,
      },
      hasSilentLeaves: false,
      roots: moved.length,
      aggregate: 'SUM',
      // What ONNX Runtime made of the leaves has the base values in it.
      baseValues: isPlain ? Float32Array.of(bases) : new Float32Array(),
      postTransform: 'NONE',
      classifier: null,
    },
  };
}

/** The sum whose every term comes from one ensemble alone, each from another, and no ensemble without a term. */
function sumOf(graph: GraphProto, nodes: readonly NodeProto[]) {
  // By the name of a result: the place of the one ensemble that it comes from, null where there is another origin.
  const origins = new Map<string, number | null>(graph.input.map(({ name }) => [name, null]));
  for (const { name } of graph.initializer) origins.delete(name);
  for (const node of graph.node) {
    const of = [...new Set(node.input.flatMap((name) => (origins.has(name) ? [origins.get(name)] : [])))];
    const isTerm = ONE_BY_ONE.has(node.opType) && of.length === 1 && typeof of[0] === 'number';
    const ensemble = nodes.indexOf(node);
    if (of.length > 0) for (const name of node.output) origins.set(name, isTerm ? (of[0] ?? null) : null);
    if (ensemble >= 0) for (const name of node.output) origins.set(name, ensemble);
    if (node.opType !== 'Sum' && node.opType !== 'Add') continue;
    const parts = node.input.flatMap((name) => origins.get(name) ?? []);
    if (parts.length === nodes.length && parts.length === node.input.length && new Set(parts).size === parts.length)
      return { input: node.input, parts, name: node.output[0] ?? '' };
  }
  return null;
}

/** A part with what it reads; null for trees whose answer is no sum of one number a tree. */
function partOf(
  graph: GraphProto,
  madeBy: ReadonlyMap<string, NodeProto>,
  { node, name }: { readonly node: NodeProto | undefined; readonly name: string },
): { part: Part; source: string } | null {
  if (!node) return null;
  const foreign = readEnsemble(node);
  const { ensemble, aggregate, classifier, hasSilentLeaves, postTransform } = foreign;
  const isSum = aggregate === 'SUM' || (aggregate === 'AVERAGE' && foreign.roots === 1);
  if (!isSum || ensemble.classes !== 1 || classifier || hasSilentLeaves || postTransform !== 'NONE') return null;
  const [rows = ''] = node.input;
  const gather = madeBy.get(rows);
  const list = graph.initializer.find((one) => one.name === gather?.input[1]);
  const columns = gather?.opType === 'Gather' && new NodeAttributes(gather).integer('axis', 0) === 1 && list;
  if (!columns) return { part: { node, name, foreign, columns: null }, source: rows };
  const places = tensorIntegers(columns) ?? [];
  const isWhole = ensemble.features <= places.length && places.every((place) => place >= 0);
  return isWhole ? { part: { node, name, foreign, columns: places }, source: gather.input[0] ?? '' } : null;
}

/** Whether a result is another one as it is, in single or double precision. */
function passesOn(madeBy: ReadonlyMap<string, NodeProto>, name: string, from: string): boolean {
  if (name === from) return true;
  const maker = madeBy.get(name);
  return maker !== undefined && isPassing(maker) && passesOn(madeBy, maker.input[0] ?? '', from);
}

/** A tree a part, its leaves holding what becomes of them; null where that is not one number a leaf. */
async function treesOf(model: ModelProto, parts: readonly Part[]): Promise<Tree[] | null> {
  const leaves = parts.flatMap(({ foreign }) => {
    const [tree] = foreign.ensemble.trees;
    return tree ? [{ tree, at: [...tree.feature.keys()].filter((node) => (tree.feature[node] ?? 0) < 0) }] : [];
  });
  if (leaves.length !== parts.length) return null;
  const outputs = parts.map(({ name }) => makeValueInfo(name, FLOAT, null));
  const given = parts.map(({ node: { output } }, part) => makeValueInfo(output[0] ?? '', FLOAT, [`leaves ${part}`, 1]));
  const options = { executionProviders: ['cpu'], logSeverityLevel: 4 as const, intraOpNumThreads: 1 };
  // What it cannot run is left as it is, to be refused or scored as any other graph.
  const session = await InferenceSession.create(partOfModel(model, outputs, given), options).catch(() => null);
  if (session === null) return null;
  try {
    const feeds = Object.fromEntries(
      parts.map(({ node, foreign }, part) => {
        const { tree, at } = leaves[part] ?? { tree: undefined, at: [] };
        const base = foreign.baseValues[0] ?? 0;
        const values = Float32Array.from(at, (leaf) => (tree?.value[leaf] ?? Number.NaN) + base);
        return [node.output[0] ?? '', new Tensor('float32', values, [values.length, 1])];
      }),
    );
    const answers = await session.run(feeds).catch(() => null);
    const trees = leaves.map(({ tree, at }, part) => {
      const data = answers?.[parts[part]?.name ?? '']?.data;
      if (!(data instanceof Float32Array) || data.length !== at.length) return null;
      const value = new Float32Array(tree.value.length);
      for (const [index, leaf] of at.entries()) value[leaf] = data[index] ?? Number.NaN;
      return { ...tree, value };
    });
    return trees.every((tree) => tree !== null) ? trees : null;
  } finally {
    await session.release();
  }
}

const movedTree = (tree: Tree, columns: readonly number[] | null): Tree =>
  columns === null
    ? tree
    : { ...tree, feature: tree.feature.map((feature) => (feature < 0 ? feature : (columns[feature] ?? feature))) };
