import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { EvaluationReport } from '../../shared/contract/evaluation.ts';
import { DriftReport } from '../../shared/contract/monitoring.ts';
import { ask } from '../helpers/command-line.ts';
import { seededUnit } from '../helpers/random-ensembles.ts';

const ROWS = 500;
let folder: string;
let workspace: string;

const drydock = (...args: readonly string[]) => ask(workspace, args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-labels-'));
  workspace = join(folder, 'workspace');
  const unit = seededUnit(8);
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const [heat, load] = [unit(), unit()];
    const site = ['north', 'south'][row % 2] ?? '';
    // More noise than a column that is left out for knowing the answer.
    const noise = (): number => unit() - 0.5;
    const late = Number(heat + noise() > 0.6);
    const broken = Number(load + noise() > 0.5);
    return [heat.toFixed(3), load.toFixed(3), site, late, row % 9 === 0 ? '' : broken].join(',');
  });
  await writeFile(join(folder, 'machines.csv'), `heat,load,site,late,broken\n${lines.join('\n')}\n`);
  await drydock('import', join(folder, 'machines.csv'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('learns several labels at once, judges each, scores a file, and leaves as a verified bundle', {
  timeout: 240_000,
}, async () => {
  const params = ['--param', 'epochs=20'];
  const trained = await drydock('train', 'machines', '--target', 'late,broken', '--algorithm', 'network', ...params);
  expect(trained.code).toBe(0);
  expect(trained.answer).toMatchObject({
    model: {
      name: 'machines-labels',
      task: 'multilabel',
      target: { column: 'late,broken', over: null, labels: ['late', 'broken'] },
      classes: ['late', 'broken'],
    },
    testRows: 100,
  });
  const evaluated = await drydock('evaluate', 'machines-labels', '--on', 'machines');
  const labels = EvaluationReport.shape.labels.parse(evaluated.answer['labels']);
  // Every ninth row does not know whether it broke.
  expect(labels?.map(({ label, rows }) => [label, rows])).toEqual([
    ['late', ROWS],
    ['broken', ROWS - Math.ceil(ROWS / 9)],
  ]);
  for (const { label, metrics } of labels ?? [])
    expect(metrics.find(({ name }) => name === 'rocAuc')?.value, label).toBeGreaterThan(0.7);
  // One part of all rows: what is realised there is what an evaluation says.
  const watched = await drydock(
    ...['drift', '--reference', 'machines', '--current', 'machines', '--model', 'machines-labels', '--chunk', '500'],
  );
  const [part] = DriftReport.shape.chunks.parse(watched.answer['chunks']);
  const { logLoss } = z.object({ logLoss: z.number() }).parse(evaluated.answer['metrics']);
  expect(part?.performance).toMatchObject({ metric: 'logLoss', rows: ROWS, value: expect.closeTo(logLoss, 12) });
  const out = join(folder, 'scored.csv');
  expect((await drydock('predict', 'machines-labels', '--in', 'machines', '--out', out)).code).toBe(0);
  const [head = '', ...rows] = (await readFile(out, 'utf8')).trim().split('\n');
  expect(head.split(',').slice(5)).toEqual(['label_late', 'probability_late', 'label_broken', 'probability_broken']);
  for (const row of rows.slice(0, 50)) {
    const [late, ofLate, broken, ofBroken] = row.split(',').slice(5).map(Number);
    expect(late).toBe(Number((ofLate ?? 0) >= 0.5));
    expect(broken).toBe(Number((ofBroken ?? 0) >= 0.5));
  }
  const bundle = await drydock('export', 'machines-labels', '--out', join(folder, 'bundle'));
  expect(bundle.answer).toMatchObject({ verified: true });
});

it('refuses an algorithm that knows one answer only, and a column that is no label by its row', async () => {
  const trees = await drydock('train', 'machines', '--target', 'late,broken', '--algorithm', 'boosting');
  expect(trees.code).not.toBe(0);
  expect(trees.answer).toMatchObject({ error: { remedy: 'Use --algorithm network.' } });
  const words = await drydock('train', 'machines', '--target', 'late,site', '--algorithm', 'network');
  expect(words.answer).toMatchObject({ error: { message: expect.stringContaining('"site" is "north" in row 1') } });
});
