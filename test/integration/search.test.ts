import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDb, quoteLiteral } from '../../electron/compute/frame/duckdb.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import type { JobEvent, JobStarted } from '../../shared/contract/jobs.ts';
import type { SearchRequest, Trial } from '../../shared/contract/search.ts';
import { TrainingResult } from '../../shared/contract/training.ts';
import { runCommand } from '../helpers/command-line.ts';
import { childrenOf, type EngineProcess, startEngine } from '../helpers/engine-process.ts';

const ROWS = 1500;
const TRIALS = 8;

/** Rows of 100 groups over a year; the answer depends on a, on the word, and a little on the group. */
function table(): string {
  const random = seededRandom(11);
  const lines = ['a,b,word,client,day,bought'];
  for (let row = 0; row < ROWS; row++) {
    const [a, b, client] = [random() * 4 - 2, random() * 10, Math.floor(random() * 100)];
    const word = ['red', 'green', 'blue'][Math.floor(random() * 3)] ?? 'red';
    const signal = 1.4 * a + (word === 'red' ? 1 : 0) + (client % 7) * 0.1 - 0.6 + (random() - 0.5) * 5;
    const day = new Date(Date.UTC(2025, 0, 1 + Math.floor((row * 365) / ROWS))).toISOString().slice(0, 10);
    lines.push(`${a.toFixed(4)},${b.toFixed(3)},${word},client ${client},${day},${signal > 0 ? 'yes' : 'no'}`);
  }
  return lines.join('\n');
}

const SEARCH: SearchRequest = {
  method: 'bayesian',
  trials: TRIALS,
  ranges: {
    leaves: { kind: 'integer', low: 3, high: 40, isLog: true },
    learningRate: { kind: 'float', low: 0.02, high: 0.3, isLog: true },
  },
  warmStart: null,
};

/** What does not depend on the clock. */
const timeless = (trials: readonly Trial[]) => trials.map(({ seconds: _, atSeconds: __, ...rest }) => rest);

let folder: string;
let workspace: string;
let engine: EngineProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-search-'));
  workspace = join(folder, 'workspace');
  writeFileSync(join(folder, 'shop.csv'), table());
  engine = await startEngine(workspace);
  const source = { kind: 'path', path: join(folder, 'shop.csv') } as const;
  await engine.finish(await engine.client.datasets.import({ source, name: 'shop', options: {} }));
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

const question = {
  dataset: 'shop',
  target: { column: 'bought', over: null },
  algorithm: 'boosting',
  exclude: ['client'],
  params: { rounds: 120 },
  seed: 5,
} as const;

type Request = Parameters<EngineProcess['client']['training']['train']>[0];

const start = (name: string, more: Partial<Request> = {}): Promise<JobStarted> =>
  engine.client.training.train({ ...question, exclude: [...question.exclude], name, search: SEARCH, ...more });

async function finished(started: Promise<JobStarted>): Promise<{ readonly result: TrainingResult }> {
  const { jobId } = await started;
  await engine.finish({ jobId });
  return { result: TrainingResult.parse((await engine.client.jobs.get({ jobId })).result) };
}

describe('a search', () => {
  let unbroken: TrainingResult;

  it('tries what it was asked to, tells each trial, and says which runs cannot be told apart', async () => {
    const { jobId } = await start('unbroken');
    const told: Trial[] = [];
    for await (const event of await engine.client.jobs.watch({ jobId })) {
      const seen: JobEvent = event;
      if (seen.kind === 'tried') told.push(seen.trial);
    }
    unbroken = TrainingResult.parse((await engine.client.jobs.get({ jobId })).result);
    expect(unbroken.trials.map(({ trial }) => trial)).toEqual(Array.from({ length: TRIALS }, (_, k) => k + 1));
    expect(told.map(({ trial }) => trial).sort((a, b) => a - b)).toEqual(unbroken.trials.map(({ trial }) => trial));
    // The first is the algorithm as it comes, so that a search is never worse.
    expect(unbroken.trials[0]?.params).toEqual({ rounds: 120 });
    expect(new Set(unbroken.trials.map(({ params }) => JSON.stringify(params))).size).toBe(TRIALS);
    const chosen = unbroken.leaderboard.find(({ isChosen }) => isChosen);
    expect(chosen?.difference).toBeNull();
    for (const { difference, isTied, isChosen } of unbroken.leaderboard) {
      if (isChosen || difference === null) continue;
      expect(difference.lower).toBeLessThanOrEqual(difference.value);
      expect(difference.upper).toBeGreaterThanOrEqual(difference.value);
      expect(isTied).toBe(difference.lower <= 0 && difference.upper >= 0);
    }
    expect(unbroken.choice).toContain('Boosted trees');
  }, 60_000);

  it.skipIf(process.platform !== 'linux')(
    'whose processes are killed at random comes to the same trials and the same model, bit by bit',
    async () => {
      const random = seededRandom(20261126);
      const { jobId } = await start('killed');
      let kills = 0;
      for (let attempt = 0; attempt < 20; attempt++) {
        const ended = engine.finish({ jobId }).then(
          () => true,
          () => true,
        );
        const isOver = await Promise.race([ended, wait(200 + random() * 700).then(() => false)]);
        if (!isOver) {
          const workers = engine.workers();
          const trials = workers.flatMap((worker) => childrenOf(worker));
          const what = random();
          // One that runs trials, the one that leads them, or the whole engine.
          const [victim] = what < 0.4 && trials.length > 0 ? trials : workers;
          if (what > 0.8) {
            await engine.kill();
            engine = await startEngine(workspace);
          } else if (victim !== undefined) process.kill(victim, 'SIGKILL');
          kills += 1;
          if (what < 0.4) continue;
          if (what <= 0.8) await ended;
        }
        const { state } = await engine.client.jobs.get({ jobId });
        if (state === 'succeeded') break;
        if (state !== 'running') await engine.client.jobs.resume({ jobId });
      }
      await engine.finish({ jobId });
      const killed = TrainingResult.parse((await engine.client.jobs.get({ jobId })).result);
      expect(kills).toBeGreaterThan(0);
      expect(timeless(killed.trials)).toEqual(timeless(unbroken.trials));
      expect(killed.model.metrics).toEqual(unbroken.model.metrics);
      expect(killed.model.hash).toBe(unbroken.model.hash);
    },
    120_000,
  );

  it('that knows an earlier one begins with its best', async () => {
    const { result } = await finished(
      start('warm', { search: { ...SEARCH, trials: 3, warmStart: `unbroken@${unbroken.model.version}` } }),
    );
    const [earlier, now] = [
      result.trials.filter(({ isEarlier }) => isEarlier),
      result.trials.filter(({ isEarlier }) => !isEarlier),
    ];
    expect(earlier).toHaveLength(TRIALS);
    expect(now).toHaveLength(3);
    const best = earlier.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0))[0];
    expect(now[0]?.params).toEqual(best?.params);
    expect(now[0]?.value).toBe(best?.value);
    await expect(
      start('other', { target: { column: 'word', over: null }, search: { ...SEARCH, warmStart: 'unbroken' } }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }, 60_000);

  it('that is told to stop keeps the best of what it tried', async () => {
    const { jobId } = await start('stopped', { search: { ...SEARCH, trials: 500 } });
    for await (const event of await engine.client.jobs.watch({ jobId })) {
      const seen: JobEvent = event;
      if (seen.kind === 'tried' && seen.trial.trial === 3) break;
    }
    await engine.client.jobs.cancel({ jobId, keepBest: true });
    await engine.finish({ jobId });
    const result = TrainingResult.parse((await engine.client.jobs.get({ jobId })).result);
    expect(result.trials.length).toBeGreaterThanOrEqual(3);
    expect(result.trials.length).toBeLessThan(500);
    expect(result.model.name).toBe('stopped');
  }, 60_000);

  it('that is paused holds its workers still, and goes on where it was', async () => {
    const { jobId } = await start('paused', { search: { ...SEARCH, trials: 500 } });
    for await (const event of await engine.client.jobs.watch({ jobId })) if (event.kind === 'tried') break;
    const paused = await runCommand(['jobs', 'pause', jobId, '--workspace', workspace, '--json', '--quiet']);
    expect(JSON.parse(paused.stdout)).toMatchObject({ job: { state: 'running', isPaused: true } });
    const tried = async (): Promise<number> => {
      let count = 0;
      const stop = AbortSignal.timeout(500);
      try {
        for await (const event of await engine.client.jobs.watch({ jobId }, { signal: stop }))
          if (event.kind === 'tried') count += 1;
      } catch {
        // The stream ends where it is cut.
      }
      return count;
    };
    // Trials that were under way when it was paused may end yet.
    let held = -1;
    await expect
      .poll(
        async () => {
          const before = held;
          held = await tried();
          return held === before;
        },
        { interval: 1500, timeout: 40_000 },
      )
      .toBe(true);
    await wait(1000);
    expect(await tried()).toBe(held);
    await engine.client.jobs.resume({ jobId });
    let seen = 0;
    for await (const event of await engine.client.jobs.watch({ jobId })) {
      if (event.kind === 'tried') seen += 1;
      if (seen > held + 1) break;
    }
    await engine.client.jobs.cancel({ jobId });
    await expect(engine.finish({ jobId })).rejects.toThrow(/cancelled/);
  }, 60_000);

  it('without an end, or over a parameter that is not there, is refused in words', async () => {
    await expect(finished(start('endless', { search: { ...SEARCH, trials: null } }))).rejects.toThrow(
      /INVALID_ARGUMENT.*without an end/,
    );
    const ranges = { leafs: SEARCH.ranges['leaves'] ?? { kind: 'choice' as const, options: [1] } };
    await expect(finished(start('misspelt', { search: { ...SEARCH, ranges } }))).rejects.toThrow(
      /no parameter \\"leafs\\"/,
    );
  }, 60_000);

  it('inside of every fold gives a figure of rows that it never saw', async () => {
    const { result } = await finished(
      start('nested', {
        search: { ...SEARCH, method: 'random', trials: 2 },
        crossValidation: { kind: 'stratified', folds: 3, repeats: 1, column: null, gap: 0, isNested: true },
      }),
    );
    expect(result.crossValidated).toMatchObject({ isNested: true });
    expect(result.crossValidated?.folds).toHaveLength(3);
    expect(result.trials).toHaveLength(2);
    expect(result.trials[0]?.folds).toHaveLength(3);
  }, 120_000);
});

describe('the choice of an algorithm in a time', () => {
  it('tries every kind, judges few rows by folds, and says why it chose', async () => {
    const { result } = await finished(start('auto', { algorithm: 'auto', params: {}, search: null, budgetSeconds: 8 }));
    expect(new Set(result.trials.map(({ algorithm }) => algorithm)).size).toBeGreaterThanOrEqual(3);
    expect(result.leaderboard.filter(({ isChosen }) => isChosen)).toHaveLength(1);
    expect(result.choice).toMatch(/did best|was taken/);
    expect(result.crossValidated?.folds).toHaveLength(5);
    expect(result.calibration).toMatchObject({ learntFrom: 'outOfFold', rows: 1200 });
  }, 60_000);
});

describe('cross-validation on the command line', () => {
  const train = (...args: string[]) =>
    runCommand([
      'train',
      'shop',
      '--target',
      'bought',
      '--algorithm',
      'linear',
      '--workspace',
      workspace,
      '--json',
      '--quiet',
      ...args,
    ]);

  it('keeps groups together, and what was said of each row by a model that had not learnt from it', async () => {
    const { code, stdout } = await train('--folds', '4', '--group', 'client', '--name', 'grouped');
    expect(code).toBe(0);
    const result: TrainingResult = JSON.parse(stdout);
    expect(result.crossValidated?.folds).toHaveLength(4);
    expect(result.crossValidated?.metrics.find(({ name }) => name === 'rocAuc')?.value).toBeGreaterThan(0.7);
    await using database = await DuckDb.open();
    const files = readdirSync(join(workspace, 'models')).filter((name) => name.endsWith('.parquet'));
    const counts: number[] = [];
    for (const name of files) {
      const path = quoteLiteral(join(workspace, 'models', name));
      const columns = (await database.describe(`SELECT * FROM read_parquet(${path})`)).map((column) => column.name);
      if (columns.join() !== 'row,target,probability_0,probability_1') continue;
      const [[rows, distinct, off] = []] = await database.rows(
        `SELECT count(*)::DOUBLE, count(DISTINCT row)::DOUBLE, max(abs(probability_0 + probability_1 - 1)) FROM read_parquet(${path})`,
      );
      expect(rows).toBe(distinct);
      expect(off).toBeLessThan(1e-6);
      counts.push(Number(rows));
    }
    expect(counts).toContain(result.trainRows + result.validationRows);
  }, 60_000);

  it('by time with a gap learns only from the past, and refuses what is no time', async () => {
    const { code, stdout } = await train(
      '--folds',
      '3',
      '--fold-time',
      'day',
      '--gap',
      '20',
      '--repeats',
      '1',
      '--name',
      'timed',
    );
    expect(code).toBe(0);
    const { crossValidated } = JSON.parse(stdout);
    expect(crossValidated.folds).toHaveLength(3);
    const out = join(folder, 'out-of-fold.csv');
    const written = await runCommand([
      'predict',
      'timed',
      '--out-of-fold',
      '--out',
      out,
      '--workspace',
      workspace,
      '--quiet',
    ]);
    expect([written.code, written.stderr]).toEqual([0, '']);
    const [head, ...lines] = readFileSync(out, 'utf8').trim().split('\n');
    expect(head).toBe('row,target,probability_0,probability_1');
    // Its figures are of these rows: each was judged once.
    const pairs = lines.map((line) => line.split(',').map(Number));
    const squares = pairs.reduce((sum, [, target = 0, , p = 0]) => sum + (p - target) ** 2, 0) / pairs.length;
    expect(squares).toBeCloseTo(
      Number(crossValidated.metrics.find(({ name }: { name: string }) => name === 'brier')?.value),
      6,
    );
    const refused = await train('--folds', '3', '--fold-time', 'word', '--name', 'untimed');
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout).error.message).toMatch(/"word" is no column of times/);
  }, 60_000);
});

describe('a training once more from its manifest', () => {
  const again = (model: string) =>
    runCommand(['train', '--from-run', model, '--workspace', workspace, '--json', '--quiet']);

  it('comes to the same metrics and the same bytes, and says no when the metrics differ', async () => {
    const { code, stdout } = await again('unbroken');
    expect(code).toBe(0);
    const same = JSON.parse(stdout);
    expect(same).toMatchObject({ isSame: true, hash: { isEqual: true }, differences: [] });
    expect(same.metrics.length).toBeGreaterThan(10);
    await engine.stop();
    const database = new Database(join(workspace, 'drydock.db'));
    database
      .prepare(
        "UPDATE model_versions SET document = json_set(document, '$.metrics[0].value', 0.5) WHERE name = 'unbroken'",
      )
      .run();
    database.close();
    engine = await startEngine(workspace);
    const differing = await again('unbroken');
    expect(differing.code).toBe(3);
    expect(JSON.parse(differing.stdout)).toMatchObject({ isSame: false });
  }, 60_000);
});
