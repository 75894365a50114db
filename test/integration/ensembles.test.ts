import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { EnsembleResult } from '../../shared/contract/ensembles.ts';
import { answerOf, ask } from '../helpers/command-line.ts';

let folder = '';
const answered = (...args: string[]) => answerOf(join(folder, 'workspace'), args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-ensembles-'));
  const random = seededRandom(8);
  const rows = Array.from({ length: 1500 }, () => {
    const [a, b] = [random() * 4 - 2, random() * 4 - 2];
    const word = random() < 0.5 ? 'left' : 'right';
    const signal = a + 2 * Math.sin(2 * b) + (word === 'left' ? 1 : 0) + random() - 0.5;
    return `${a.toFixed(4)},${b.toFixed(4)},${word},${signal > 0.5 ? 'yes' : 'no'}`;
  });
  await writeFile(join(folder, 'rows.csv'), ['a,b,word,answer', ...rows].join('\n'));
  await answered('import', join(folder, 'rows.csv'), '--name', 'rows');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const Trained = z.object({
  ensemble: EnsembleResult.nullable(),
  metrics: z.record(z.string(), z.number().nullable()),
  leaderboard: z.array(z.object({ algorithm: z.string(), value: z.number() })),
  model: z.object({ name: z.string(), version: z.number(), algorithm: z.string(), inputs: z.array(z.unknown()) }),
});
const train = async (...args: string[]) =>
  Trained.parse(await answered('train', 'rows', '--target', 'answer', ...args));
const expectAgain = async ({ model }: z.infer<typeof Trained>) =>
  expect(await answered('train', '--from-run', `${model.name}@${model.version}`)).toMatchObject({
    isSame: true,
    hash: { isEqual: true },
  });

describe('an ensemble', () => {
  it('of fold models is one model of the same columns, and comes again from its manifest', async () => {
    const bag = await train('--algorithm', 'boosting', '--param', 'rounds=30', '--folds', '3', '--ensemble', 'bagging');
    expect(bag.ensemble).toMatchObject({ kind: 'bagging', members: [{ algorithm: 'boosting' }, {}, {}] });
    expect(bag.model.inputs).toHaveLength(3);
    expect(bag.metrics['rocAuc']).toBeGreaterThan(0.9);
    await expectAgain(bag);
  });

  it('of the best of each algorithm weighs them, is no worse than the best, and comes again', async () => {
    const stack = await train('--algorithm', 'auto', '--ensemble', 'stacking', '--calibrate', 'none');
    expect(stack.model.algorithm).toBe('stacking');
    expect(stack.ensemble?.members.length).toBe(stack.leaderboard.length);
    expect(stack.ensemble?.members.every(({ weights }) => weights.length === 1)).toBe(true);
    expect(stack.metrics['rocAuc']).toBeGreaterThan(0.9);
    await expectAgain(stack);
  });

  it.each([
    [['--algorithm', 'linear', '--ensemble', 'bagging'], /there are no folds/],
    [['--algorithm', 'linear', '--ensemble', 'stacking'], /there is one/],
  ])('is refused where there is nothing to make it of: %j', async (args, message) => {
    const { code, answer } = await ask(join(folder, 'workspace'), ['train', 'rows', '--target', 'answer', ...args]);
    expect(code).not.toBe(0);
    expect(answer.error.message).toMatch(message);
  });
});
