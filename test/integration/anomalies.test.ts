import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../helpers/command-line.ts';
import { seededUnit } from '../helpers/random-ensembles.ts';
import { rankingArea } from '../helpers/ranking-area.ts';

const ROWS = 600;
let folder: string;
let workspace: string;

const drydock = (...args: readonly string[]) => ask(workspace, args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-anomalies-'));
  workspace = join(folder, 'workspace');
  const unit = seededUnit(4);
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const off = row % 50 === 0 ? 40 : 0;
    return `${row + 1},${(unit() * 10 + off).toFixed(2)},${(unit() * 10 - off).toFixed(2)},${off > 0 ? 'lathe' : ['mill', 'press'][row % 2]}`;
  });
  await writeFile(join(folder, 'machines.csv'), `part,heat,wear,machine\n${lines.join('\n')}\n`);
  await drydock('import', join(folder, 'machines.csv'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('learns without a target what is usual, registers it, and scores rows with a label beside each', async () => {
  const trained = await drydock('train', 'machines', '--algorithm', 'isolationForest', '--param', 'contamination=0.02');
  expect(trained.code).toBe(0);
  expect(trained.answer).toMatchObject({
    model: { name: 'machines-anomalies', task: 'anomaly', target: null, classes: null },
    trainRows: 480,
    testRows: 120,
    excluded: [{ column: 'part' }],
    anomaly: { heldOutRows: 120, contamination: 0.02 },
  });
  const out = join(folder, 'scored.csv');
  expect((await drydock('predict', 'machines-anomalies', '--in', 'machines', '--out', out)).code).toBe(0);
  const rows = (await readFile(out, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  expect(rows[0]).toEqual(['part', 'heat', 'wear', 'machine', 'prediction', 'label']);
  const body = rows.slice(1);
  const isPlanted = body.map(([part]) => Number((Number(part) - 1) % 50 === 0));
  expect(
    rankingArea(
      isPlanted,
      body.map(([, , , , score]) => Number(score)),
    ),
  ).toBeGreaterThan(0.99);
  const labels = body.map(([, , , , , label]) => label);
  expect(new Set(labels)).toEqual(new Set(['normal', 'anomaly']));
  expect(labels.filter((label) => label === 'anomaly').length).toBeLessThan(ROWS * 0.05);
});

it('comes to the same scores from its manifest, and says of what surrounds it what differs', async () => {
  const again = await drydock('train', '--from-run', 'machines-anomalies');
  expect(again.code).toBe(0);
  expect(again.answer).toMatchObject({ isSame: true, hash: { isEqual: true }, differences: [] });
  const metrics = again.answer['metrics'];
  expect(metrics).toContainEqual(expect.objectContaining({ name: 'contamination', original: 0.02, again: 0.02 }));
});

it('learns all rows and scores those of another dataset, the same once more, and refuses one that is not there', async () => {
  await writeFile(join(folder, 'later.csv'), 'part,heat,wear,machine\n1,5,5,mill\n2,45,-35,lathe\n3,2,3,press\n');
  await drydock('import', join(folder, 'later.csv'));
  const name = 'judged-on-later';
  const trained = await drydock(
    ...['train', 'machines', '--algorithm', 'isolationForest', '--test', 'later', '--name', name],
  );
  expect(trained.answer).toMatchObject({ trainRows: ROWS, testRows: 3, anomaly: { heldOutRows: 3 } });
  expect((await drydock('train', '--from-run', name)).answer).toMatchObject({ isSame: true, differences: [] });
  const missing = await drydock('train', 'machines', '--algorithm', 'isolationForest', '--test', 'latr');
  expect(missing.answer['error']).toMatchObject({ code: 'NOT_FOUND' });
});

it('refuses to judge such a model by answers, and a target’s absence with any other algorithm', async () => {
  const judged = await drydock('evaluate', 'machines-anomalies', '--on', 'machines');
  expect(judged.code).not.toBe(0);
  expect(judged.answer['error']).toMatchObject({ code: 'INVALID_ARGUMENT' });
  const untargeted = await drydock('train', 'machines', '--algorithm', 'forest');
  expect(untargeted.answer['error']).toMatchObject({ message: 'A target is needed.' });
});
