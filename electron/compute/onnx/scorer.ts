import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../../../shared/errors.ts';
import { type Frame, frameColumn, takeRows } from '../frame/frame.ts';
import { joinFloats } from '../frame/join-floats.ts';
import { imageScorer } from '../images/image-scorer.ts';
import { type ColumnTrees, openColumnTrees } from '../trees/scoring/open-column-trees.ts';
import { columnTensor, numbersOf, type ScorerInput } from './column-tensor.ts';
import { FLOAT, STRING } from './graph-builder.ts';
import { type JoinedColumns, joinedColumns } from './joined-columns.ts';
import { runError } from './run-error.ts';

/** What a model answers for rows: class shares row after row [rows * classes], or one number a row. */
export type Scores =
  | {
      readonly kind: 'classes';
      readonly classes: number;
      readonly probabilities: Float32Array;
      readonly labels: string[];
    }
  | { readonly kind: 'numbers'; readonly predictions: Float32Array };

/** What computed answers: ONNX Runtime, or the trees' own engine, whose first answers were compared with the former's. */
export type ScoringEngine = 'onnxRuntime' | 'trees';

export interface Scorer {
  readonly inputs: readonly ScorerInput[];
  /** What scored the last frame. */
  readonly engine: ScoringEngine;
  /** Why the engine for trees did not, though the model has some. */
  readonly reason: string | null;
  /** Scores every row of the frame. Missing is NaN for a float and empty text for a string. Pictures can be stopped by `signal`. */
  score(frame: Frame, signal?: AbortSignal): Promise<Scores>;
  close(): Promise<void>;
}

/** What a network makes of so many rows stays in the cache of a core: four times as many take a fifth longer each. */
const ROWS_A_CORE = 1024;
/**
 * From this many rows on, in one frame or in all that are expected, it pays to open trees in their own engine, and other models
 * where they have joined their columns.
 */
const MANY_ROWS = 20_000;
/** Fewer rows are many where they are wide. */
const MANY_CELLS = 2_000_000;
/** Cells of a batch of wide rows at most. */
const BATCH_CELLS = 16_000_000;
/**
 * Models of more inputs are opened where they have joined their columns: ONNX Runtime compares the name of each column that a
 * node reads with those of all inputs, which takes it a minute for 50,000.
 */
const WIDE = 1000;
/** Rows for which both engines are asked before the trees' own is believed. */
const COMPARED_ROWS = 256;
/** How far single precision may lead two sums of one ensemble apart, of 1 + |answer|. */
const SAME = 1e-5;

/** Opens a model, scores one frame with it and closes it again. */
export async function scoreFrame(
  model: string | Uint8Array,
  frame: Frame,
  options: { readonly threads?: number; readonly signal?: AbortSignal } = {},
): Promise<Scores> {
  const scorer = await openScorer(model, options);
  try {
    return await scorer.score(frame, options.signal);
  } finally {
    await scorer.close();
  }
}

/**
 * Opens a graph from raw columns (`[N,1]`, string or float each), or from pixels [N, h, w, 3], to `label` and `probabilities`,
 * or `prediction`. `expectedRows` are those of all frames together. Runs on the thread that calls: use it in a worker process. Throws MODEL_INVALID when the file is no such graph.
 */
export async function openScorer(
  model: string | Uint8Array,
  options: { readonly threads?: number; readonly expectedRows?: number } = {},
): Promise<Scorer> {
  const bytesOf = async (): Promise<Uint8Array> => (typeof model === 'string' ? readFile(model) : model);
  const wide = await openWide(await bytesOf(), options.threads);
  const session = wide?.joined.session ?? (await open(model, options.threads));
  const [only] = session.inputMetadata;
  if (session.inputNames.length === 1 && only?.isTensor && only.type === 'uint8')
    return imageScorer(session, only.name);
  const read = session.inputMetadata.map((input): ScorerInput => {
    if (!input.isTensor || (input.type !== 'float32' && input.type !== 'string')) {
      throw new AppError('MODEL_INVALID', {
        message: `The model's input "${input.name}" is no column of floats or text.`,
        remedy: 'Use a model that takes raw columns.',
      });
    }
    return { name: input.name, type: input.type === 'string' ? 'string' : 'float' };
  });
  const inputs = wide?.inputs ?? read;
  const isClassifier = session.outputNames.includes('probabilities');
  let joined: JoinedSession | null = wide?.joined ?? null;
  const scoreOnRuntime = (frame: Frame): Promise<Scores> =>
    runInBatches(
      {
        session: joined?.session ?? session,
        joined,
        inputs,
        isClassifier,
        batchRows: Math.max(
          1,
          Math.min(ROWS_A_CORE * (options.threads ?? availableParallelism()), Math.floor(BATCH_CELLS / inputs.length)),
        ),
      },
      frame,
    );
  const isMany = (rows: number): boolean => {
    const all = Math.max(rows, options.expectedRows ?? 0);
    return all >= MANY_ROWS || all * inputs.length >= MANY_CELLS;
  };
  let engine: ScoringEngine = 'onnxRuntime';
  // Undefined: not looked at yet. Null: not to be used for this model.
  let trees: ColumnTrees | null | undefined;
  let reason: string | null = null;
  return {
    inputs,
    get engine() {
      return engine;
    },
    get reason() {
      return engine === 'trees' ? null : reason;
    },
    async score(frame) {
      engine = 'onnxRuntime';
      if (!isMany(frame.rows) || trees === null) return scoreOnRuntime(frame);
      if (trees === undefined) {
        // What that engine cannot read or hold, ONNX Runtime, which has opened the model, scores as before.
        const opened = await openColumnTrees(await bytesOf(), options.threads ?? 1).catch(
          (error: unknown) => `The engine for trees cannot read it: ${error instanceof Error ? error.message : error}`,
        );
        if (typeof opened === 'string') reason = opened;
        trees = typeof opened === 'string' ? null : opened;
        if (trees && !(await isTrusted(trees, frame, scoreOnRuntime))) {
          await trees.close();
          trees = null;
          reason = `The engine for trees answers the first ${COMPARED_ROWS} rows in another way.`;
        }
      }
      if (trees === null) joined ??= await openJoined(await bytesOf(), options.threads).catch(() => null);
      const answers = (await trees?.score(frame)) ?? null;
      if (!trees || answers === null) return scoreOnRuntime(frame);
      engine = 'trees';
      return trees.labels === null ? { kind: 'numbers', predictions: answers } : asClasses(answers, trees.labels);
    },
    async close() {
      await trees?.close();
      if (joined && joined !== wide?.joined) await joined.session.release();
      await session.release();
    },
  };
}

/** Whether the trees' own engine answers the first rows as ONNX Runtime does. */
async function isTrusted(
  trees: ColumnTrees,
  frame: Frame,
  scoreOnRuntime: (frame: Frame) => Promise<Scores>,
): Promise<boolean> {
  const first = takeRows(
    frame,
    Uint32Array.from({ length: Math.min(COMPARED_ROWS, frame.rows) }, (_, row) => row),
  );
  const got = await trees.score(first);
  const scores = await scoreOnRuntime(first);
  const wanted = scores.kind === 'classes' ? scores.probabilities : scores.predictions;
  if (got?.length !== wanted.length) return false;
  return wanted.every((value, i) => Math.abs((got[i] ?? Number.NaN) - value) <= SAME * (1 + Math.abs(value)));
}

function asClasses(probabilities: Float32Array, names: readonly string[]): Scores {
  const classes = names.length;
  const labels = Array.from({ length: probabilities.length / classes }, (_, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if ((probabilities[row * classes + k] ?? 0) > (probabilities[row * classes + best] ?? 0)) best = k;
    return names[best] ?? '';
  });
  return { kind: 'classes', classes, probabilities, labels };
}

interface JoinedSession extends Pick<JoinedColumns, 'name' | 'columns'> {
  readonly session: InferenceSession;
}

/** A model of many columns, and what it takes; null for one of few, or one that joins none. */
async function openWide(
  bytes: Uint8Array,
  threads: number | undefined,
): Promise<{ readonly inputs: readonly ScorerInput[]; readonly joined: JoinedSession } | null> {
  const inputs = columnInputs(bytes);
  const joined = inputs.length > WIDE ? await openJoined(bytes, threads) : null;
  return joined && { inputs, joined };
}

/** Inputs of a graph that are columns of floats or words; empty where the bytes are no model. */
function columnInputs(bytes: Uint8Array): ScorerInput[] {
  let graph: GraphProto | undefined;
  try {
    graph = fromBinary(ModelProtoSchema, bytes).graph;
  } catch {
    // ONNX Runtime says what is wrong with it.
    return [];
  }
  return (graph?.input ?? []).flatMap(({ name, type }): ScorerInput[] => {
    const elements = type?.value.case === 'tensorType' ? type.value.value.elemType : null;
    if (elements === FLOAT) return [{ name, type: 'float' }];
    return elements === STRING ? [{ name, type: 'string' }] : [];
  });
}

/** The model from where its columns are one matrix; null where it joins too few. */
async function openJoined(bytes: Uint8Array, threads: number | undefined): Promise<JoinedSession | null> {
  const found = joinedColumns(bytes);
  return found && { ...found, session: await open(found.model, threads) };
}

const NONE = new Float64Array();

/** Writes rows [from, to) of columns as a matrix, row after row: four columns at a time, which takes half the time of one by one. */
function fillMatrix(matrix: Float32Array, columns: readonly Float64Array[], from: number, to: number): void {
  const width = columns.length;
  const whole = width - (width % 4);
  for (let first = 0; first < whole; first += 4) {
    const [a = NONE, b = NONE, c = NONE, d = NONE] = columns.slice(first, first + 4);
    for (let row = from, cell = first; row < to; row++, cell += width) {
      matrix[cell] = a[row] ?? Number.NaN;
      matrix[cell + 1] = b[row] ?? Number.NaN;
      matrix[cell + 2] = c[row] ?? Number.NaN;
      matrix[cell + 3] = d[row] ?? Number.NaN;
    }
  }
  for (const [index, values] of columns.slice(whole).entries())
    for (let row = from, cell = whole + index; row < to; row++, cell += width) matrix[cell] = values[row] ?? Number.NaN;
}

async function runInBatches(
  {
    session,
    joined,
    inputs,
    isClassifier,
    batchRows,
  }: {
    readonly session: InferenceSession;
    readonly joined: JoinedSession | null;
    readonly inputs: readonly ScorerInput[];
    readonly isClassifier: boolean;
    readonly batchRows: number;
  },
  frame: Frame,
): Promise<Scores> {
  const taken = new Set(session.inputNames);
  const parts = inputs
    .filter(({ name }) => taken.has(name))
    .map((input) => ({ input, column: frameColumn(frame, input.name) }));
  const columns = joined?.columns.map((name) => numbersOf(name, frameColumn(frame, name))) ?? [];
  const matrix = new Float32Array(Math.min(batchRows, frame.rows) * columns.length);
  const probabilities: Float32Array[] = [];
  const labels: string[] = [];
  for (let from = 0; from < frame.rows; from += batchRows) {
    const to = Math.min(from + batchRows, frame.rows);
    const feeds: Record<string, Tensor> = Object.fromEntries(
      parts.map(({ input, column }) => [input.name, columnTensor(input, column, from, to)]),
    );
    if (joined) {
      fillMatrix(matrix, columns, from, to);
      const cells = matrix.subarray(0, (to - from) * columns.length);
      feeds[joined.name] = new Tensor('float32', cells, [to - from, columns.length]);
    }
    const answer = await session.run(feeds).catch((error: unknown) => {
      throw runError(error, to - from);
    });
    const numbers = answer[isClassifier ? 'probabilities' : 'prediction']?.data;
    if (!(numbers instanceof Float32Array))
      throw new AppError('MODEL_INVALID', {
        message: 'The model answers neither probabilities nor a prediction as floats.',
      });
    probabilities.push(numbers);
    const words = answer['label']?.data;
    if (isClassifier && Array.isArray(words)) for (const word of words) labels.push(String(word));
  }
  const all = joinFloats(probabilities);
  const shape = session.outputMetadata.find(({ name }) => name === (isClassifier ? 'probabilities' : 'prediction'));
  const declared = shape?.isTensor ? shape.shape[1] : undefined;
  const width = isClassifier ? (typeof declared === 'number' && declared > 0 ? declared : undefined) : 1;
  if (width !== undefined && all.length !== frame.rows * width)
    throw new AppError('MODEL_INVALID', {
      message: `The model answers ${all.length / frame.rows} numbers a row; its file says ${width}.`,
      remedy:
        'Export it again with an up-to-date converter, and compare some answers with those of the library that trained it.',
    });
  return isClassifier
    ? { kind: 'classes', classes: frame.rows === 0 ? 0 : all.length / frame.rows, probabilities: all, labels }
    : { kind: 'numbers', predictions: all };
}

async function open(model: string | Uint8Array, threads: number | undefined): Promise<InferenceSession> {
  const options = {
    executionProviders: ['cpu'],
    logSeverityLevel: 3 as const,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  };
  try {
    return typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new AppError('MODEL_INVALID', {
      message: `The model cannot be opened: ${why}`,
      remedy: 'Use a valid ONNX file.',
      cause: error,
    });
  }
}
