import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nativePart } from '../../electron/compute/tfjs/native-part.ts';
import { runCommand } from '../helpers/command-line.ts';

const run = promisify(execFile);
const SCRIPT = resolve(import.meta.dirname, '..', 'helpers', 'train-by-tensorflow.ts');
const SETUP_LIMIT_MS = 540_000;

const Answer = z.object({
  results: z.array(
    z.object({
      task: z.string(),
      ours: z.array(z.number()),
      theirs: z.array(z.number()),
      ran: z.array(z.string()),
      engine: z.string(),
      farthest: z.number(),
    }),
  ),
  isResumed: z.boolean(),
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-tensorflow-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isPossible =
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  ['python3', 'g++'].every((name) => (process.env.PATH ?? '').split(':').some((path) => existsSync(join(path, name))));

/** Sets the native part up where it is not and can be; the second run finds it. */
async function hasNativePart(): Promise<boolean> {
  if (nativePart() !== null) return true;
  if (!isPossible) {
    console.warn('tfjs-node is not set up and cannot be here (Linux x64, python3, g++): only WebAssembly is tested.');
    return false;
  }
  console.warn('Setting up tfjs-node (once; a minute or two) ...');
  const workspace = await mkdtemp(join(tmpdir(), 'drydock-setup-'));
  const { code, stderr } = await runCommand(['setup', 'tfjs-node', '--workspace', workspace]);
  await rm(workspace, { recursive: true, force: true });
  if (code !== 0) console.warn(`tfjs-node could not be set up, only WebAssembly is tested: ${stderr.slice(-600)}`);
  return code === 0;
}

async function compare(env: NodeJS.ProcessEnv) {
  const { stdout } = await run(process.execPath, [SCRIPT], { env: { ...process.env, ...env }, timeout: 240_000 });
  return Answer.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

const ENGINES = [
  ['its native part', /^TensorFlow\.js 4\.\d+\.\d+ on tfjs-node \(TensorFlow 2\.\d+\.\d+\)$/, {}],
  ['WebAssembly', /^TensorFlow\.js 4\.\d+\.\d+ on WebAssembly$/, { DRYDOCK_TFJS_NODE: '/nowhere' }],
] as const;

describe.each(ENGINES)('TensorFlow.js on %s', (name, label, env) => {
  it('learns what ONNX Runtime learns, and leaves as a model of equal answers', {
    timeout: SETUP_LIMIT_MS,
  }, async (context) => {
    if (name !== 'WebAssembly' && !(await hasNativePart())) return context.skip();
    const { results, isResumed } = await compare(env);
    expect(results).toHaveLength(4);
    for (const { task, ours, theirs, ran, engine, farthest } of results) {
      expect(engine).toMatch(label);
      expect(ran).toEqual([engine]);
      for (const [at, loss] of theirs.entries())
        expect(Math.abs(loss - (ours[at] ?? Number.NaN)), task).toBeLessThan(1e-3 * Math.max(1, Math.abs(loss)));
      expect(farthest, task).toBeLessThan(2e-3);
    }
    expect(isResumed).toBe(true);
  });
});

describe('a network by TensorFlow.js from the command line', { timeout: 120_000 }, () => {
  it('says which engine ran, in words and in the lineage', async () => {
    const rows = Array.from(
      { length: 400 },
      (_, row) => `${row % 17},${(row * 7) % 13},${row % 17 > 8 ? 'yes' : 'no'}`,
    );
    const file = join(folder, 'rows.csv');
    await writeFile(file, `a,b,answer\n${rows.join('\n')}\n`);
    const workspace = ['--workspace', join(folder, 'workspace')];
    expect((await runCommand(['import', file, '--name', 'rows', ...workspace])).code).toBe(0);
    const train = ['train', 'rows', '--target', 'answer', '--algorithm', 'network', '--param', 'engine=tensorflow'];
    const { code, stdout, stderr } = await runCommand([...train, '--param', 'epochs=2', '--json', ...workspace]);
    expect(stderr.concat(stdout)).toMatch(/TensorFlow/);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).model.lineage.environment.engine).toMatch(/^TensorFlow\.js 4/);
  });
});

describe('a layers model of TensorFlow.js', { timeout: 120_000 }, () => {
  it('is imported with its weights, scores a dataset as it did there, and is refused without them', async () => {
    const fixture = resolve(import.meta.dirname, '..', 'fixtures', 'layers-model');
    const workspace = ['--workspace', join(folder, 'layers')];
    const { inputs, answers }: { inputs: number[]; answers: number[] } = JSON.parse(
      await readFile(join(fixture, 'answers.json'), 'utf8'),
    );
    const rows = [0, 1, 2, 3].map((row) => `${inputs.slice(row * 3, row * 3 + 3).join()},x`);
    const file = join(folder, 'four-rows.csv');
    await writeFile(file, `a,b,c,label\n${rows.join('\n')}\n`);
    expect((await runCommand(['import', file, ...workspace])).code).toBe(0);
    const meaning = ['--columns', 'a,b,c', '--labels', 'x,y,z', '--json'];
    const imported = await runCommand(['import', join(fixture, 'model.json'), ...meaning, ...workspace]);
    expect(JSON.parse(imported.stdout).model).toMatchObject({ name: 'layers-model', task: 'multiclass' });
    const out = join(folder, 'scores.csv');
    const predict = ['predict', 'layers-model', '--in', 'four-rows', '--out', out, ...workspace];
    expect((await runCommand(predict)).code).toBe(0);
    const scores = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
    const shares = scores.flatMap((line) => line.split(',').slice(-3).map(Number));
    for (const [at, answer] of answers.entries()) expect(shares[at]).toBeCloseTo(answer, 5);

    const alone = join(folder, 'alone.json');
    await copyFile(join(fixture, 'model.json'), alone);
    const refused = await runCommand(['import', alone, ...workspace]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/weights file weights\.bin is not there/);
  });
});
