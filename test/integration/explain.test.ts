import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../helpers/command-line.ts';
import { startEngine } from '../helpers/engine-process.ts';

const GOLDEN = fileURLToPath(new URL('../golden/data/explain/', import.meta.url));

let folder: string;
const drydock = (...args: readonly string[]) => ask(join(folder, 'workspace'), args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-explain-'));
  const [head = '', ...lines] = (await readFile(join(GOLDEN, 'regression.csv'), 'utf8')).trim().split('\n');
  await writeFile(join(folder, 'rides.csv'), [head, ...lines.slice(0, 300)].join('\n'));
  await writeFile(join(folder, 'before.csv'), [head, ...lines.slice(1000, 1100)].join('\n'));
  await copyFile(join(GOLDEN, 'models', 'lightgbm-3-classes.onnx'), join(folder, 'levels.onnx'));
  await drydock('import', join(folder, 'rides.csv'));
  await drydock('import', join(folder, 'before.csv'));
  await drydock('import', join(folder, 'levels.onnx'), '--columns', 'mnth,hr,temp,hum,windspeed,workingday');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('drydock explain', () => {
  it('gives the values of an independent library for an imported ensemble, over background rows', async () => {
    const { code, answer } = await drydock(
      'explain',
      'levels',
      '--on',
      'rides',
      '--background',
      'before',
      '--rows',
      '25',
    );
    expect(code).toBe(0);
    expect(answer).toMatchObject({ method: 'treeShapInterventional', scale: 'classScores', loss: null });
    const { cases } = JSON.parse(await readFile(join(GOLDEN, 'expected.json'), 'utf8'));
    const { expected, tolerance } = cases.find(
      (one: { id: string }) => one.id === 'lightgbm-3-classes/shap-interventional',
    );
    expect(answer.features).toEqual(['mnth', 'hr', 'temp', 'hum', 'windspeed', 'workingday']);
    const [got, wanted] = [[answer.base, answer.values].flat(9), [expected.baseValue, expected.values].flat(9)];
    expect(got).toHaveLength(wanted.length);
    for (const [at, value] of wanted.entries())
      expect(Math.abs(Number(got[at]) - value)).toBeLessThanOrEqual(tolerance.abs + tolerance.rel * Math.abs(value));
  });

  it('is not all: trees of an imported file can be looked at too', async () => {
    const { client, stop } = await startEngine(join(folder, 'workspace'));
    expect(await client.models.inspect({ model: 'levels' })).toMatchObject({
      kind: 'trees',
      trees: 75,
      answers: 'scores',
    });
    const { label, nodes } = await client.models.tree({ model: 'levels', tree: 1 });
    expect([label, nodes[0]?.column]).toEqual(['1', 'hr']);
    await stop();
  });

  it('counts rows of the data where an imported file does not, and says so', async () => {
    const { answer } = await drydock('explain', 'levels', '--on', 'rides', '--rows', '2');
    expect(answer).toMatchObject({ method: 'treeShapPathDependent', importanceRows: 300 });
    expect(answer.notes).toEqual([expect.stringContaining('300 rows of these data were counted')]);
  });

  it('explains trees that were trained here by their own rows, with what shuffling each column costs', async () => {
    await drydock('train', 'rides', '--target', '__target', '--algorithm', 'boosting', '--name', 'demand');
    const { code, answer } = await drydock('explain', 'demand', '--rows', '5');
    expect(code).toBe(0);
    expect(answer).toMatchObject({
      method: 'treeShapPathDependent',
      scale: 'answer',
      loss: 'rmse',
      notes: [],
      part: 'test',
    });
    for (const [row, { answers }] of answer.rows.entries()) {
      const sum = answer.values[row].reduce((all: number, value: number) => all + value, answer.base);
      expect(sum).toBeCloseTo(answers[0], 2);
    }
    expect(answer.importance[0]).toMatchObject({ column: 'hr', permuted: { rise: expect.any(Number) } });
    expect(answer.types[answer.columns.indexOf('hr')]).toBe('number');
    const [hour] = answer.effects;
    expect([hour.column, answer.effectRows, answer.effects.length]).toEqual(['hr', 60, answer.columns.length]);
    const [average] = hour.average;
    expect(average).toHaveLength(hour.grid.length);
    // More ride in the afternoon than in the small hours.
    expect(average.at(-4)).toBeGreaterThan(average[2]);
    expect(hour.accumulated.effects[0]).toHaveLength(hour.accumulated.edges.length);
  });

  it('is followed by stress: what the same model loses when columns go wrong, the worst first', async () => {
    const { code, answer } = await drydock('stress', 'demand');
    expect(code).toBe(0);
    expect(answer).toMatchObject({ part: 'test', metric: { name: 'rmse', isHigherBetter: false } });
    const losses = answer.cases.map(({ loss }: { loss: number }) => loss);
    expect(losses).toEqual(losses.toSorted((a: number, b: number) => b - a));
    expect(
      answer.cases.some((one: { column: string; lossLower: number }) => one.column === 'hr' && one.lossLower > 0),
    ).toBe(true);
    const refused = await drydock('stress', 'levels', '--on', 'before');
    expect(refused.answer.error).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('refuses what it cannot explain before anything runs: a dataset without the columns', async () => {
    await copyFile(join(GOLDEN, 'models', 'sklearn-tree.onnx'), join(folder, 'bare.onnx'));
    await drydock('import', join(folder, 'bare.onnx'), '--name', 'bare', '--columns', 'a,b,c,d,e,f');
    const { code, answer } = await drydock('explain', 'bare', '--on', 'rides');
    expect(code).toBe(1);
    expect(answer.error).toMatchObject({ code: 'BAD_INPUT', details: { missing: ['a', 'b', 'c', 'd', 'e', 'f'] } });
  });
});
