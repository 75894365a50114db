import fc from 'fast-check';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { Frame, FrameColumn } from '../../electron/compute/frame/frame.ts';
import { columnTensor } from '../../electron/compute/onnx/column-tensor.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../../electron/compute/onnx/graph-builder.ts';
import {
  type DesignEncoding,
  type DesignOptions,
  encodeFrame,
  encodingNodes,
  learnEncoding,
} from '../../electron/compute/train/design/design-encoding.ts';
import type { FeatureColumn } from '../../electron/compute/train/estimator.ts';

const numbers = (values: readonly number[]): FrameColumn => ({ kind: 'number', values: Float64Array.from(values) });
function texts(values: readonly (string | null)[]): FrameColumn {
  const dictionary = [...new Set(values.filter((value) => value !== null))].sort();
  return {
    kind: 'text',
    dictionary,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : dictionary.indexOf(value))),
  };
}
const frameOf = (columns: Readonly<Record<string, FrameColumn>>, rows: number): Frame => ({
  rows,
  columns: new Map(Object.entries(columns)),
});

/** The matrix as the exported graph makes it from raw columns. */
async function matrixOfGraph(frame: Frame, encoding: DesignEncoding): Promise<Float32Array> {
  const graph = new GraphBuilder(
    'n_',
    encoding.inputs.map(({ column }) => column),
  );
  const matrix = encodingNodes(graph, encoding);
  const inputs = encoding.inputs.map(({ column, type }) =>
    makeValueInfo(column, type === 'float' ? FLOAT : STRING, ['N', 1]),
  );
  const session = await InferenceSession.create(
    modelBytes(graph.graph('design', inputs, [makeValueInfo(matrix, FLOAT, null)]), encoding.opset),
    { logSeverityLevel: 3 },
  );
  const answer = await session.run(
    Object.fromEntries(
      encoding.inputs.map(({ column, type }) => {
        const values = frame.columns.get(column);
        if (!values) throw new Error(`no ${column}`);
        return [column, columnTensor({ name: column, type }, values, 0, frame.rows)];
      }),
    ),
  );
  await session.release();
  const data = answer[matrix]?.data;
  if (!(data instanceof Float32Array)) throw new Error('no floats');
  return data;
}

async function expectSameMatrix(
  train: Frame,
  served: Frame,
  columns: readonly FeatureColumn[],
  options: Partial<DesignOptions>,
): Promise<Float32Array> {
  const encoding = learnEncoding(train, columns, options);
  const ours = encodeFrame(served, encoding);
  const graphs = await matrixOfGraph(served, encoding);
  expect(graphs.length).toBe(ours.length);
  for (let i = 0; i < ours.length; i++)
    expect(
      Math.abs((ours[i] ?? 0) - (graphs[i] ?? 0)),
      `${encoding.labels[i % encoding.width]}: ${ours[i]} and ${graphs[i]}`,
    ).toBeLessThan(2e-5);
  return ours;
}

const anyNumber = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e4, max: 1e4, noNaN: true }) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e300, 3),
);
const anyWord = fc.option(fc.constantFrom('a', 'b', 'ü ö', '', 'NaN', '日本', 'x'), { nil: null });
const anyMoment = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -2_000_000_000, max: 4_000_000_000 }).map((seconds) => seconds * 1000) },
  fc.constantFrom(Number.NaN, 0, Number.POSITIVE_INFINITY),
);

describe.each(['standard', 'robust', 'quantile'] as const)('numbers by %s scaling', (scaling) => {
  it('are the same in the matrix and in the exported graph, for any value', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyNumber, anyNumber, anyWord, anyMoment), { minLength: 3, maxLength: 60 }),
        fc.array(fc.tuple(anyNumber, anyNumber, anyWord, anyMoment), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(0, 8),
        async (train, served, steps) => {
          const frame = (rows: typeof train): Frame =>
            frameOf(
              {
                a: numbers(rows.map(([a]) => a)),
                b: numbers(rows.map(([, b]) => b)),
                word: texts(rows.map(([, , word]) => word)),
                seen: numbers(rows.map(([, , , seen]) => seen)),
              },
              rows.length,
            );
          const columns: FeatureColumn[] = [
            { name: 'a', type: 'number' },
            { name: 'word', type: 'text' },
            { name: 'seen', type: 'timestamp' },
            { name: 'b', type: 'number' },
          ];
          await expectSameMatrix(frame(train), frame(served), columns, { scaling, steps });
        },
      ),
      { numRuns: 25 },
    );
  });
});

it('robust scaling takes median and quartiles: one wild value does not squeeze the others', () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 1e9];
  const frame = frameOf({ a: numbers(values) }, values.length);
  const encoded = encodeFrame(frame, learnEncoding(frame, [{ name: 'a', type: 'number' }], { scaling: 'robust' }));
  expect(encoded[4]).toBe(0);
  // Quartiles 3 and 7: a step of one is 1.349 / 4.
  expect(encoded[5]).toBeCloseTo(1.349 / 4, 6);
  expect(encoded[8]).toBe(20);
});

it('quantile scaling gives ranks: a skewed column becomes even, with mean 0 and deviation 1', () => {
  const values = Array.from({ length: 1001 }, (_, i) => Math.exp(i / 100));
  const frame = frameOf({ a: numbers(values) }, values.length);
  const encoded = encodeFrame(frame, learnEncoding(frame, [{ name: 'a', type: 'number' }], { scaling: 'quantile' }));
  const mean = encoded.reduce((sum, value) => sum + value, 0) / encoded.length;
  const variance = encoded.reduce((sum, value) => sum + (value - mean) ** 2, 0) / encoded.length;
  expect(mean).toBeCloseTo(0, 3);
  expect(variance).toBeCloseTo(1, 1);
  expect(encoded[500]).toBeCloseTo(0, 3);
});

describe('parts of dates', () => {
  const encodingOf = (type: 'date' | 'timestamp' | 'time', values: readonly number[]) => {
    const frame = frameOf({ seen: numbers(values) }, values.length);
    const encoding = learnEncoding(frame, [{ name: 'seen', type }]);
    return { encoding, matrix: encodeFrame(frame, encoding) };
  };

  it('name the right day of the week at midnight, where a float is a minute off', () => {
    const days = Array.from({ length: 800 }, (_, day) => Date.UTC(2013, 0, 1 + day));
    const { encoding, matrix } = encodingOf('date', days);
    for (const [row, day] of days.entries()) {
      const monday = (new Date(day).getUTCDay() + 6) % 7;
      expect(matrix[row * encoding.width + monday], new Date(day).toISOString()).toBe(1);
    }
  });

  it('put 23:59 beside 00:01 on the circle of hours', () => {
    const { matrix } = encodingOf('time', [86_340_000, 60_000]);
    expect(matrix[0]).toBeCloseTo(matrix[2] ?? 0, 1);
    expect(matrix[1]).toBeCloseTo(1, 4);
  });
});

describe('prose', () => {
  const sentences = Array.from(
    { length: 400 },
    (_, i) => `${i % 2 === 0 ? 'A Great, great taste' : 'not a taste for'} everyone in case ${i}!`,
  );
  const train = frameOf({ review: texts([...sentences, null, '']) }, 402);
  const columns: FeatureColumn[] = [{ name: 'review', type: 'text' }];

  it('is the same in the matrix and in the exported graph, unknown words and empty batches included', async () => {
    const served = texts([
      'Great, great taste',
      'words nobody wrote',
      null,
      '',
      '  not   a taste ',
      'ünïcode 日本 great,',
    ]);
    const matrix = await expectSameMatrix(train, frameOf({ review: served }, 6), columns, { textBuckets: 64 });
    const width = matrix.length / 6;
    const norm = (row: number): number => Math.hypot(...matrix.subarray(row * width, (row + 1) * width));
    expect(norm(0)).toBeCloseTo(4, 4);
    expect(norm(1)).toBe(0);
    expect(norm(2)).toBe(0);
    await expectSameMatrix(train, frameOf({ review: texts(['', null]) }, 2), columns, { textBuckets: 64 });
  });

  it('counts a word in the same bucket whatever its case and the signs around it', () => {
    const encoding = learnEncoding(train, columns, { textBuckets: 4096 });
    const [upper, lower] = ['Great,', 'great'].map((word) =>
      encodeFrame(frameOf({ review: texts([word]) }, 1), encoding),
    );
    expect(upper?.some((value) => value > 0)).toBe(true);
    expect(upper).toEqual(lower);
  });

  it('is told from names: short cells, and few different ones, stay words', () => {
    const names = frameOf({ name: texts(Array.from({ length: 300 }, (_, i) => `Anna Maria ${i}`)) }, 300);
    const encoding = learnEncoding(names, [{ name: 'name', type: 'text' }]);
    expect(encoding.labels[0]).toMatch(/^name = /);
  });
});
