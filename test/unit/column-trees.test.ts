import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Frame, takeRows } from '../../electron/compute/frame/frame.ts';
import { adaptModel, parseModel } from '../../electron/compute/onnx/adapt-model.ts';
import { openScorer, type Scores } from '../../electron/compute/onnx/scorer.ts';
import type { ColumnEncoding } from '../../electron/compute/trees/table.ts';
import { ensembleToOnnx } from '../../electron/compute/trees/to-onnx.ts';
import { type EnsembleShape, randomEnsemble, seededUnit } from '../helpers/random-ensembles.ts';

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

it.each(['sklearn-boosting-classes.onnx', 'sklearn-tree.onnx', 'xgboost-poisson.onnx', 'lightgbm-categorical.onnx'])(
  'trees of another library, given columns, are scored by that engine too: %s',
  async (file) => {
    const bytes = readFileSync(new URL(`../golden/data/tree-models/${file}`, import.meta.url));
    const names = Array.from({ length: 8 }, (_, i) => `column ${i}`);
    const adapted = adaptModel(parseModel(bytes, file), { columns: names, labels: undefined, scale: undefined });
    const unit = seededUnit(6);
    const frame: Frame = {
      rows: ROWS,
      columns: new Map(
        names.map((name, i) => {
          const value = (): number => (i === 5 ? Math.floor(unit() * 14) : (unit() - 0.5) * (i === 7 ? 4e6 : 4));
          const isHoled = !file.startsWith('sklearn');
          const values = Float64Array.from({ length: ROWS }, () => (isHoled && unit() < 0.05 ? Number.NaN : value()));
          return [name, { kind: 'number', values }];
        }),
      ),
    };
    const scorer = await openScorer(adapted.bytes, { threads: 2 });
    const got = numbersOf(await scorer.score(frame));
    expect(scorer.engine).toBe('trees');
    const few = [await scorer.score(part(frame, 0, 10_500)), await scorer.score(part(frame, 10_500, ROWS))];
    expect(scorer.engine).toBe('onnxRuntime');
    const wanted = few.flatMap((scores) => [...numbersOf(scores)]);
    const far = wanted.findIndex(
      (value, i) => !(Math.abs(value - (got[i] ?? Number.NaN)) <= 1e-5 * (1 + Math.abs(value))),
    );
    expect(far).toBe(-1);
    await scorer.close();
  },
);
