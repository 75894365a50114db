import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { DOUBLE, FLOAT, INT64, makeValueInfo, STRING } from '../../onnx/graph-builder.ts';
import { nodesBehind, partOfModel } from '../../onnx/split-graph.ts';
import { type FeatureColumn, TreeScorer } from '../scoring/tree-scorer.ts';
import { type EnsembleAnswers, finishScores } from './finish-scores.ts';
import { NodeAttributes } from './node-attributes.ts';
import { type ForeignEnsemble, isEnsembleNode } from './read-ensemble.ts';
import { type TreeUnit, treeUnits } from './tree-units.ts';
import { walkRows } from './walk-rows.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

/** A model whose trees our engine scores; what stands before and behind them runs on ONNX Runtime. */
export interface TreeGraph {
  readonly units: readonly TreeUnit[];
  /** Names that a run has to be fed where no features are given to it. */
  readonly reads: ReadonlySet<string>;
  /** Whether features are all that a run needs. */
  readonly isOfFeatures: boolean;
  /**
   * Answers of the graph for what it is fed: floats as float32, labels as the graph has them. `given` holds a column a feature
   * for each unit, in place of feeds.
   */
  run(feeds: Feeds, given?: GivenFeatures): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

export interface GivenFeatures {
  readonly rows: number;
  readonly of: readonly (readonly FeatureColumn[])[];
}

export interface TreeGraphOptions {
  readonly threads?: number;
  /** Names of the answers that are wanted; all of the graph's where they are not said. */
  readonly answers?: readonly string[];
  /** Refuses trees that the kernel cannot take, which are walked row by row otherwise. */
  readonly isKernelNeeded?: boolean;
}

/** Trees of a graph, and what scores them. */
interface Part {
  readonly unit: TreeUnit;
  readonly scorer: TreeScorer | null;
}

/**
 * Opens any model with trees, of whatever converter (see `treeUnits`). Null where it has none; a sentence where they cannot be
 * scored apart from the rest. Throws MODEL_INVALID on an ensemble whose lists contradict each other.
 */
export async function openTreeGraph(
  bytes: Uint8Array,
  { threads = 1, answers, isKernelNeeded = false }: TreeGraphOptions = {},
): Promise<TreeGraph | string | null> {
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph } = model;
  const units = await treeUnits(model);
  if (units === null) return 'Some of its trees read what others answer.';
  if (!graph || units.length === 0) return null;
  const outputs = graph.output.filter(({ name }) => answers?.includes(name) ?? true);
  const given = units.flatMap(answerInfos);
  const answered = new Set(given.map(({ name }) => name));
  const rest = outputs.filter(({ name }) => !answered.has(name));
  const restNames = rest.map(({ name }) => name);
  const later = nodesBehind(graph, restNames, answered);
  if (later.some(isEnsembleNode)) return 'What its trees answer is used before it is summed up.';
  if (isKernelNeeded && units.some(({ foreign }) => foreign.hasSilentLeaves))
    return 'Its trees are not summed up: their least or largest answer counts, or leaves say nothing of an answer.';
  const parts = units.map((unit): Part => {
    const { foreign } = unit;
    return { unit, scorer: foreign.hasSilentLeaves ? null : TreeScorer.open(foreign.ensemble, threads) };
  });
  const closeScorers = async (): Promise<void> => {
    for (const { scorer } of parts) await scorer?.close();
  };
  if (isKernelNeeded && parts.some(({ scorer }) => scorer === null)) {
    await closeScorers();
    return 'One of its columns has more thresholds than the engine for trees can hold.';
  }
  const sources = [...new Set(units.map(({ source }) => source))];
  const made = sources.filter((name) => graph.node.some((node) => node.output.includes(name)));
  const sessionOptions = { executionProviders: ['cpu'], logSeverityLevel: 3 as const, intraOpNumThreads: threads };
  const open = (part: Uint8Array): Promise<InferenceSession> => InferenceSession.create(part, sessionOptions);
  const isOfFeatures =
    units.every((unit) => unit.sources !== null) &&
    !graph.input.some(({ name }) => restNames.includes(name) || later.some(({ input }) => input.includes(name)));
  const before =
    made.length > 0 && !(isKernelNeeded && isOfFeatures)
      ? await open(
          partOfModel(
            model,
            made.map((name) => makeValueInfo(name, elemTypeOf(graph, name), null)),
          ),
        )
      : null;
  const behind = rest.length > 0 ? await open(partOfModel(model, rest, given)) : null;
  const wanted = new Set([...outputs.map(({ name }) => name), ...(behind?.inputNames ?? [])]);
  return {
    units,
    reads: new Set(
      [...(before?.inputNames ?? sources), ...(behind?.inputNames ?? [])].filter((name) => !answered.has(name)),
    ),
    isOfFeatures,
    async run(feeds, features) {
      const values: Record<string, Tensor> = {
        ...feeds,
        ...(before && !features ? await before.run(only(before, feeds)) : {}),
      };
      for (const [at, part] of parts.entries()) {
        const columns = features?.of[at];
        Object.assign(
          values,
          scorePart(part, columns && features ? { columns, rows: features.rows } : values[part.unit.source], wanted),
        );
      }
      const last = behind ? await behind.run(only(behind, values)) : {};
      return Object.fromEntries(outputs.map(({ name }) => [name, last[name] ?? values[name]]).filter(isNamedTensor));
    },
    async close() {
      await before?.release();
      await behind?.release();
      await closeScorers();
    },
  };
}

const isNamedTensor = (entry: readonly (string | Tensor | undefined)[]): entry is [string, Tensor] =>
  entry[1] !== undefined;

const only = (session: InferenceSession, values: Feeds): Record<string, Tensor> =>
  Object.fromEntries(session.inputNames.map((name) => [name, values[name]]).filter(isNamedTensor));

/** Outputs of trees as inputs of what stands behind them. */
function answerInfos({ foreign, scores, label }: TreeUnit): ValueInfoProto[] {
  const info = makeValueInfo(scores, FLOAT, ['N', foreign.ensemble.classes]);
  if (label === null) return [info];
  return [makeValueInfo(label, foreign.classifier?.labels.kind === 'text' ? STRING : INT64, ['N']), info];
}

/** Doubles where a cast makes them; floats otherwise. */
function elemTypeOf(graph: GraphProto, name: string): typeof FLOAT | typeof DOUBLE {
  const maker = graph.node.find(({ output }) => output.includes(name));
  const to = maker?.opType === 'Cast' ? new NodeAttributes(maker).integer('to', FLOAT) : FLOAT;
  return to === DOUBLE ? DOUBLE : FLOAT;
}

function scorePart(
  { unit, scorer }: Part,
  given: Tensor | { readonly columns: readonly FeatureColumn[]; readonly rows: number } | undefined,
  wanted: ReadonlySet<string>,
): Record<string, Tensor> {
  const { foreign, scores, label } = unit;
  const { features, classes } = foreign.ensemble;
  let sums: Float32Array;
  if (given && 'columns' in given && scorer) sums = scorer.score(given.columns, given.rows);
  else {
    const matrix = asMatrix(given && 'dims' in given ? given : undefined, features);
    sums = scorer ? scorer.scoreMatrix(matrix) : walkRows(foreign, matrix);
  }
  const answers = finishScores(foreign, sums);
  const rows = answers.scores.length / classes;
  const tensor = new Tensor('float32', answers.scores, [rows, classes]);
  if (label === null || !wanted.has(label)) return { [scores]: tensor };
  return { [label]: labelTensor(foreign, answers, rows), [scores]: tensor };
}

/** Rows of as many floats as the ensemble has features; columns it never looks at are cut off. */
function asMatrix(source: Tensor | undefined, features: number): Float32Array {
  if (!source || typeof source.data === 'string' || Array.isArray(source.data))
    throw new RangeError('A tree ensemble is fed no numbers.');
  const width = source.dims.at(-1) ?? features;
  const data = source.data instanceof Float32Array ? source.data : Float32Array.from(source.data, Number);
  if (width === features) return data;
  const rows = data.length / width;
  const matrix = new Float32Array(rows * features).fill(Number.NaN);
  for (let row = 0; row < rows; row++)
    matrix.set(data.subarray(row * width, row * width + Math.min(width, features)), row * features);
  return matrix;
}

function labelTensor({ classifier }: ForeignEnsemble, { winners }: EnsembleAnswers, rows: number): Tensor {
  const indices = winners ?? new Int32Array(rows);
  const labels = classifier?.labels;
  if (labels?.kind === 'text')
    return new Tensor(
      'string',
      Array.from(indices, (k) => labels.values[k] ?? ''),
      [rows],
    );
  return new Tensor(
    'int64',
    BigInt64Array.from(indices, (k) => BigInt(labels?.values[k] ?? 0)),
    [rows],
  );
}
