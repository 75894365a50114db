import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Frame, type FrameColumn, frameColumn, takeRows } from '../../electron/compute/frame/frame.ts';
import type { LabelledRows, TrainingData } from '../../electron/compute/train/estimator.ts';
import { ESTIMATORS } from '../../electron/compute/train/estimators.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { createEngine, type OrtModule } from '../../electron/runtime/model-engine.ts';
import { exampleData, exampleRows, fitOf, numbersOf, scoresOf, WORDS } from '../helpers/example-fits.ts';

/** The rows with one more column, or with one that replaces another. */
const withColumn = (rows: LabelledRows, name: string, column: FrameColumn): LabelledRows => ({
  ...rows,
  features: { rows: rows.features.rows, columns: new Map([...rows.features.columns, [name, column]]) },
});
const numbers = (rows: LabelledRows, value: (row: number) => number): FrameColumn => ({
  kind: 'number',
  values: Float64Array.from({ length: rows.features.rows }, (_, row) => value(row)),
});
const words = (rows: LabelledRows, code: number): FrameColumn => ({
  kind: 'text',
  codes: new Int32Array(rows.features.rows).fill(code),
  dictionary: WORDS,
});

/** Example data with a column more in both parts. */
function dataWith(name: string, type: 'number' | 'text', column: (rows: LabelledRows) => FrameColumn): TrainingData {
  const data = exampleData('binary', 600);
  return {
    ...data,
    columns: [...data.columns, { name, type }],
    train: withColumn(data.train, name, column(data.train)),
    validation: withColumn(data.validation, name, column(data.validation)),
  };
}
const withTargets = (data: TrainingData, targets: (row: number) => number): TrainingData => ({
  ...data,
  train: { ...data.train, targets: Float64Array.from(data.train.targets, (_, row) => targets(row)) },
});
const few = (data: TrainingData, count: number): TrainingData => {
  const indices = Array.from({ length: count }, (_, row) => row);
  return {
    ...data,
    train: {
      features: takeRows(data.train.features, indices),
      targets: data.train.targets.slice(0, count),
      weights: null,
    },
  };
};

describe.each(ESTIMATORS.map((estimator) => [estimator.algorithm, estimator] as const))('%s', (_, estimator) => {
  it.each([
    ['a constant number', 'number', (rows: LabelledRows) => numbers(rows, () => 7)],
    ['a number that is always missing', 'number', (rows: LabelledRows) => numbers(rows, () => Number.NaN)],
    ['a word that is always missing', 'text', (rows: LabelledRows) => words(rows, -1)],
    ['a single word', 'text', (rows: LabelledRows) => words(rows, 1)],
    ['numbers no float can hold', 'number', (rows: LabelledRows) => numbers(rows, (row) => (row % 3 ? 1e300 : -row))],
    ['infinite numbers', 'number', (rows: LabelledRows) => numbers(rows, (row) => (row % 2 ? 1 / 0 : -1 / 0))],
    ['tiny numbers', 'number', (rows: LabelledRows) => numbers(rows, (row) => row * 1e-320)],
  ] as const)('learns beside %s, and answers shares that add up', async (_name, type, column) => {
    const data = dataWith('more', type, column);
    const answers = numbersOf(await scoresOf((await fitOf(estimator, data)).onnx, data.validation.features));
    for (let row = 0; row < data.validation.features.rows; row++)
      expect((answers[row * 2] ?? 0) + (answers[row * 2 + 1] ?? 0)).toBeCloseTo(1, 5);
  });

  it.each(['größe in m²', 'имя', '名前 "quoted"', 'a/b.c:0', 'node_0', 'tree_0', 'node_const_1'])(
    'takes a column called %j as an input of that name',
    async (name) => {
      const data = dataWith(name, 'number', (rows) => numbers(rows, (row) => row % 5));
      const { onnx } = await fitOf(estimator, data);
      expect((await scoresOf(onnx, data.validation.features)).kind).toBe('classes');
    },
  );

  it('takes words in any script, and parts them', async () => {
    const script = ['Äpfel', 'яблоки', 'りんご', '🍎 and "quotes"\nand lines'];
    const column = (rows: LabelledRows): FrameColumn => ({
      kind: 'text',
      codes: Int32Array.from(rows.targets, (target, row) => (target === 1 ? row % 2 : 2 + (row % 2))),
      dictionary: script,
    });
    const data = dataWith('word 2', 'text', column);
    const scores = await scoresOf((await fitOf(estimator, data)).onnx, data.validation.features);
    let right = 0;
    for (const [row, target] of data.validation.targets.entries())
      if ((numbersOf(scores)[row * 2 + 1] ?? 0) > 0.5 === (target === 1)) right += 1;
    expect(right / data.validation.targets.length).toBeGreaterThan(0.97);
  });

  it.each(['label', 'probabilities', 'prediction'])(
    'refuses a column called %s, which names an answer',
    async (name) => {
      const data = dataWith(name, 'number', (rows) => numbers(rows, (row) => row % 5));
      await expect(fitOf(estimator, data)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    },
  );

  it('refuses a single row, a single class and a constant answer in words', async () => {
    for (const data of [few(exampleData('binary'), 1), withTargets(exampleData('binary'), () => 1)])
      await expect(fitOf(estimator, data)).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining('the same answer, "yes"'),
      });
    await expect(
      fitOf(
        estimator,
        withTargets(exampleData('regression'), () => 4.5),
      ),
    ).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('the same answer, "4.5"'),
    });
  });

  it('refuses no rows, no columns, and weights that are all zero', async () => {
    const data = exampleData('binary');
    await expect(fitOf(estimator, few(data, 0))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(fitOf(estimator, { ...data, columns: [] })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const weights = new Float64Array(data.train.targets.length);
    await expect(fitOf(estimator, { ...data, train: { ...data.train, weights } })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])('refuses the answer %d by its row', async (value) => {
    const data = exampleData('regression');
    await expect(
      fitOf(
        estimator,
        withTargets(data, (row) => (row === 17 ? value : row)),
      ),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', details: { row: 17 } });
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300])('refuses the weight %d by its row', async (value) => {
    const data = exampleData('binary');
    const weights = Float64Array.from(data.train.targets, (_target, row) => (row === 5 ? value : 1));
    await expect(fitOf(estimator, { ...data, train: { ...data.train, weights } })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      details: { row: 5 },
    });
  });

  it('learns nothing from rows of weight zero', async () => {
    const data = exampleData('binary', 1500);
    const isOut = (row: number): boolean => row % 2 === 1;
    const flipped = data.train.targets.map((target, row) => (isOut(row) ? 1 - target : target));
    const weights = Float64Array.from(flipped, (_value, row) => (isOut(row) ? 0 : 1));
    const fitted = await fitOf(estimator, { ...data, train: { ...data.train, targets: flipped, weights } });
    const fresh = exampleRows(1000, 'binary', 4);
    const answers = numbersOf(await scoresOf(fitted.onnx, fresh.features));
    let right = 0;
    for (const [row, target] of fresh.targets.entries())
      if ((answers[row * 2 + 1] ?? 0) > 0.5 === (target === 1)) right += 1;
    expect(right / fresh.targets.length).toBeGreaterThan(0.75);
  });

  it('learns from two rows', async () => {
    const data = exampleData('regression');
    const two = withTargets(few(data, 2), (row) => 10 * row);
    const answers = numbersOf(await scoresOf((await fitOf(estimator, two)).onnx, two.train.features));
    for (const answer of answers) expect(Number.isFinite(answer)).toBe(true);
  });

  it.each(estimator.tasks)(
    'answers the same %s on native and on WebAssembly ONNX Runtime, on 10,000 rows',
    async (task) => {
      const { onnx } = await fitOf(estimator, exampleData(task, 1500));
      const frame = oddRows(10_000);
      const native = numbersOf(await scoresOf(onnx, frame));
      const onWeb = await answersOnWebAssembly(onnx, frame);
      expect(onWeb.length).toBe(native.length);
      let furthest = 0;
      for (const [at, answer] of native.entries())
        furthest = Math.max(furthest, Math.abs(answer - (onWeb[at] ?? Number.NaN)) / Math.max(1, Math.abs(answer)));
      expect(furthest).toBeLessThan(1e-5);
    },
  );
});

/** Rows as they come to a served model: gaps, words never seen, huge and infinite numbers among plain ones. */
function oddRows(count: number): Frame {
  const random = seededRandom(11);
  const number = (scale: number): number => {
    const kind = random();
    if (kind < 0.1) return Number.NaN;
    if (kind < 0.12) return (random() < 0.5 ? -1 : 1) * (random() < 0.5 ? 1e300 : Number.POSITIVE_INFINITY);
    return (random() * 4 - 2) * scale;
  };
  return {
    rows: count,
    columns: new Map<string, FrameColumn>([
      ['a number', { kind: 'number', values: Float64Array.from({ length: count }, () => number(1)) }],
      ['b', { kind: 'number', values: Float64Array.from({ length: count }, () => number(500)) }],
      [
        'word',
        {
          kind: 'text',
          codes: Int32Array.from({ length: count }, () => Math.floor(random() * 5) - 1),
          dictionary: WORDS,
        },
      ],
    ]),
  };
}

const WEB = resolve(import.meta.dirname, '..', '..', 'node_modules', 'onnxruntime-web', 'dist');

/** Scores by the build that a bundle carries. */
async function answersOnWebAssembly(onnx: Uint8Array, frame: Frame): Promise<Float32Array> {
  const ort = (await import(pathToFileURL(join(WEB, 'ort.wasm.bundle.min.mjs')).href)) as OrtModule;
  const binary = await readFile(join(WEB, 'ort-wasm-simd-threaded.wasm'));
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = Uint8Array.from(binary).buffer;
  const engine = await createEngine(ort, onnx, { kind: 'wasm', label: 'web' });
  const feeds = engine.inputs.map(({ name, datatype }) => {
    const column = frameColumn(frame, name);
    const data =
      column.kind === 'number'
        ? Float32Array.from(column.values)
        : Array.from(column.codes, (code) => column.dictionary[code] ?? '');
    return { datatype, shape: [frame.rows, 1], data };
  });
  const answers = await engine.run(feeds);
  const numbersAt = engine.outputs.findIndex(({ name }) => name === 'probabilities' || name === 'prediction');
  return answers[numbersAt]?.data as Float32Array;
}
