import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../../../shared/errors.ts';
import { type Frame, type FrameColumn, frameColumn, takeRows } from '../frame/frame.ts';
import { joinFloats } from '../frame/join-floats.ts';
import { imageScorer } from '../images/image-scorer.ts';
import { type ColumnTrees, openColumnTrees } from '../trees/scoring/open-column-trees.ts';
import { runError } from './run-error.ts';

/** A raw column the graph takes; an image is pixels [N, height, width, 3]. */
export interface ScorerInput {
  readonly name: string;
  readonly type: 'string' | 'float' | 'image';
}

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
  /** Scores every row of the frame. Missing is NaN for a float and empty text for a string. Pictures can be stopped by `signal`. */
  score(frame: Frame, signal?: AbortSignal): Promise<Scores>;
  close(): Promise<void>;
}

const BATCH_ROWS = 8192;
/** From this many rows on, in one frame or in all that are expected, trees are scored by their own engine: opening it pays. */
const MANY_ROWS = 20_000;
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
  const session = await open(model, options.threads);
  const [only] = session.inputMetadata;
  if (session.inputNames.length === 1 && only?.isTensor && only.type === 'uint8')
    return imageScorer(session, only.name);
  const inputs = session.inputMetadata.map((input): ScorerInput => {
    if (!input.isTensor || (input.type !== 'float32' && input.type !== 'string')) {
      throw new AppError('MODEL_INVALID', {
        message: `The model's input "${input.name}" is no column of floats or text.`,
        remedy: 'Use a model that takes raw columns.',
      });
    }
    return { name: input.name, type: input.type === 'string' ? 'string' : 'float' };
  });
  const isClassifier = session.outputNames.includes('probabilities');
  const scoreOnRuntime = (frame: Frame): Promise<Scores> => runInBatches(session, inputs, isClassifier, frame);
  const isMany = (rows: number): boolean => Math.max(rows, options.expectedRows ?? 0) >= MANY_ROWS;
  let engine: ScoringEngine = 'onnxRuntime';
  // Undefined: not looked at yet. Null: not to be used for this model.
  let trees: ColumnTrees | null | undefined;
  return {
    inputs,
    get engine() {
      return engine;
    },
    async score(frame) {
      engine = 'onnxRuntime';
      if (!isMany(frame.rows) || trees === null) return scoreOnRuntime(frame);
      if (trees === undefined) {
        const bytes = typeof model === 'string' ? await readFile(model) : model;
        // What that engine cannot read or hold, ONNX Runtime, which has opened the model, scores as before.
        trees = await openColumnTrees(bytes, options.threads ?? 1).catch(() => null);
        if (trees && !(await isTrusted(trees, frame, scoreOnRuntime))) {
          await trees.close();
          trees = null;
        }
      }
      const answers = (await trees?.score(frame)) ?? null;
      if (!trees || answers === null) return scoreOnRuntime(frame);
      engine = 'trees';
      return trees.labels === null ? { kind: 'numbers', predictions: answers } : asClasses(answers, trees.labels);
    },
    async close() {
      await trees?.close();
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

async function runInBatches(
  session: InferenceSession,
  inputs: readonly ScorerInput[],
  isClassifier: boolean,
  frame: Frame,
): Promise<Scores> {
  const parts = inputs.map((input) => ({ input, column: frameColumn(frame, input.name) }));
  const probabilities: Float32Array[] = [];
  const labels: string[] = [];
  for (let from = 0; from < frame.rows; from += BATCH_ROWS) {
    const to = Math.min(from + BATCH_ROWS, frame.rows);
    const feeds = Object.fromEntries(
      parts.map(({ input, column }) => [input.name, columnTensor(input, column, from, to)]),
    );
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

/** Rows [from, to) of a column as the tensor [rows, 1] a graph takes; missing is NaN, or empty text. */
export function columnTensor(input: ScorerInput, column: FrameColumn, from: number, to: number): Tensor {
  const dims = [to - from, 1];
  if (input.type === 'float') {
    if (column.kind !== 'number')
      throw new AppError('BAD_INPUT', {
        message: `Column "${input.name}" holds text; the model was trained on numbers.`,
        remedy: 'Import it with the type it had in training.',
      });
    return new Tensor('float32', new Float32Array(column.values.subarray(from, to)), dims);
  }
  const words = new Array<string>(to - from);
  for (let row = from; row < to; row++) {
    words[row - from] =
      column.kind === 'text'
        ? (column.dictionary[column.codes[row] ?? -1] ?? '')
        : numberWord(column.values[row] ?? Number.NaN);
  }
  return new Tensor('string', words, dims);
}

/** A number where text was trained on: the word it would have been imported as. */
const numberWord = (value: number): string => (Number.isNaN(value) ? '' : String(value));
