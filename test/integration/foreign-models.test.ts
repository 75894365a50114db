import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { ask } from '../helpers/command-line.ts';

const MODELS = fileURLToPath(new URL('../fixtures/models/', import.meta.url));
const HOSTILE = fileURLToPath(new URL('../fixtures/hostile/', import.meta.url));

let folder: string;
const drydock = (...args: readonly string[]) => ask(join(folder, 'workspace'), args);

/** Points in a ring or inside of it; `turned` asks the other way round. */
function ring(rows: number, seed: number, turned: boolean): string {
  const random = seededRandom(seed);
  const lines = Array.from({ length: rows }, () => {
    const [x, y] = [4 * random() - 2, 4 * random() - 2];
    const isInside = x * x + y * y < 2.2;
    return `${x.toFixed(3)},${y.toFixed(3)},${random() < 0.5 ? 'north' : 'south'},${isInside === turned ? 'no' : 'yes'}`;
  });
  return `x,y,city,inside\n${lines.join('\n')}\n`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-foreign-'));
  await writeFile(join(folder, 'ring.csv'), ring(900, 1, false));
  await writeFile(join(folder, 'turned.csv'), ring(300, 2, true));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('models that were made elsewhere', () => {
  it('are registered with what they take, where they come from, and no figures that nobody measured', async () => {
    const { code, answer } = await drydock(
      'import',
      join(MODELS, 'census-logistic-zipmap.onnx'),
      '--target',
      'employed',
    );
    expect(code).toBe(0);
    expect(answer.model).toMatchObject({
      name: 'census-logistic-zipmap',
      version: 1,
      task: 'binary',
      algorithm: 'imported',
      classes: ['0', '1'],
      metrics: [],
      lineage: { dataset: null, origin: { fileName: 'census-logistic-zipmap.onnx', producer: expect.any(String) } },
    });
    const refused = await drydock('import', join(HOSTILE, 'external-path.onnx'));
    expect(refused.code).toBe(1);
    expect(refused.answer.error).toMatchObject({ code: 'MODEL_INVALID', message: expect.stringContaining('not read') });
  });

  it('score a dataset of their columns', async () => {
    const expected = JSON.parse(await readFile(join(MODELS, 'census-logistic-zipmap.expected.json'), 'utf8'));
    const { inputs, outputs } = expected.cases[0];
    const names = Object.keys(inputs);
    const rows = inputs[names[0] ?? ''].data.length;
    const lines = Array.from({ length: rows }, (_, row) =>
      names.map((name) => (inputs[name].data[row] === 'nan' ? '' : inputs[name].data[row])).join(','),
    );
    await writeFile(join(folder, 'people.csv'), `${names.join(',')}\n${lines.join('\n')}\n`);
    const out = join(folder, 'scored.csv');
    const { code } = await drydock(
      'predict',
      'census-logistic-zipmap',
      '--in',
      join(folder, 'people.csv'),
      '--out',
      out,
    );
    expect(code).toBe(0);
    const [header = '', ...scored] = (await readFile(out, 'utf8')).trim().split('\n');
    const at = header.split(',').indexOf('label');
    expect(scored.map((line) => line.split(',')[at])).toEqual(outputs.output_label.data.map(String));
  });

  it('that take tensors say what is missing before rows are scored', async () => {
    await drydock('import', join(HOSTILE, 'good.onnx'));
    const { code, answer } = await drydock(
      'predict',
      'good',
      '--in',
      join(folder, 'people.csv'),
      '--out',
      join(folder, 'x.csv'),
    );
    expect(code).toBe(2);
    expect(answer.error.message).toContain('x FP32 [-1, 3]');
    expect(answer.error.remedy).toContain('--columns');
  });
});

describe('training a registered model on', () => {
  it('puts a new head on what it has learnt: few rows then do what they could not do alone', async () => {
    for (const name of ['ring', 'turned']) await drydock('import', join(folder, `${name}.csv`));
    const base = await drydock(
      ...['train', 'ring', '--target', 'inside', '--algorithm', 'network', '--name', 'base', '--seed', '1'],
      ...['--param', 'epochs=25', '--calibrate', 'none'],
    );
    expect(base.answer.error).toBeUndefined();
    const { code, answer } = await drydock(
      ...[
        'train',
        'turned',
        '--target',
        'inside',
        '--from',
        'base',
        '--tune-layers',
        '1',
        '--name',
        'on',
        '--seed',
        '1',
      ],
    );
    expect(answer.error).toBeUndefined();
    expect(code).toBe(0);
    expect(answer.model.algorithm).toBe('finetune');
    expect(answer.model.lineage.params.from).toBe('base@1');
    expect(answer.metrics.rocAuc).toBeGreaterThan(0.9);
    const exported = await drydock('export', 'on', '--out', join(folder, 'bundle'));
    expect(exported.answer.verified ?? exported.answer.bundle?.verification?.isVerified).toBe(true);
  });

  it('refuses another algorithm beside it, and a name to freeze that nothing has', async () => {
    const asked = ['train', 'turned', '--target', 'inside', '--from', 'base'];
    const other = await drydock(...asked, '--algorithm', 'boosting');
    expect(other.answer.error.message).toContain('from base only finetune can go on');
    const frozen = await drydock(...asked, '--freeze', 'nothing*');
    expect(frozen.answer.error.message).toContain('called "nothing*"');
  });

  it('of another kind than networks is refused a graphics card, which would do nothing', async () => {
    const asked = ['train', 'turned', '--target', 'inside', '--algorithm', 'boosting'];
    const { answer } = await drydock(...asked, '--provider', 'webgpu');
    expect(answer.error.message).toBe('Boosted trees: trained on the CPU alone, not on webgpu.');
  });
});
