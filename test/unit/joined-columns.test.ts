import { expect, it } from 'vitest';
import { type Frame, type FrameColumn, takeRows } from '../../electron/compute/frame/frame.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../../electron/compute/onnx/graph-builder.ts';
import { joinedColumns } from '../../electron/compute/onnx/joined-columns.ts';
import { openScorer } from '../../electron/compute/onnx/scorer.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const ROWS = 21_000;

/** The sum of five columns, once more the first of them, and 10 where the word is "yes". */
function sumOfColumns(columns: readonly string[]): Uint8Array {
  const graph = new GraphBuilder('n_', [...columns, 'word']);
  const sum = graph.add('ReduceSum', [graph.add('Concat', columns, { axis: 1 }), graph.integers([1])], { keepdims: 1 });
  const isYes = graph.add('Cast', [graph.add('Equal', ['word', graph.strings(['yes'])])], { to: FLOAT });
  const tens = graph.add('Mul', [isYes, graph.float(10)]);
  graph.add('Sum', [sum, columns[0] ?? '', tens], {}, { output: 'prediction' });
  const inputs = [
    ...columns.map((name) => makeValueInfo(name, FLOAT, ['N', 1])),
    makeValueInfo('word', STRING, ['N', 1]),
  ];
  return modelBytes(graph.graph('sum', inputs, [makeValueInfo('prediction', FLOAT, ['N', 1])]), 19);
}

const frame: Frame = {
  rows: ROWS,
  columns: new Map<string, FrameColumn>([
    ...NAMES.map((name, k): [string, FrameColumn] => [
      name,
      {
        kind: 'number',
        values: Float64Array.from({ length: ROWS }, (_, row) => (row % 77 === k ? Number.NaN : row % (k + 3))),
      },
    ]),
    [
      'word',
      { kind: 'text', dictionary: ['yes', 'no'], codes: Int32Array.from({ length: ROWS }, (_, row) => row % 2) },
    ],
  ]),
};

it('a large frame is scored as a small one, its columns written as one matrix', async () => {
  const scorer = await openScorer(sumOfColumns(NAMES), { threads: 1 });
  const few = Uint32Array.from({ length: 5000 }, (_, row) => row);
  const small = await scorer.score(takeRows(frame, few));
  const large = await scorer.score(frame);
  const wrong: Frame = {
    ...frame,
    columns: new Map([...frame.columns, ['c', { kind: 'text', dictionary: ['much'], codes: new Int32Array(ROWS) }]]),
  };
  await expect(scorer.score(wrong)).rejects.toThrow('"c" holds text ("much" in row 1');
  await scorer.close();
  if (small.kind !== 'numbers' || large.kind !== 'numbers') throw new Error('numbers are answered');
  expect(large.predictions.length).toBe(ROWS);
  expect(large.predictions.slice(0, 5000)).toEqual(small.predictions);
  // Row 100: 1 + 0 + 0 + 4 + 2, the first again, and "yes".
  expect(large.predictions[100]).toBe(1 + 0 + 0 + 4 + 2 + 1 + 10);
});

it('few columns are left as they are', () => {
  expect(joinedColumns(sumOfColumns(NAMES))?.columns).toEqual(NAMES);
  expect(joinedColumns(sumOfColumns(NAMES.slice(0, 3)))).toBeNull();
});
