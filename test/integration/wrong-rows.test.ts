import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDb } from '../../electron/compute/frame/duckdb.ts';
import { predictTask } from '../../electron/services/evaluation/predict-task.ts';
import { trainTask } from '../../electron/services/training/train-task.ts';
import { TrainingRows } from '../../electron/services/training/training-rows.ts';
import type { ColumnType } from '../../shared/contract/datasets.ts';
import { TrainingRequest } from '../../shared/contract/training.ts';
import { fixtureModel } from '../helpers/bundle-workspace.ts';
import { silentTask } from '../helpers/silent-task.ts';

let folder: string;
let database: DuckDb;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-wrong-rows-'));
  database = await DuckDb.open();
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** 60 rows as Parquet, some columns replaced. */
async function fileOf(rows: string, replaced: string): Promise<string> {
  const path = join(folder, `${++files}.parquet`);
  const columns = replaced === '' ? '*' : `* REPLACE (${replaced})`;
  await database.writeParquet(`SELECT ${columns} FROM (${rows}) ORDER BY i`, path);
  return path;
}
const typed = (types: Readonly<Record<string, ColumnType>>) =>
  Object.entries(types).map(([name, type]) => ({ name, type, storageType: '', role: 'feature' as const }));

describe('a training', () => {
  const TYPES = { i: 'integer', a: 'number', class: 'text', amount: 'number', weight: 'number' } as const;
  const rows = `SELECT i, sin(i) AS a, CASE WHEN i % 3 = 0 THEN 'yes' ELSE 'no' END AS class, cos(i) AS amount, 1.0::DOUBLE AS weight FROM range(60) t(i)`;
  const read = async (column: string, replaced: string, where = 'true') =>
    TrainingRows.read(
      {
        path: await fileOf(`SELECT * FROM (${rows}) WHERE ${where}`, replaced),
        columns: typed(TYPES),
        request: TrainingRequest.parse({
          dataset: 'rows',
          target: { column, over: null },
          weights: 'weight',
          include: ['a'],
        }),
        testPath: null,
        from: null,
      },
      new AbortController().signal,
    );

  it.each([
    ['no row at all', 'class', '', 'false', 'The dataset has no rows.'],
    ['one row', 'class', '', 'i = 0', 'The target "class" is always "yes" (1 row); there is nothing to learn.'],
    ['no answer', 'class', 'NULL::VARCHAR AS class', 'true', 'The target "class" is missing in every row.'],
    ['one class', 'class', "'yes' AS class", 'true', 'The target "class" is always "yes" (60 rows)'],
    ['a row a class', 'class', '', 'i < 2', 'The split leaves no row for the test part.'],
    [
      'no weight above zero',
      'class',
      '0.0::DOUBLE AS weight',
      'true',
      'No row is left to learn from: in 60 of 60 rows the weight "weight" is missing or not positive.',
    ],
    [
      'an infinite weight',
      'class',
      "CASE WHEN i = 9 THEN 'inf'::DOUBLE ELSE 1.0 END AS weight",
      'true',
      'Row 10, column "weight": Infinity is beyond 1e+18, the largest weight',
    ],
    [
      'a weight too large to add up',
      'amount',
      'CASE WHEN i = 9 THEN 1e300 ELSE 1.0 END AS weight',
      'true',
      'Row 10, column "weight": 1e+300 is beyond',
    ],
    [
      'an answer too large to square',
      'amount',
      'CASE WHEN i = 17 THEN -1e30 ELSE amount END AS amount',
      'true',
      'Row 18, column "amount": -1e+30 is beyond 1e+18, the largest answer',
    ],
  ])('refuses %s, naming what is wrong and what to do', async (_, column, replaced, where, words) => {
    await expect(read(column, replaced, where)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(words),
      remedy: expect.any(String),
    });
  });

  it('that diverges keeps the best of before, which is not fitted again on all rows', async () => {
    const path = await fileOf(rows, '');
    const request = TrainingRequest.parse({
      dataset: 'rows',
      target: { column: 'amount', over: null },
      ...{ include: ['a'], exclude: ['class', 'weight'], algorithm: 'network', seed: 1 },
      params: { optimiser: 'sgd', learningRate: 0.5, momentum: 0.99, hidden: [32, 32, 32], batchRows: 8, epochs: 60 },
    });
    const source = { path, columns: typed(TYPES), request, testPath: null, from: null };
    const { summary, manifest, evaluation } = await trainTask(
      { ...source, providers: ['cpu'], earlier: [] },
      silentTask(await mkdtemp(join(folder, 'task-'))),
    );
    expect(summary.stoppedBecause).toMatch(/^diverged in epoch \d+, the best before is kept, epoch \d+ kept$/);
    expect(manifest.fit?.rows).toBe('train');
    for (const { value } of evaluation.metrics) expect(value === null || Number.isFinite(value)).toBe(true);
  });

  it('leaves out rows without an answer that can be learnt, and tells how many', async () => {
    const { dropped } = await read(
      'amount',
      "CASE WHEN i = 1 THEN 'inf'::DOUBLE WHEN i = 2 THEN 'nan'::DOUBLE WHEN i > 3 THEN amount END AS amount, CASE WHEN i = 9 THEN 'nan'::DOUBLE WHEN i = 8 THEN -1.0 ELSE 1.0 END AS weight",
    );
    expect(dropped).toEqual({ 'target missing or infinite': 4, 'weight missing or not positive': 2 });
  });
});

describe('scoring', () => {
  const TYPES = { age: 'integer', income: 'number', city: 'text', job: 'text' } as const;
  const rows = `SELECT i, 20 + i AS age, 100.0::DOUBLE * i AS income, 'north' AS city, 'cook' AS job FROM range(60) t(i)`;
  const score = async (replaced: string, ending: string) => {
    const out = join(folder, `${files}.${ending}`);
    await predictTask(
      {
        onnxPath: fixtureModel('tabular.onnx'),
        path: await fileOf(rows, replaced),
        inputs: Object.keys(TYPES),
        trained: typed(TYPES),
        image: null,
        classes: ['no', 'yes'],
        anomalyThreshold: null,
        hasLabels: false,
        out,
      },
      silentTask(await mkdtemp(join(folder, 'task-'))),
    );
    return readFile(out, 'utf8');
  };

  it.each([
    [
      'text where numbers were learnt',
      "CASE WHEN i = 4 THEN 'abc' ELSE income::VARCHAR END AS income",
      'Column "income" holds text ("abc" in row 5 of those scored); the model was trained on numbers.',
    ],
    [
      'dates where numbers were learnt',
      "DATE '2020-01-01' AS income",
      'Column "income" holds dates; the model was trained on numbers.',
    ],
    [
      'dates where text was learnt',
      "DATE '2020-01-01' AS city",
      'Column "city" holds dates; the model was trained on text.',
    ],
    [
      'times where numbers were learnt',
      "TIME '12:00:00' AS age",
      'Column "age" holds times of day; the model was trained on numbers.',
    ],
  ])('refuses %s by column', async (_, replaced, words) => {
    await expect(score(replaced, 'csv')).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: words,
      remedy: expect.any(String),
    });
  });

  it.each([
    ['numbers where words were learnt, as words', 'i AS city'],
    ['yes and no where numbers were learnt', 'i > 3 AS age'],
    ['a column of text without a word, as missing', 'NULL::VARCHAR AS income'],
    ['missing and infinite numbers', "CASE WHEN i % 2 = 0 THEN 'nan'::DOUBLE ELSE '-inf'::DOUBLE END AS income"],
    ['numbers no float can hold', '-1e308::DOUBLE AS income'],
  ])('takes %s, and writes lines that are JSON', async (_, replaced) => {
    const lines = (await score(replaced, 'jsonl')).trim().split('\n');
    expect(lines).toHaveLength(60);
    for (const line of lines) expect(Object.keys(JSON.parse(line))).toContain('probability_yes');
    if (replaced.includes('inf')) expect(lines.slice(0, 2).join()).toMatch(/"income":null.*"income":"-Infinity"/s);
  });
});
