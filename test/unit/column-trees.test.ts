import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { explainedAnswers } from '../../electron/compute/explain/attribution.ts';
import { openTreeAttributor } from '../../electron/compute/explain/explain-trees.ts';
import { explainedTrees } from '../../electron/compute/explain/explained-trees.ts';
import { inspectModelTrees } from '../../electron/compute/explain/inspect-model-trees.ts';
import { type Frame, type FrameColumn, takeRows } from '../../electron/compute/frame/frame.ts';
import { adaptModel, parseModel } from '../../electron/compute/onnx/adapt-model.ts';
import type { ScorerInput } from '../../electron/compute/onnx/column-tensor.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../../electron/compute/onnx/graph-builder.ts';
import { openScorer, type Scores, scoreFrame } from '../../electron/compute/onnx/scorer.ts';
import { floatBelow } from '../../electron/compute/trees/import/float-bounds.ts';
import { type TreeUnit, treeUnits } from '../../electron/compute/trees/import/tree-units.ts';
import { averagePathLength } from '../../electron/compute/trees/isolation/path-length.ts';
import type { ColumnEncoding } from '../../electron/compute/trees/table.ts';
import { ensembleToOnnx } from '../../electron/compute/trees/to-onnx.ts';
import { AWKWARD_FLOATS, type EnsembleShape, randomEnsemble, seededUnit } from '../helpers/random-ensembles.ts';

const ROWS = 21_000;
const WORDS = Array.from({ length: 12 }, (_, code) => `word ${code}`);
const SHAPE: EnsembleShape = { features: 4, classes: 1, trees: 30, depth: 5, category: 2, codes: 12 };

function frameOf(rows: number): Frame {
  const unit = seededUnit(11);
  const numbers = (): Float64Array =>
    Float64Array.from({ length: rows }, () => (unit() < 0.1 ? Number.NaN : Math.round((unit() - 0.5) * 80) / 20));
  // Words that were never learnt, empty text and missing ones among them.
  const dictionary = [...WORDS, 'unknown', ''];
  const codes = Int32Array.from({ length: rows }, () => Math.floor(unit() * 15) - 1);
  return {
    rows,
    columns: new Map([
      ['a', { kind: 'number', values: numbers() }],
      ['b', { kind: 'number', values: numbers() }],
      ['word', { kind: 'text', codes, dictionary }],
      ['d', { kind: 'number', values: numbers() }],
    ]),
  };
}

const ENCODINGS: ColumnEncoding[] = [
  { kind: 'number', column: 'a' },
  { kind: 'number', column: 'b' },
  { kind: 'category', column: 'word', words: WORDS },
  { kind: 'number', column: 'd' },
];

const part = (frame: Frame, from: number, to: number): Frame =>
  takeRows(
    frame,
    Uint32Array.from({ length: to - from }, (_, row) => from + row),
  );

const numbersOf = (scores: Scores): Float32Array =>
  scores.kind === 'classes' ? scores.probabilities : scores.predictions;

it.each([
  ['two classes', { classes: 1 }, ['no', 'yes'], 'scores'],
  ['three classes', { classes: 3 }, ['x', 'y', 'z'], 'scores'],
  ['shares of three classes', { classes: 3 }, ['x', 'y', 'z'], 'shares'],
  ['a number', { classes: 1 }, null, 'scores'],
] as const)(
  'many rows are scored by the engine for trees, few by ONNX Runtime, to the same answers: %s',
  async (_, classes, labels, answers) => {
    const unit = seededUnit(5);
    const ensemble = randomEnsemble({ ...SHAPE, ...classes }, { unit, float: () => Math.fround((unit() - 0.5) * 4) });
    const scorer = await openScorer(ensembleToOnnx(ensemble, ENCODINGS, labels, answers), { threads: 2 });
    const frame = frameOf(ROWS);
    const many = await scorer.score(frame);
    expect(scorer.engine).toBe('trees');
    const few = [await scorer.score(part(frame, 0, 10_500)), await scorer.score(part(frame, 10_500, ROWS))];
    expect(scorer.engine).toBe('onnxRuntime');
    const wanted = few.flatMap((scores) => [...numbersOf(scores)]);
    const got = numbersOf(many);
    expect(got).toHaveLength(wanted.length);
    expect(
      wanted.findIndex((value, i) => !(Math.abs(value - (got[i] ?? Number.NaN)) <= 1e-6 * (1 + Math.abs(value)))),
    ).toBe(-1);
    if (many.kind === 'classes')
      expect(many.labels).toEqual(few.flatMap((scores) => (scores.kind === 'classes' ? scores.labels : [])));
    await scorer.close();
  },
);

it('a column of words where numbers were learnt is refused as it is without that engine', async () => {
  const unit = seededUnit(5);
  const ensemble = randomEnsemble(SHAPE, { unit, float: () => unit() });
  const scorer = await openScorer(ensembleToOnnx(ensemble, ENCODINGS, null), { threads: 1 });
  const frame = frameOf(ROWS);
  const wrong = new Map(frame.columns).set('a', { kind: 'text', codes: new Int32Array(ROWS), dictionary: ['one'] });
  await expect(scorer.score({ ...frame, columns: wrong })).rejects.toThrow('Column "a" holds text');
  await scorer.close();
});

const FOLDER = new URL('../golden/data/tree-models/', import.meta.url);
const NO_MEANING = { columns: undefined, labels: undefined, scale: undefined };

/** Rows of a model's columns: at its thresholds and a float either side, missing, infinite, nearly nothing and anything else. */
function roughRows(units: readonly TreeUnit[], inputs: readonly ScorerInput[], rows: number): Frame {
  const unit = seededUnit(6);
  const of = <T>(items: readonly T[]): T | undefined => items[Math.floor(unit() * items.length)];
  const columns = inputs.map(({ name, type }): [string, FrameColumn] => {
    if (type === 'string') {
      const dictionary = ['Oslo', 'Rome', 'Ulm', 'never seen', ''];
      return [
        name,
        { kind: 'text', dictionary, codes: Int32Array.from({ length: rows }, () => Math.floor(unit() * 5)) },
      ];
    }
    const bounds = units.flatMap(({ foreign, sources }) =>
      foreign.ensemble.trees.flatMap(({ feature, threshold }) =>
        [...feature.keys()]
          .filter((node) => sources?.[feature[node] ?? -1]?.column === name)
          .flatMap((node) => [
            threshold[node] ?? 0,
            floatBelow(threshold[node] ?? 0),
            -floatBelow(-(threshold[node] ?? 0)),
          ]),
      ),
    );
    const value = (): number => {
      const kind = unit();
      if (kind < 0.4) return of(bounds) ?? (unit() - 0.5) * 4;
      if (kind < 0.5) return of(AWKWARD_FLOATS) ?? 0;
      if (kind < 0.6) return Number.NaN;
      return kind < 0.8 ? Math.floor(unit() * 14) : (unit() - 0.5) * 4;
    };
    return [name, { kind: 'number', values: Float64Array.from({ length: rows }, value) }];
  });
  return { rows, columns: new Map(columns) };
}

/** The words for classes that a file of another library answers itself for a matrix. */
async function ownLabels(bytes: Uint8Array, frame: Frame): Promise<string[]> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const columns = [...frame.columns.values()].map((column) => (column.kind === 'number' ? column.values : undefined));
  const matrix = Float32Array.from({ length: frame.rows * columns.length }, (_, cell) => {
    const values = columns[cell % columns.length];
    return Number(values?.[Math.floor(cell / columns.length)] ?? Number.NaN);
  });
  const x = new Tensor('float32', matrix, [frame.rows, columns.length]);
  const [label = ''] = session.outputNames;
  const answers = await session.run({ [session.inputNames[0] ?? '']: x }, [label]);
  await session.release();
  return Array.from(answers[label]?.data ?? [], String);
}

it.each([
  ['sklearn-boosting-classes', 'explained'],
  ['sklearn-tree', 'explained'],
  ['xgboost-poisson', 'explained'],
  ['lightgbm-categorical', 'explained'],
  ['sklearn-boosting-exponential', 'explained'],
  ['sklearn-zip-columns', 'explained'],
  // A node a tree, from whose leaves tables and formulas make a score.
  ['sklearn-isolation', 'explained'],
  // Several ensembles whose answers are joined, words for classes only behind them.
  ['sklearn-bagging', 'asked'],
  ['sklearn-one-against-rest', 'asked'],
  // Features are computed from columns of numbers and words.
  ['sklearn-pipeline', 'asked'],
] as const)(
  'trees of another library, given columns, are scored by that engine too, whatever stands in the rows: %s',
  async (file, how) => {
    const bytes = readFileSync(new URL(`${file}.onnx`, FOLDER));
    const isMatrix = file !== 'sklearn-pipeline';
    const columns = isMatrix ? Array.from({ length: 8 }, (_, i) => `column ${i}`) : undefined;
    const adapted = adaptModel(parseModel(bytes, file), { ...NO_MEANING, columns });
    const units = (await treeUnits(fromBinary(ModelProtoSchema, adapted.bytes))) ?? [];
    const [many, few] = [
      await openScorer(adapted.bytes, { threads: 2, expectedRows: ROWS }),
      await openScorer(adapted.bytes, { threads: 1 }),
    ];
    const frame = roughRows(units, many.inputs, 10_000);
    const [ours, theirs] = [await many.score(frame), await few.score(frame)];
    expect([many.engine, many.reason, few.engine]).toEqual(['trees', null, 'onnxRuntime']);
    const [got, wanted] = [numbersOf(ours), numbersOf(theirs)];
    expect(got).toHaveLength(wanted.length);
    const far = wanted.findIndex(
      (value, i) => !(Math.abs(value - (got[i] ?? Number.NaN)) <= 1e-6 * (1 + Math.abs(value))),
    );
    expect(far).toBe(-1);
    if (ours.kind === 'classes' && isMatrix) {
      const { labels, probabilities, classes } = ours;
      const own = await ownLabels(bytes, frame);
      const isClear = (row: number): boolean => {
        const [first = 0, second = 0] = probabilities
          .slice(row * classes, (row + 1) * classes)
          .toSorted((a, b) => b - a);
        return first - second > 1e-6;
      };
      expect(own).toHaveLength(frame.rows);
      expect(labels.filter((label, row) => label !== own[row] && isClear(row))).toEqual([]);
    }
    expect((await explainedTrees(adapted.bytes)) === null ? 'asked' : 'explained').toBe(how);
    await many.close();
    await few.close();
  },
);

it("scikit-learn's isolation forest is explained by the lengths of the ways to its leaves", async () => {
  const bytes = readFileSync(new URL('sklearn-isolation.onnx', FOLDER));
  const columns = Array.from({ length: 8 }, (_, i) => `column ${i}`);
  const adapted = adaptModel(parseModel(bytes, ''), { ...NO_MEANING, columns });
  const trees = await explainedTrees(adapted.bytes);
  if (trees === null) throw new Error('no trees');
  const inputs = columns.map((name) => ({ name, type: 'float' }) as const);
  const frame = roughRows([], inputs, 50);
  const attribution = openTreeAttributor(trees, { kind: 'pathDependent', rows: frame }, 1)?.attribute(frame);
  if (!attribution) throw new Error('nothing attributed');
  const scores = numbersOf(await scoreFrame(adapted.bytes, frame));
  // decision = offset - 2^(-sum / (trees c(48))) with an offset that the model chose for its contamination.
  const shares = Array.from(explainedAnswers(attribution), (sum) => 2 ** (-sum / (10 * averagePathLength(48))));
  const [offset = Number.NaN] = shares.map((share, row) => share + (scores[row] ?? Number.NaN));
  for (const [row, share] of shares.entries()) expect(scores[row]).toBeCloseTo(offset - share, 5);
  expect(new Set(scores).size).toBeGreaterThan(20);
});

it('sets of numbers that another library asks for are shown as those numbers', async () => {
  const bytes = readFileSync(new URL('xgboost-categorical.onnx', FOLDER));
  const columns = Array.from({ length: 8 }, (_, i) => `column ${i}`);
  const adapted = adaptModel(parseModel(bytes, ''), { ...NO_MEANING, columns });
  const inspected = await inspectModelTrees(adapted.bytes, null);
  const sets = (inspected?.trees ?? []).flatMap(({ nodes }) => nodes.filter(({ words }) => words !== null));
  expect(sets.length).toBeGreaterThan(5);
  for (const { column, words, hasOthers } of sets) {
    expect([column, hasOthers]).toEqual(['column 5', false]);
    expect(words).not.toEqual([]);
    for (const word of words ?? []) expect(Number(word)).toBeLessThan(12);
  }
});

it('several numbers a row are taken for no classes, and for no answer of one number', () => {
  const bytes = readFileSync(new URL('sklearn-forest-targets.onnx', FOLDER));
  const columns = Array.from({ length: 8 }, (_, i) => `column ${i}`);
  const model = parseModel(bytes, '');
  expect(() => adaptModel(model, { ...NO_MEANING, columns })).toThrow('neither a number, nor classes');
  expect(adaptModel(model, NO_MEANING).task).toBe('tensors');
});

it('trees that read what other trees answer are scored by ONNX Runtime, which says why', async () => {
  const graph = new GraphBuilder('n');
  const tree = (rows: string, output: string): void => {
    const nodes = { nodes_treeids: [0, 0, 0], nodes_nodeids: [0, 1, 2], nodes_featureids: [0, 0, 0] };
    const branches = {
      nodes_truenodeids: [1, 0, 0],
      nodes_falsenodeids: [2, 0, 0],
      nodes_values: Float32Array.of(0.5, 0, 0),
    };
    const leaves = {
      target_treeids: [0, 0],
      target_nodeids: [1, 2],
      target_ids: [0, 0],
      target_weights: Float32Array.of(0, 1),
    };
    const modes = { nodes_modes: ['BRANCH_LEQ', 'LEAF', 'LEAF'], n_targets: 1 };
    graph.add(
      'TreeEnsembleRegressor',
      [rows],
      { ...nodes, ...branches, ...leaves, ...modes },
      { output, domain: 'ai.onnx.ml' },
    );
  };
  tree('a', 'first');
  tree('first', 'prediction');
  const infos = [makeValueInfo('a', FLOAT, ['N', 1]), makeValueInfo('prediction', FLOAT, ['N', 1])] as const;
  const scorer = await openScorer(modelBytes(graph.graph('g', [infos[0]], [infos[1]])), {
    threads: 1,
    expectedRows: ROWS,
  });
  const frame: Frame = { rows: 2, columns: new Map([['a', { kind: 'number', values: Float64Array.of(0, 1) }]]) };
  expect([...numbersOf(await scorer.score(frame))]).toEqual([0, 1]);
  expect([scorer.engine, scorer.reason]).toEqual(['onnxRuntime', 'Some of its trees read what others answer.']);
  await scorer.close();
});
