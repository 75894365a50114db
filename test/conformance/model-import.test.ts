import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FLOAT,
  FLOAT16,
  GraphBuilder,
  INT64,
  makeValueInfo,
  modelBytes,
} from '../../electron/compute/onnx/graph-builder.ts';
import { openScorer, scoreFrame } from '../../electron/compute/onnx/scorer.ts';
import { type ImportModelTaskParams, importModelTask } from '../../electron/services/models/import-model-task.ts';
import { AppError } from '../../shared/errors.ts';
import { pictures } from '../helpers/example-images.ts';
import { silentTask } from '../helpers/silent-task.ts';

const HOSTILE = fileURLToPath(new URL('../fixtures/hostile/', import.meta.url));
const MODELS = fileURLToPath(new URL('../fixtures/models/', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-model-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const importModel = (path: string, meaning: Partial<ImportModelTaskParams> = {}) =>
  importModelTask({ columns: undefined, labels: undefined, scaling: undefined, ...meaning, path }, silentTask(folder));

const refusal = async (path: string, meaning?: Partial<ImportModelTaskParams>): Promise<AppError> => {
  const error = await importModel(path, meaning).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error(`${path} was not refused in words: ${String(error)}`);
};

describe('importing models', () => {
  it.each([
    'good.onnx',
    'half-and-8bit.onnx',
    'no-names-for-dims.onnx',
    'scalar-and-empty.onnx',
    'deeply-nested-ifs.onnx',
    'endless-loop.onnx',
    'memory-hog.onnx',
  ])('%s opens and is kept for its tensors', async (name) => {
    const result = await importModel(join(HOSTILE, name));
    expect(result.task).toBe('tensors');
    expect(result.inputs.length).toBeGreaterThan(0);
    expect(result.inputs.every(({ type, datatype }) => type === 'tensor' && datatype !== undefined)).toBe(true);
    expect(result.origin).toMatchObject({ fileName: name, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it.each([
    ['custom-domain.onnx', /Mystery.*custom domain "com.example"/],
    ['cycle.onnx', /circle.*Add/],
    ['external-absolute.onnx', /outside of the model's folder; that file was not read/],
    ['external-backslash.onnx', /outside of the model's folder/],
    ['external-path.onnx', /outside of the model's folder/],
    ['external-past-end.onnx', /takes? 4096 bytes from 8 .* which has 12/],
    ['future-ir.onnx', /format version 99/],
    ['future-opset.onnx', /opset 99/],
    ['huge-dims.onnx', /640000000000 elements/],
    ['missing-input.onnx', /"nowhere"/],
    ['negative-dims.onnx', /negative/],
    ['no-opset.onnx', /opset/],
    ['no-outputs.onnx', /no outputs/],
    ['not-a-model.onnx', /no ONNX model/],
    ['overflowing-dims.onnx', /more than can be held/],
    ['raw-data-too-short.onnx', /1000000 elements.*4 bytes/],
    ['same-output-twice.onnx', /"y" is made twice/],
    ['truncated.onnx', /cut off/],
    ['unknown-op.onnx', /ReluSquaredTwice/],
  ])('%s is refused in words, with a remedy and what was kept', async (name, words) => {
    const error = await refusal(join(HOSTILE, name));
    expect(error.code).toBe('MODEL_INVALID');
    expect(error.message).toMatch(words);
    expect(error.remedy).toBeTruthy();
    expect(error.kept).toBe('Nothing was changed.');
  });

  it('takes weights from the file beside the model into it, and names that file when it is not there', async () => {
    const whole = await importModel(join(HOSTILE, 'external-good.onnx'));
    const session = await InferenceSession.create(whole.onnxPath);
    const answer = await session.run({ x: new Tensor('float32', Float32Array.of(1, 1, 1), [1, 3]) });
    expect([...(answer['y']?.data ?? [])]).toEqual([2, 3, 4]);
    await session.release();
    copyFileSync(join(HOSTILE, 'external-good.onnx'), join(folder, 'alone.onnx'));
    expect((await refusal(join(folder, 'alone.onnx'))).message).toContain(
      '"external-good.weights", which is not beside',
    );
  });

  it('opens twenty thousand nodes within seconds, and names that bite as names', async () => {
    const graph = new GraphBuilder('n');
    let value = '__proto__';
    for (let i = 0; i < 20_000; i++) value = graph.add('Relu', [value]);
    const bytes = modelBytes(
      graph.graph('<script>', [makeValueInfo('__proto__', FLOAT, ['N', 3])], [makeValueInfo(value, FLOAT, ['N', 3])]),
    );
    writeFileSync(join(folder, 'many.onnx'), bytes);
    const result = await importModel(join(folder, 'many.onnx'));
    expect(result.inputs[0]?.name).toBe('__proto__');
    expect(result.origin.nodes).toBe(20_000);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('brings a classifier of columns to label and probabilities, maps of classes as tensors', async () => {
    const result = await importModel(join(MODELS, 'census-logistic-zipmap.onnx'));
    expect(result).toMatchObject({ task: 'binary', classes: ['0', '1'] });
    expect(result.inputs.map(({ name, type }) => `${name} ${type}`).slice(0, 3)).toEqual([
      'AGEP float',
      'SCHL float',
      'SEX string',
    ]);
    const expected = JSON.parse(readFileSync(join(MODELS, 'census-logistic-zipmap.expected.json'), 'utf8'));
    for (const { inputs, outputs } of expected.cases) {
      const columns = Object.entries(inputs as Record<string, { type: string; data: (string | number)[] }>);
      const rows = columns[0]?.[1].data.length ?? 0;
      const scorer = await openScorer(result.onnxPath);
      const scores = await scorer.score({
        rows,
        columns: new Map(
          columns.map(([name, { type, data }]) => [
            name,
            type === 'string'
              ? { kind: 'text', codes: Int32Array.from(data.keys()), dictionary: data.map(String) }
              : {
                  kind: 'number',
                  values: Float64Array.from(data, (cell) => (cell === 'nan' ? Number.NaN : Number(cell))),
                },
          ]),
        ),
      });
      await scorer.close();
      if (scores.kind !== 'classes') throw new Error('no classes');
      const maps: Record<string, number>[] = outputs.output_probability.data ?? outputs.output_probability;
      expect(scores.labels).toEqual(outputs.output_label.data.map(String));
      for (const [row, map] of maps.entries())
        expect(scores.probabilities[row * 2 + 1]).toBeCloseTo(map['1'] ?? Number.NaN, 4);
    }
  });

  it('makes one matrix of named columns, in any numeric type, and refuses a wrong number of them', async () => {
    const graph = new GraphBuilder('n');
    graph.add(
      'Cast',
      [graph.add('ReduceSum', ['x', graph.integers([1])], { keepdims: 1 })],
      { to: FLOAT },
      { output: 'label' },
    );
    const info = [makeValueInfo('x', INT64, ['N', 3])];
    writeFileSync(
      join(folder, 'sum.onnx'),
      modelBytes(graph.graph('g', info, [makeValueInfo('label', FLOAT, ['N', 1])])),
    );
    const result = await importModel(join(folder, 'sum.onnx'), { columns: ['a', 'x', 'c'] });
    expect(result).toMatchObject({ task: 'regression', classes: null });
    expect(result.inputs.map(({ name }) => name)).toEqual(['a', 'x', 'c']);
    const scorer = await openScorer(result.onnxPath);
    const number = (...values: number[]) => ({ kind: 'number', values: Float64Array.from(values) }) as const;
    const scores = await scorer.score({
      rows: 2,
      columns: new Map([
        ['a', number(1, 10)],
        ['x', number(2, 20)],
        ['c', number(3, 30)],
      ]),
    });
    await scorer.close();
    expect(scores.kind === 'numbers' && [...scores.predictions]).toEqual([6, 60]);
    const error = await refusal(join(folder, 'sum.onnx'), { columns: ['a', 'b'] });
    expect(error.message).toContain('takes 3 numbers a row; 2 columns');
  });

  it('takes columns, matrices and images in half precision, and answers in single', async () => {
    const number = (...values: number[]) => ({ kind: 'number', values: Float64Array.from(values) }) as const;
    const half = (graph: GraphBuilder, input: string) => graph.add('Cast', [input], { to: FLOAT16 });
    const rows = new GraphBuilder('n', ['label', 'b']);
    rows.add('Add', ['label', rows.add('Reshape', ['b', rows.integers([-1, 1])])], {}, { output: 'sum' });
    writeFileSync(
      join(folder, 'half.onnx'),
      modelBytes(
        rows.graph(
          'g',
          [makeValueInfo('label', FLOAT16, ['N', 1]), makeValueInfo('b', FLOAT16, ['N'])],
          [makeValueInfo('sum', FLOAT16, ['N', 1])],
        ),
      ),
    );
    // An input with the name of an answer could not be told from it.
    expect((await importModel(join(folder, 'half.onnx'))).task).toBe('tensors');
    const named = new GraphBuilder('n', ['a', 'b']);
    named.add('Add', ['a', named.add('Reshape', ['b', named.integers([-1, 1])])], {}, { output: 'sum' });
    const infos = [makeValueInfo('a', FLOAT16, ['N', 1]), makeValueInfo('b', FLOAT16, ['N'])];
    writeFileSync(
      join(folder, 'half.onnx'),
      modelBytes(named.graph('g', infos, [makeValueInfo('sum', FLOAT16, ['N', 1])])),
    );
    const sum = await importModel(join(folder, 'half.onnx'));
    expect(sum.inputs.map(({ name, type }) => `${name} ${type}`)).toEqual(['a float', 'b float']);
    const added = await scoreFrame(sum.onnxPath, {
      rows: 2,
      columns: new Map([
        ['a', number(1, 10)],
        ['b', number(0.5, 0.25)],
      ]),
    });
    expect(added.kind === 'numbers' && [...added.predictions]).toEqual([1.5, 10.25]);

    const graph = new GraphBuilder('n', ['x']);
    const weights = half(graph, graph.floats([1, 0, 0, 1, 0, 0], [3, 2]));
    graph.add('Softmax', [graph.add('MatMul', ['x', weights])], { axis: 1 }, { output: 'probs' });
    const matrix = graph.graph(
      'g',
      [makeValueInfo('x', FLOAT16, ['N', 3])],
      [makeValueInfo('probs', FLOAT16, ['N', 2])],
    );
    writeFileSync(join(folder, 'matrix.onnx'), modelBytes(matrix));
    const result = await importModel(join(folder, 'matrix.onnx'), { columns: ['a', 'b', 'c'] });
    expect(result).toMatchObject({ task: 'binary', classes: ['0', '1'] });
    const columns = new Map(['a', 'b', 'c'].map((name, at) => [name, number(at, 2 - at)]));
    const shares = await scoreFrame(result.onnxPath, { rows: 2, columns });
    const share = 1 / (1 + Math.exp(-1));
    expect(shares.kind === 'classes' && shares.probabilities[1]).toBeCloseTo(share, 3);

    const pictured = new GraphBuilder('n', ['picture']);
    const mean = pictured.add('Flatten', [pictured.add('GlobalAveragePool', ['picture'])], { axis: 1 });
    pictured.add('Softmax', [mean], { axis: 1 }, { output: 'probs' });
    const picture = [makeValueInfo('picture', FLOAT16, ['N', 3, 4, 4])];
    writeFileSync(
      join(folder, 'picture.onnx'),
      modelBytes(pictured.graph('g', picture, [makeValueInfo('probs', FLOAT16, ['N', 3])])),
    );
    const seen = await importModel(join(folder, 'picture.onnx'), { scaling: 'unit' });
    const red = { width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, at) => (at % 3 === 0 ? 255 : 0)) };
    const scores = await scoreFrame(seen.onnxPath, pictures([red]));
    expect(scores.kind === 'classes' && scores.labels).toEqual(['0']);
  });

  it('ends one scoring with the size that a model asked for where no machine has that memory', async () => {
    const graph = new GraphBuilder('n', ['x']);
    const wide = graph.add('Expand', [
      graph.add('Unsqueeze', ['x', graph.integers([1])]),
      graph.integers([1, 2 ** 40, 1]),
    ]);
    graph.add('ReduceMax', [wide], { axes: [1], keepdims: 0 }, { output: 'y' });
    const hog = graph.graph('g', [makeValueInfo('x', FLOAT, ['N', 3])], [makeValueInfo('y', FLOAT, ['N', 3])]);
    writeFileSync(join(folder, 'hog.onnx'), modelBytes(hog));
    const { onnxPath } = await importModel(join(folder, 'hog.onnx'), { columns: ['a', 'b', 'c'] });
    const columns = new Map(
      ['a', 'b', 'c'].map((name) => [name, { kind: 'number', values: Float64Array.of(1) } as const]),
    );
    const error = await scoreFrame(onnxPath, { rows: 1, columns }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'OUT_OF_MEMORY', message: expect.stringContaining('GiB at once at node') });
  });

  it('says so where a model takes a fixed number of rows', async () => {
    const graph = new GraphBuilder('n', ['x']);
    graph.add('ReduceSum', ['x', graph.integers([1])], { keepdims: 1 }, { output: 'sum' });
    const fixed = graph.graph('g', [makeValueInfo('x', FLOAT, [1, 2])], [makeValueInfo('sum', FLOAT, [1, 1])]);
    writeFileSync(join(folder, 'fixed.onnx'), modelBytes(fixed));
    expect((await importModel(join(folder, 'fixed.onnx'))).task).toBe('tensors');
    const error = await refusal(join(folder, 'fixed.onnx'), { columns: ['a', 'b'] });
    expect(error.message).toContain('takes 1 row at a time');
  });

  it('refuses labels that do not fit the answer, and a file without a graph', async () => {
    const error = await refusal(join(MODELS, 'census-logistic-zipmap.onnx'), { labels: ['a', 'b', 'c'] });
    expect(error.message).toContain('answers 2 classes; 3 labels');
    writeFileSync(join(folder, 'none.onnx'), toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n })));
    expect((await refusal(join(folder, 'none.onnx'))).message).toContain('no graph');
    writeFileSync(join(folder, 'empty.onnx'), '');
    expect((await refusal(join(folder, 'empty.onnx'))).message).toContain('empty');
  });
});
