import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { CalibrationResult } from '../../shared/contract/calibration.ts';
import { answerOf, ask } from '../helpers/command-line.ts';

let folder = '';
const answered = (...args: string[]) => answerOf(join(folder, 'workspace'), args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-calibrated-'));
  const random = seededRandom(8);
  // A quarter of the answers are chance: deep trees on few rows are far too sure of themselves.
  const rows = Array.from({ length: 6000 }, () => {
    const [a, b] = [random() * 4 - 2, random() * 4 - 2];
    const word = random() < 0.5 ? 'left' : 'right';
    const signal = a + (word === 'left' ? b : -b) > 0;
    const answer = random() < 0.25 ? random() < 0.5 : signal;
    return `${a.toFixed(4)},${b.toFixed(4)},${word},${answer ? 'yes' : 'no'},${(3 * a + random()).toFixed(3)}`;
  });
  await writeFile(join(folder, 'rows.csv'), ['a,b,word,answer,size', ...rows].join('\n'));
  await answered('import', join(folder, 'rows.csv'), '--name', 'rows');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const Trained = z.object({
  calibration: CalibrationResult.nullable(),
  metrics: z.record(z.string(), z.number().nullable()),
  model: z.object({ name: z.string(), version: z.number() }),
});
const train = async (...args: string[]) =>
  Trained.parse(
    await answered(
      'train',
      'rows',
      '--target',
      'answer',
      '--exclude',
      'size',
      '--algorithm',
      'forest',
      '--param',
      'trees=20',
      'minRows=1',
      ...args,
    ),
  );

describe('a calibrated training', () => {
  it('by validation rows says before and after on test rows, and its report judges the calibrated graph', async () => {
    const plain = await train();
    const { calibration, metrics } = await train('--calibrate', 'platt');
    expect(plain.calibration).toBeNull();
    expect(calibration).toMatchObject({ kind: 'platt', learntFrom: 'validation' });
    expect(calibration?.before).toBeGreaterThan(0);
    expect(metrics['logLoss'] ?? 9).toBeLessThan(plain.metrics['logLoss'] ?? 0);
  });

  it('with folds learns from rows outside of them, all that are no test rows, and chooses the curve that is needed', async () => {
    const { calibration, model } = await train('--calibrate', 'auto', '--folds', '3');
    expect(calibration).toMatchObject({ kind: 'isotonic', learntFrom: 'outOfFold', rows: 4800 });
    expect(calibration?.after ?? 1).toBeLessThan(0.6 * (calibration?.before ?? 0));
    // Trained again from its manifest it is the same model, byte for byte.
    expect(await answered('train', '--from-run', `${model.name}@${model.version}`)).toMatchObject({
      isSame: true,
      hash: { isEqual: true },
    });
    const out = join(folder, 'scores.csv');
    await answered('predict', `${model.name}@${model.version}`, '--in', 'rows', '--out', out);
    const [head = '', ...lines] = (await readFile(out, 'utf8')).trim().split('\n');
    const at = head.split(',').findIndex((name) => name === 'probability_yes');
    expect(at, head).toBeGreaterThanOrEqual(0);
    // Flat parts of the curve: far fewer distinct probabilities than rows.
    expect(new Set(lines.map((line) => line.split(',')[at])).size).toBeLessThan(1500);
  });

  it('refuses to calibrate numbers, in words', async () => {
    const args = ['train', 'rows', '--target', 'size', '--algorithm', 'linear', '--calibrate', 'platt'];
    const { code, answer } = await ask(join(folder, 'workspace'), args);
    expect(code).not.toBe(0);
    expect(answer.error.message).toMatch(/no probabilities/);
  });
});
