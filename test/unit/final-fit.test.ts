import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { finalFit } from '../../electron/services/training/final-fit.ts';
import { TrainingRows } from '../../electron/services/training/training-rows.ts';
import { runTrial } from '../../electron/services/training/trial.ts';
import { TrainingRequest } from '../../shared/contract/training.ts';
import { silentTask } from '../helpers/silent-task.ts';
import { writeRows } from '../helpers/write-rows.ts';

test('what was chosen is fitted in the time in which it was judged, also after the budget', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-final-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'rows.parquet');
  await writeRows(
    "SELECT sin(i) AS a, CASE WHEN sin(i) > 0 THEN 'yes' ELSE 'no' END AS class FROM range(300) t(i)",
    path,
  );
  const context = silentTask(folder);
  const rows = await TrainingRows.read(
    {
      path,
      columns: [
        { name: 'a', type: 'number', storageType: 'DOUBLE', role: 'feature' },
        { name: 'class', type: 'text', storageType: 'VARCHAR', role: 'feature' },
      ],
      request: TrainingRequest.parse({ dataset: 'rows', target: { column: 'class', over: null }, include: ['a'] }),
      testPath: null,
      from: null,
    },
    context.signal,
  );
  const around = { seed: 1, providers: ['cpu' as const] };
  const item = { trial: 1, algorithm: 'network', params: { epochs: 3 }, rung: 0, share: 1, outer: null };
  const outcome = await runTrial(
    rows,
    [],
    { ...item, judges: 'inner' },
    {
      ...around,
      ...{ threads: 1, folder, signal: context.signal, endsAt: Number.POSITIVE_INFINITY },
      ...{ shouldStop: () => false, progress: () => undefined, measure: () => undefined, log: () => undefined },
    },
  );
  const ended = { item: { ...item, judges: 'inner' as const }, atSeconds: 0 };
  const final = (seconds: number) =>
    finalFit(
      rows,
      { ...ended, outcome: { ...outcome, fittedPath: null, seconds } },
      { ...around, context, endsAt: performance.now() },
    );
  expect((await final(0)).stoppedBecause).toMatch(/^budget used up/);
  expect((await final(3600)).stoppedBecause).toMatch(/^3 epochs/);
});
