import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDb } from '../../electron/compute/frame/duckdb.ts';
import type { Frame, FrameColumn } from '../../electron/compute/frame/frame.ts';
import { parquetColumns } from '../../electron/compute/frame/parquet-columns.ts';
import { readColumns } from '../../electron/compute/frame/read-columns.ts';
import { writeByColumns } from '../../electron/compute/frame/write-by-columns.ts';
import { CSV, JSON_LINES, writeTextByColumns } from '../../electron/compute/frame/write-text-by-columns.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../../electron/compute/onnx/graph-builder.ts';
import { openScorer } from '../../electron/compute/onnx/scorer.ts';
import { columnSources } from '../../electron/compute/trees/scoring/column-sources.ts';
import type { ColumnEncoding } from '../../electron/compute/trees/table.ts';
import { ensembleToOnnx } from '../../electron/compute/trees/to-onnx.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-wide-tables-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COLUMNS = 3000;
/** Every fifth column holds words, some with a break, a quote or a comma. */
const CELLS = Array.from({ length: COLUMNS }, (_, i) =>
  i % 5 === 3 ? `['a, "b"' || chr(10) || 'c', 'w${i}', NULL][range % 3 + 1]` : `range + ${i} / 8`,
);
const query = (from: number, to: number): string =>
  `SELECT ${CELLS.slice(from, to)
    .map((cell, at) => `${cell} AS c${from + at}`)
    .join(', ')} FROM range(40)`;

describe('a table of thousands of columns', () => {
  let database: DuckDb;
  beforeAll(async () => {
    database = await DuckDb.open({ memoryLimit: '64MB', threads: 1 });
  });
  afterAll(() => database?.close());

  it('is written and read in a memory in which one query of all its columns fails', async () => {
    const path = join(folder, 'table.parquet');
    await expect(database.writeParquet(query(0, COLUMNS), path)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    expect(await writeByColumns(database, path, { columns: COLUMNS, query })).toBe(40);
    expect(readdirSync(folder)).toEqual(['table.parquet']);
    const described = await parquetColumns(database, path);
    expect(described.map(({ name }) => name)).toEqual(CELLS.map((_, i) => `c${i}`));
    expect(described.slice(2498, 2500).map(({ type }) => type)).toEqual(['VARCHAR', 'DOUBLE']);
    const frame = await readColumns(path, ['c2498', 'c2499']);
    expect(frame.columns.get('c2499')).toMatchObject({
      values: Float64Array.from({ length: 40 }, (_, row) => row + 2499 / 8),
    });
    expect(frame.columns.get('c2498')).toMatchObject({ dictionary: ['a, "b"\nc', 'w2498'] });
  });

  it('is written as text as one query would write it', async () => {
    for (const format of [CSV, JSON_LINES]) {
      const path = join(folder, 'table.txt');
      await writeTextByColumns(database, path, { columns: 1500, query, format });
      await using roomy = await DuckDb.open({ threads: 1 });
      await roomy.run(`COPY (${query(0, 1500)}) TO '${path}.whole' (${format.options})`);
      expect(readFileSync(path, 'utf8') === readFileSync(`${path}.whole`, 'utf8'), format.options).toBe(true);
    }
  });
});

/** A frame of 1,100 columns, and what is in them: numbers, missing at times, and words in the last. */
const WIDE = 1100;
const names = Array.from({ length: WIDE }, (_, i) => `c${i}`);
const cellAt = (row: number, column: number): number => ((row * 7 + column * 13) % 11) - 5;
const frame: Frame = {
  rows: 30,
  columns: new Map(
    names.map((name, at): [string, FrameColumn] => [
      name,
      at === WIDE - 1
        ? { kind: 'text', dictionary: ['no', 'yes'], codes: Int32Array.from({ length: 30 }, (_, row) => row % 2) }
        : { kind: 'number', values: Float64Array.from({ length: 30 }, (_, row) => cellAt(row, at)) },
    ]),
  ),
};

describe('a model of thousands of columns', () => {
  it('is opened where it has joined them, and answers as the whole does', async () => {
    const graph = new GraphBuilder('n_', names);
    const numbers = names.slice(0, -1);
    const weights = Float32Array.from(numbers, (_, at) => at % 3);
    const sum = graph.add('MatMul', [
      graph.add('Concat', numbers, { axis: 1 }),
      graph.floats(weights, [numbers.length, 1]),
    ]);
    const isYes = graph.add('Cast', [graph.add('Equal', ['c1099', graph.strings(['yes'])])], { to: FLOAT });
    graph.add('Add', [sum, isYes], {}, { output: 'prediction' });
    const inputs = names.map((name) => makeValueInfo(name, name === 'c1099' ? STRING : FLOAT, ['N', 1]));
    const bytes = modelBytes(graph.graph('sum', inputs, [makeValueInfo('prediction', FLOAT, ['N', 1])]), 19);
    const scorer = await openScorer(bytes, { threads: 1 });
    expect(scorer.inputs).toEqual(names.map((name) => ({ name, type: name === 'c1099' ? 'string' : 'float' })));
    const scores = await scorer.score(frame);
    await scorer.close();
    expect(scores).toEqual({
      kind: 'numbers',
      predictions: Float32Array.from(
        { length: 30 },
        (_, row) => numbers.reduce((total, _name, at) => total + (at % 3) * cellAt(row, at), 0) + (row % 2),
      ),
    });
  });

  it('of trees joins the columns they test and takes them all', async () => {
    const encodings = names.map(
      (column, at): ColumnEncoding =>
        at === WIDE - 1 ? { kind: 'category', column, words: ['no', 'yes'] } : { kind: 'number', column },
    );
    const tree = (feature: number, threshold: number, categories?: Uint8Array) => ({
      feature: Int32Array.of(feature, -1, -1),
      threshold: Float32Array.of(threshold, 0, 0),
      left: Int32Array.of(1, 0, 0),
      right: Int32Array.of(2, 0, 0),
      missingLeft: Uint8Array.of(0, 0, 0),
      value: Float32Array.of(0, 1, 2),
      gain: Float32Array.of(1, 0, 0),
      rows: Float64Array.of(30, 15, 15),
      categories: [categories ?? null, null, null],
    });
    const ensemble = {
      trees: [tree(900, 0.5), tree(WIDE - 1, 0, Uint8Array.of(1, 0)), tree(7, -1.5)],
      features: WIDE,
      classes: 1,
      base: Float64Array.of(10),
    };
    const bytes = ensembleToOnnx(ensemble, encodings, null);
    const { graph } = fromBinary(ModelProtoSchema, bytes);
    if (!graph) throw new Error('a model has a graph');
    const ensembleNode = graph.node.find(({ opType }) => opType === 'TreeEnsembleRegressor');
    expect(graph.input.length).toBe(WIDE);
    expect(columnSources(graph, ensembleNode?.input[0] ?? '')?.map(({ column }) => column)).toEqual([
      'c7',
      'c900',
      'c1099',
    ]);
    const scorer = await openScorer(bytes, { threads: 1 });
    const scores = await scorer.score(frame);
    await scorer.close();
    expect(scores).toEqual({
      kind: 'numbers',
      predictions: Float32Array.from(
        { length: 30 },
        (_, row) => 10 + (cellAt(row, 900) <= 0.5 ? 1 : 2) + (row % 2 === 0 ? 1 : 2) + (cellAt(row, 7) <= -1.5 ? 1 : 2),
      ),
    });
  });
});
