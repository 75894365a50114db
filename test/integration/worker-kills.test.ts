import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import type { TrainingRequest } from '../../shared/contract/training.ts';
import { type EngineProcess, startEngine } from '../helpers/engine-process.ts';
import { broken, type StartJob, unbroken } from '../helpers/killed-jobs.ts';

/**
 * Kills of each kind of training: one here; by hand as many as are asked for, as in
 * `DRYDOCK_TEST_KILLS=50 npx vitest run test/integration/worker-kills.test.ts`.
 */
const KILLS = Number(process.env['DRYDOCK_TEST_KILLS'] ?? 1);
/** Many kills meet longer trainings, so that most of them find a checkpoint. */
const LONGER = KILLS > 1 ? 4 : 1;
/** A job is killed so often at most before it comes to its end. */
const KILLS_A_JOB = 4;
/** A moment may come too late: so many jobs that ended before it are let pass. */
const LATE_JOBS = 10 + KILLS;

const DIGITS = fileURLToPath(new URL('../fixtures/digits-few.zip', import.meta.url));
const ROWS = 4000;
/** So many words that a linear model is approached step by step. */
const WORD_STEPS = [1, 3, 7, 9, 11, 13, 17, 19, 21];

/** Numbers with gaps and words; a class, a second one and a number that depend on them. */
function table(rows: number, wordSteps: readonly number[]): string {
  const random = seededRandom(8);
  const lines = Array.from({ length: rows }, (_, row) => {
    const [a, b, c] = [random() * 4 - 2, random() * 100, random()];
    const signal = a * 1.5 + b / 50 + Math.sin(5 * a) + random() - 0.5;
    const word = ['red', 'green', 'blue'][row % 3] ?? '';
    const words = wordSteps.map((step) => `w${(row * step) % 250}`);
    const answers = [signal > 1 ? 'yes' : 'no', Number(signal + c > 1.5), Number(b > 60), (10 * signal).toFixed(3)];
    return [a.toFixed(4), random() < 0.1 ? '' : b.toFixed(3), c.toFixed(4), word, ...words, ...answers].join(',');
  });
  const header = ['a', 'b', 'c', 'word', ...wordSteps.map((step) => `w${step}`), 'class', 'high', 'far', 'amount'];
  return `${header.join(',')}\n${lines.join('\n')}\n`;
}

const trainOn =
  (dataset: string, column: string, request: Partial<TrainingRequest>): StartJob =>
  ({ client }) =>
    client.training.train({
      dataset,
      target: { column, over: null },
      exclude: dataset === 'digits' ? [] : ['class', 'high', 'far', 'amount'].filter((name) => name !== column),
      seed: 5,
      ...request,
    });
const trainTable = (algorithm: string, params: TrainingRequest['params'], column = 'class'): StartJob =>
  trainOn('rows', column, { algorithm, params });
const trainDigits = (algorithm: string, params: TrainingRequest['params']): StartJob =>
  trainOn('digits', 'label', { algorithm, params });

const EPOCHS = { epochs: 40 * LONGER, patience: 500 };
const KINDS: Readonly<Record<string, StartJob>> = {
  'linear, solved exactly': trainTable('linear', {}),
  'linear, approached step by step': trainOn('words', 'class', { algorithm: 'linear', params: { strength: 0.1 } }),
  network: trainTable('network', { ...EPOCHS, hidden: [64, 32], batchRows: 64, schedule: 'onPlateau' }),
  'network of several labels': ({ client }) =>
    client.training.train({
      dataset: 'rows',
      target: { column: 'high', over: null, labels: ['high', 'far'] },
      exclude: ['class', 'amount'],
      algorithm: 'network',
      params: { ...EPOCHS, optimiser: 'sgd', momentum: 0.9, learningRate: 0.01, batchRows: 64, schedule: 'cosine' },
    }),
  'network by TensorFlow.js': trainTable('network', {
    epochs: 12 * LONGER,
    patience: 500,
    engine: 'tensorflow',
    batchRows: 64,
  }),
  boosting: trainTable('boosting', { rounds: 300 * LONGER, patience: 2000, leaves: 63, rowShare: 0.8 }),
  forest: trainTable('forest', { trees: 80 * LONGER, leaves: 256 }),
  'extra trees': trainTable('extraTrees', { trees: 60 * LONGER, leaves: 256 }, 'amount'),
  'isolation forest': ({ client }) =>
    client.training.detect({ dataset: 'rows', params: { trees: 500 * LONGER, contamination: 0.02 } }),
  'linear on pixels': trainDigits('pixels', { epochs: 100 * LONGER, patience: 500 }),
  'convolutional network': trainDigits('convnet', { ...EPOCHS, side: 16, filters: [8, 16] }),
  'transfer learning with a tuned layer': trainOn('digits', 'label', {
    from: 'seeing',
    algorithm: 'transfer',
    params: { epochs: 80 * LONGER, patience: 500, hidden: [32], tuneLayers: 1, tuneEpochs: 40 },
  }),
  'fine-tuning with a tuned layer': trainOn('rows', 'amount', {
    from: 'base',
    algorithm: 'finetune',
    params: { ...EPOCHS, tuneLayers: 1, tuneEpochs: 40 },
  }),
  'calibrated bagging over folds': trainOn('rows', 'class', {
    algorithm: 'boosting',
    params: { rounds: 40, patience: 40 },
    ensemble: 'bagging',
    calibration: 'isotonic',
    crossValidation: { kind: 'stratified', folds: 3, repeats: 1, column: null, gap: 0, isNested: false },
  }),
};

describe.skipIf(process.platform !== 'linux')('a worker that is killed at random moments of a training', () => {
  let folder = '';
  let engine: EngineProcess;
  const met: Record<string, string> = {};
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'drydock-worker-kills-'));
    writeFileSync(join(folder, 'rows.csv'), table(ROWS, []));
    writeFileSync(join(folder, 'words.csv'), table(ROWS / 2, WORD_STEPS));
    engine = await startEngine(join(folder, 'workspace'));
    const sources = { rows: join(folder, 'rows.csv'), words: join(folder, 'words.csv'), digits: DIGITS };
    for (const [name, path] of Object.entries(sources))
      await engine.finish(await engine.client.datasets.import({ source: { kind: 'path', path }, name, options: {} }));
    const bases = [
      trainOn('rows', 'class', { algorithm: 'network', params: { epochs: 3, hidden: [32, 16] }, name: 'base' }),
      trainOn('digits', 'label', {
        algorithm: 'convnet',
        params: { epochs: 3, side: 16, filters: [8, 16] },
        name: 'seeing',
      }),
    ];
    for (const start of bases) await engine.finish(await start(engine));
  });
  afterAll(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
    if (KILLS > 1) console.log(JSON.stringify(met, null, 1));
  });

  it.each(Object.entries(KINDS))(
    '%s: comes to the model and the figures of an unbroken one',
    {
      timeout: 300_000 * Math.max(1, KILLS),
    },
    async (name, start) => {
      const whole = await unbroken(engine, start);
      const random = seededRandom(Number(process.env['DRYDOCK_TEST_SEED'] ?? 3));
      let [kills, resumed, late] = [0, 0, 0];
      while (kills < KILLS && late < LATE_JOBS) {
        const one = await broken(engine, start, { ...whole, kills: Math.min(KILLS_A_JOB, KILLS - kills), random });
        expect(one.outcome).toEqual(whole.outcome);
        kills += one.kills;
        resumed += one.resumed;
        late += Number(one.kills === 0);
      }
      expect(kills).toBe(KILLS);
      met[name] = `${kills} kills, ${resumed} fits resumed from a checkpoint, ${Math.round(whole.tookMs)} ms unbroken`;
    },
  );
});
