import { readFileSync } from 'node:fs';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { accumulatedEffects } from '../../electron/compute/explain/accumulated-effects.ts';
import { answerScale } from '../../electron/compute/explain/answer-scale.ts';
import { columnImportance, explainedAnswers } from '../../electron/compute/explain/attribution.ts';
import { openTreeAttributor } from '../../electron/compute/explain/explain-trees.ts';
import { explainedTrees, scoresOf } from '../../electron/compute/explain/explained-trees.ts';
import { partialDependence } from '../../electron/compute/explain/partial-dependence.ts';
import { permutationImportance } from '../../electron/compute/explain/permutation-importance.ts';
import { shapleyByAsking } from '../../electron/compute/explain/shapley-by-asking.ts';
import { type Frame, type FrameColumn, withColumn } from '../../electron/compute/frame/frame.ts';
import { openTreeGraph } from '../../electron/compute/trees/import/open-tree-graph.ts';
import { ensembleToOnnx } from '../../electron/compute/trees/to-onnx.ts';
import { rawScores } from '../../electron/compute/trees/tree.ts';
import { type Dump, ensembleOfDump } from '../helpers/dumped-ensembles.ts';

const FOLDER = new URL('../golden/data/explain/', import.meta.url);
const numbers = (...values: number[]) => ({ kind: 'number' as const, values: Float64Array.from(values) });

function regressionRows(rows: number) {
  const [head = '', ...lines] = readFileSync(new URL('regression.csv', FOLDER), 'utf8').trim().split('\n');
  const names = head.split(',').slice(0, 6);
  const cells = lines.slice(0, rows).map((line) => line.split(',').map(Number));
  const frame: Frame = {
    rows,
    columns: new Map(names.map((name, at) => [name, numbers(...cells.map((row) => row[at] ?? Number.NaN))])),
  };
  return { names, frame, matrix: Float32Array.from(cells.flatMap((row) => row.slice(0, 6))) };
}

describe('trees of a model file', () => {
  it.each([
    'lightgbm-binary',
    'lightgbm-3-classes',
    'sklearn-boosting-binary',
    'sklearn-forest-binary',
    'sklearn-tree',
    'xgboost-regression',
  ])('are explained by scores from which the model answers: %s', async (name) => {
    const graph = await openTreeGraph(readFileSync(new URL(`models/${name}.onnx`, FOLDER)));
    if (typeof graph === 'string') throw new Error(graph);
    const foreign = graph?.units[0]?.foreign;
    const ensemble = foreign && scoresOf(foreign);
    if (!graph || !ensemble) throw new Error('no trees that are sums');
    const { matrix } = regressionRows(60);
    const answers = await graph.run({ input: new Tensor('float32', matrix, [60, 6]) });
    await graph.close();
    const last = Object.values(answers).at(-1)?.data;
    if (!(last instanceof Float32Array)) throw new Error('no floats');
    const isBinary = ensemble.classes === 1 && last.length === 120;
    const wanted = Float64Array.from(isBinary ? last.filter((_, at) => at % 2 === 1) : last);
    const scale = answerScale(rawScores(ensemble, matrix), wanted, ensemble.classes);
    const expected = name.includes('3-classes') ? 'classScores' : /lightgbm|boosting/.test(name) ? 'logOdds' : 'answer';
    expect(scale).toBe(expected);
  });

  it('keep how many training rows reached each node when they leave as ONNX and come back', async () => {
    const dump: Dump = JSON.parse(readFileSync(new URL('models/sklearn-tree.json', FOLDER), 'utf8'));
    const { names, frame } = regressionRows(40);
    const grown = ensembleOfDump(dump, 6, new Float64Array(1));
    const bytes = ensembleToOnnx(
      grown,
      names.map((column) => ({ kind: 'number', column })),
      null,
    );
    const found = await explainedTrees(bytes);
    if (!found) throw new Error('no trees');
    const [before] = grown.trees;
    const [after] = found.ensemble.trees;
    expect(after?.rows.toSorted()).toEqual(before?.rows.toSorted());
    const attributor = openTreeAttributor(found, { kind: 'pathDependent', rows: frame }, 1);
    expect(attributor?.hasOwnCounts).toBe(true);
    const attribution = attributor?.attribute(frame);
    expect(attribution?.columns).toEqual(names);
    expect(attribution?.base[0]).toBeCloseTo(143.96983, 4);
  });
});

describe('attributions by asking', () => {
  /** Two effects, one of them of two columns together, and columns without any. */
  const frame: Frame = {
    rows: 3,
    columns: new Map<string, FrameColumn>([
      ['a', numbers(1, 2, 3)],
      ['b', numbers(5, -1, 2)],
      ['c', { kind: 'text', codes: Int32Array.of(0, 1, 0), dictionary: ['x', 'y'] }],
      ...Array.from({ length: 8 }, (_, k) => [`none ${k}`, numbers(k, k, k)] as const),
    ]),
  };
  const background: Frame = {
    rows: 2,
    columns: new Map(
      [...frame.columns].map(([name, column]) => [
        name,
        column.kind === 'number'
          ? numbers(0, 10)
          : { kind: 'text' as const, codes: Int32Array.of(1, 0), dictionary: ['z', 'x'] },
      ]),
    ),
  };
  const score = async (rows: Frame): Promise<Float64Array> => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => rows.columns.get(name));
    if (a?.kind !== 'number' || b?.kind !== 'number' || c?.kind !== 'text') throw new Error('another frame');
    return a.values.map(
      (value, row) => 2 * value * (b.values[row] ?? 0) + (c.dictionary[c.codes[row] ?? -1] === 'x' ? 7 : 0),
    );
  };
  const few = (of: Frame): Frame => ({ rows: of.rows, columns: new Map([...of.columns].slice(0, 3)) });

  it('are exact for few columns: each of two columns that act together gets half of what they add', async () => {
    const found = await shapleyByAsking(few(frame), {
      columns: ['a', 'b', 'c'],
      background: few(background),
      outputs: 1,
      score,
      seed: 0,
    });
    // Worths for the first row, over (0, 0, x) and (10, 10, z): none 103.5, a 13.5, b 53.5, a and b 13.5, c always 3.5 more.
    expect(found.base[0]).toBeCloseTo(103.5, 10);
    expect(found.values[0]).toBeCloseTo((13.5 - 103.5 + (13.5 - 53.5)) / 2, 10);
    expect(found.values[1]).toBeCloseTo((53.5 - 103.5 + (13.5 - 13.5)) / 2, 10);
    expect(found.values[2]).toBeCloseTo(3.5, 10);
    expect(columnImportance(found).map(({ column }) => column)).toEqual(['a', 'b', 'c']);
  });

  it('add up to the answers, and give nothing to columns without effect, for many columns too', async () => {
    const columns = [...frame.columns.keys()];
    const found = await shapleyByAsking(frame, { columns, background, outputs: 1, score, seed: 3 });
    const again = await shapleyByAsking(frame, { columns, background, outputs: 1, score, seed: 3 });
    expect(found).toEqual(again);
    for (const [row, answer] of (await score(frame)).entries())
      expect(explainedAnswers(found)[row]).toBeCloseTo(answer, 8);
    for (let at = 3; at < columns.length; at++) expect(found.values[at]).toBeCloseTo(0, 10);
  });
});

describe('permutation importance', () => {
  it('is the rise of the loss when a column is shuffled, and nothing for a column that the model does not look at', async () => {
    const values = Array.from({ length: 400 }, (_, row) => row / 400);
    const frame: Frame = {
      rows: 400,
      columns: new Map([
        ['seen', numbers(...values)],
        ['unseen', numbers(...values)],
      ]),
    };
    const loss = async (rows: Frame): Promise<number> => {
      const seen = rows.columns.get('seen');
      if (seen?.kind !== 'number') throw new Error('another frame');
      return seen.values.reduce((sum, value, row) => sum + (value - (values[row] ?? 0)) ** 2, 0) / 400;
    };
    const [first, second] = await permutationImportance(frame, {
      columns: ['unseen', 'seen'],
      repeats: 20,
      seed: 1,
      loss,
    });
    expect([first?.column, second]).toEqual(['seen', { column: 'unseen', rise: 0, deviation: 0 }]);
    // Twice the variance of a uniform column: 1 / 6.
    expect(first?.rise).toBeCloseTo(1 / 6, 1);
    expect(first?.deviation).toBeGreaterThan(0);
  });
});

describe('effects of a column', () => {
  const word: FrameColumn = { kind: 'text', codes: Int32Array.of(0, 1, 1, -1), dictionary: ['b', 'a'] };
  const frame: Frame = {
    rows: 4,
    columns: new Map<string, FrameColumn>([
      ['x', numbers(1, 2, 4, Number.NaN)],
      ['same', numbers(5, 5, 5, 5)],
      ['word', word],
    ]),
  };
  /** Two answers a row: 3 x + (word is "a"), and x times itself; a missing x counts as 0. */
  const score = async (rows: Frame): Promise<Float64Array> => {
    const [x, words] = [rows.columns.get('x'), rows.columns.get('word')];
    if (x?.kind !== 'number' || words?.kind !== 'text') throw new Error('no such columns');
    return Float64Array.from(
      Array.from(x.values).flatMap((cell, row) => {
        const value = Number.isNaN(cell) ? 0 : cell;
        return [3 * value + Number(words.dictionary[words.codes[row] ?? -1] === 'a'), value ** 2];
      }),
    );
  };
  const asked = { outputs: 2, score };

  it('is the mean answer with every row holding the value, each output for itself', async () => {
    const found = await partialDependence(frame, { ...asked, column: 'x', resolution: 20, percentiles: [0, 1] });
    expect(found.grid).toEqual([1, 2, 4]);
    expect([...found.average]).toEqual([3.5, 1, 6.5, 4, 12.5, 16]);
    expect([...found.individual.subarray(0, 8)]).toEqual([3, 1, 4, 1, 4, 1, 3, 1]);
  });

  it('takes words by how often they come, and none that no row holds', async () => {
    const found = await partialDependence(frame, { ...asked, column: 'word', resolution: 20, percentiles: [0, 1] });
    expect(found.grid).toEqual(['a', 'b']);
    expect([...found.average]).toEqual([6.25, 5.25, 5.25, 5.25]);
  });

  it('adds up what small moves do, centred over the rows that hold a number', async () => {
    const { edges, effects, counts } = await accumulatedEffects(frame, { ...asked, column: 'x', bins: 3 });
    expect([...edges, ...counts]).toEqual([1, 2, 4, 2, 1]);
    // Steps of 3 and 6; two rows lie in the first bin, at its middle 1.5, one in the second, at 6.
    expect([...effects].filter((_, at) => at % 2 === 0)).toEqual([-3, 0, 6]);
    expect(effects.at(-1)).toBeCloseTo(15 - (1.5 * 2 + 9) / 3, 12);
  });

  it('has nothing to say of a column that is constant or empty, and no order for words', async () => {
    expect(await accumulatedEffects(frame, { ...asked, column: 'same', bins: 5 })).toEqual({
      edges: Float64Array.of(5),
      effects: new Float64Array(2),
      counts: new Int32Array(0),
    });
    const empty = withColumn(frame, 'x', numbers(...new Array<number>(4).fill(Number.NaN)));
    const found = await partialDependence(empty, { ...asked, column: 'x', resolution: 20, percentiles: [0, 1] });
    expect(found.grid).toEqual([]);
    expect((await accumulatedEffects(empty, { ...asked, column: 'x', bins: 5 })).edges).toHaveLength(0);
    await expect(accumulatedEffects(frame, { ...asked, column: 'word', bins: 5 })).rejects.toThrow('"word"');
  });
});
