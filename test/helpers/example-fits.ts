import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from '../../electron/compute/frame/frame.ts';
import { type Scores, scoreFrame } from '../../electron/compute/onnx/scorer.ts';
import type { Estimator, FitContext, LabelledRows, TrainingData } from '../../electron/compute/train/estimator.ts';
import { packLabels } from '../../electron/compute/train/label-sets.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import type { Task } from '../../shared/contract/models.ts';

/** Of every fit that is told no other. */
export const SEED = 7;

export const WORDS = ['red', 'green', 'blue', 'never trained on'];

/** Rows with a number, a number with gaps, a word with gaps; the answer depends on all three. */
export function exampleRows(count: number, task: Task, seed: number, words = 3): LabelledRows {
  const random = seededRandom(seed);
  const a = new Float64Array(count);
  const b = new Float64Array(count);
  const codes = new Int32Array(count);
  const targets = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    a[i] = random() * 4 - 2;
    b[i] = random() < 0.1 ? Number.NaN : random() * 1000;
    codes[i] = random() < 0.1 ? -1 : Math.floor(random() * words);
    const signal =
      (a[i] ?? 0) * 1.5 +
      (Number.isNaN(b[i]) ? 1 : (b[i] ?? 0) / 500) +
      ((codes[i] ?? 0) === 1 ? 2 : 0) +
      random() -
      0.5;
    targets[i] =
      task === 'regression'
        ? 100 + 10 * signal
        : task === 'multilabel'
          ? (packLabels([Float64Array.of(signal > 1.5 ? 1 : 0), Float64Array.of(labelOfWord(codes[i] ?? 0))])[0] ?? 0)
          : task === 'binary'
            ? Number(signal > 1.5)
            : signal < 0.5
              ? 0
              : signal < 2.5
                ? 1
                : 2;
  }
  const features: Frame = {
    rows: count,
    columns: new Map([
      ['a number', { kind: 'number', values: a }],
      ['b', { kind: 'number', values: b }],
      ['word', { kind: 'text', codes, dictionary: WORDS }],
    ]),
  };
  return { features, targets, weights: null };
}

const CLASSES: Readonly<Record<Task, readonly string[] | null>> = {
  regression: null,
  binary: ['no', 'yes'],
  multiclass: ['low', 'middle', 'high'],
  multilabel: ['high', 'green'],
};

/** Not known where there is no word. */
const labelOfWord = (code: number): number => (code < 0 ? Number.NaN : Number(code === 1));

export const exampleData = (task: Task, count = 3000): TrainingData => ({
  task,
  classes: CLASSES[task],
  columns: [
    { name: 'a number', type: 'number' },
    { name: 'b', type: 'number' },
    { name: 'word', type: 'text' },
  ],
  train: exampleRows(count, task, 1),
  validation: exampleRows(Math.ceil(count / 4), task, 2),
});

/** What a fit in a folder may ask and tell where nobody listens. */
export function contextIn(folder: string, extra: Partial<FitContext> = {}): FitContext {
  const silent = () => undefined;
  return {
    seed: SEED,
    threads: 2,
    signal: new AbortController().signal,
    folder,
    budgetMs: Number.POSITIVE_INFINITY,
    shouldStop: () => false,
    progress: silent,
    measure: silent,
    log: silent,
    ...extra,
  };
}

export async function inFolder<T>(
  work: (context: FitContext, abort: AbortController) => Promise<T>,
  extra: Partial<FitContext> = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-fit-'));
  const abort = new AbortController();
  try {
    return await work(contextIn(folder, { signal: abort.signal, ...extra }), abort);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Parameters that make a fit of the suite quick. */
export const QUICK: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  network: { epochs: 12, hidden: [16] },
  boosting: { rounds: 40 },
  forest: { trees: 20 },
  extraTrees: { trees: 20 },
};
export const fitOf = (estimator: Estimator, data: TrainingData, extra: Partial<FitContext> = {}) =>
  inFolder((context) => estimator.fit(data, QUICK[estimator.algorithm] ?? {}, context), extra);

export const scoresOf = (onnx: Uint8Array, frame: Frame): Promise<Scores> => scoreFrame(onnx, frame);

export const numbersOf = (scores: Scores): Float32Array =>
  scores.kind === 'classes' ? scores.probabilities : scores.predictions;
