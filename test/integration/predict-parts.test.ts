import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DuckDb, quoteLiteral } from '../../electron/compute/frame/duckdb.ts';
import { answerColumns, writeAnswers } from '../../electron/services/evaluation/answer-parts.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-answers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('keeps labels, probabilities and row numbers of more than one chunk, with quotes in names, and NaN as NULL', async () => {
  await using database = await DuckDb.open();
  const rows = 5000;
  const classes = ["it's", 'no "way"'];
  const probabilities = Float32Array.from({ length: rows * 2 }, (_, i) => (i === 7 ? Number.NaN : (i % 97) / 97));
  const labels = Array.from({ length: rows }, (_, row) => classes[row % 2] ?? '');
  const path = join(folder, 'part.parquet');
  const names = { classes, anomalyThreshold: null };
  await writeAnswers(database, { kind: 'classes', classes: 2, probabilities, labels }, { ...names, path, from: 1000 });
  expect(answerColumns(names)).toEqual(['label', "probability_it's", 'probability_no "way"']);
  const read = await database.rows(`SELECT * FROM read_parquet(${quoteLiteral(path)}) ORDER BY r`);
  expect(read).toHaveLength(rows);
  for (const [row, [r, label, first, second]] of read.entries()) {
    expect(r).toBe(BigInt(1000 + row));
    expect(label).toBe(labels[row]);
    expect(first).toBe(probabilities[row * 2]);
    expect(second).toBe(row === 3 ? null : probabilities[row * 2 + 1]);
  }
});

it('labels scores above the threshold of an anomaly model, compared as floats', async () => {
  await using database = await DuckDb.open();
  const path = join(folder, 'scores.parquet');
  const predictions = Float32Array.of(0.1, Math.fround(0.6), 0.61);
  await writeAnswers(
    database,
    { kind: 'numbers', predictions },
    { classes: null, anomalyThreshold: 0.6, path, from: 0 },
  );
  const read = await database.rows(`SELECT label FROM read_parquet(${quoteLiteral(path)}) ORDER BY r`);
  expect(read.flat()).toEqual(['normal', 'normal', 'anomaly']);
});

it('writes a file for no rows at all', async () => {
  await using database = await DuckDb.open();
  const path = join(folder, 'empty.parquet');
  const scores = { kind: 'classes', classes: 0, probabilities: new Float32Array(), labels: [] } as const;
  await writeAnswers(
    database,
    { ...scores, labels: [] },
    { classes: ['a', 'b'], anomalyThreshold: null, path, from: 0 },
  );
  expect(await database.rows(`SELECT * FROM read_parquet(${quoteLiteral(path)})`)).toEqual([]);
});
