import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../helpers/command-line.ts';

const DIGITS = fileURLToPath(new URL('../fixtures/digits-few.zip', import.meta.url));
const HOSTILE = fileURLToPath(new URL('../fixtures/hostile/', import.meta.url));

let folder: string;
const drydock = (...args: readonly string[]) => ask(join(folder, 'workspace'), args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-images-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('images from the zip to the verified bundle', () => {
  it('imports a zip, a folder a class', async () => {
    const { code, answer } = await drydock('import', DIGITS);
    expect(code).toBe(0);
    expect(answer.dataset).toMatchObject({ name: 'digits-few', rows: 250, quarantined: 0 });
    expect(answer.dataset.columns.map(({ name, type }: { name: string; type: string }) => `${name} ${type}`)).toEqual([
      'path text',
      'label text',
      'width integer',
      'height integer',
      'image image',
    ]);
  });

  it('trains a small network on them, far better than the commonest class', async () => {
    const { code, answer } = await drydock(
      ...['train', 'digits-few', '--target', 'label', '--algorithm', 'convnet', '--name', 'digits'],
      ...['--param', 'epochs=14', '--param', 'side=16', '--seed', '3'],
    );
    expect(answer.error).toBeUndefined();
    expect(code).toBe(0);
    expect(answer.metrics.accuracy).toBeGreaterThan(0.8);
    expect(answer.baseline.majority.accuracy).toBeLessThan(0.2);
    expect(answer.model.inputs).toEqual([{ name: 'image', type: 'image', column: 'image' }]);
    expect(answer.model.classes).toHaveLength(10);
  });

  it('judges the held-out images and lists the wrong ones first', async () => {
    const { code, answer } = await drydock('evaluate', 'digits', '--images', '50');
    expect(code).toBe(0);
    expect(answer.rows).toBe(50);
    expect(answer.confusion.labels).toHaveLength(10);
    const { images, wrong, total, classes } = answer.images;
    expect(total).toBe(50);
    expect(images).toHaveLength(50);
    expect(1 - wrong / total).toBeCloseTo(answer.metrics.accuracy, 6);
    const isWrong = images.map((image: { isWrong: boolean }) => image.isWrong);
    expect(isWrong).toEqual(isWrong.toSorted((a: boolean, b: boolean) => Number(b) - Number(a)));
    expect(images.every(({ path, truth }: { path: string; truth: string }) => path.split('/')[1] === truth)).toBe(true);
    expect(classes.reduce((sum: number, one: { images: number }) => sum + one.images, 0)).toBe(50);
  });

  it('scores another set of images into a table without their bytes', async () => {
    const out = join(folder, 'answers.csv');
    const { code, answer } = await drydock('predict', 'digits', '--in', 'digits-few', '--out', out);
    expect(code).toBe(0);
    expect(answer.rows).toBe(250);
    const [header, first] = (await readFile(out, 'utf8')).split('\n');
    expect(header).toMatch(/^path,label,width,height,predicted_label,probability_0,/);
    expect(first).toMatch(/^digits\/0\/00\.png,0,32,32,\d,/);
  });

  it('leaves as a bundle whose server answers golden images on both engines', async () => {
    const out = join(folder, 'bundle');
    const exported = await drydock('export', 'digits', '--out', out);
    expect(exported.answer.error).toBeUndefined();
    expect(exported.code).toBe(0);
    const { code, answer } = await drydock('verify', out);
    expect(answer.checks.filter(({ isOk }: { isOk: boolean }) => !isOk)).toEqual([]);
    expect(code).toBe(0);
    const golden = JSON.parse(await readFile(join(out, 'golden.json'), 'utf8'));
    expect(golden.requests.length).toBeGreaterThan(10);
    expect(golden.inputs[0].shape.slice(1)).toEqual([32, 32, 3]);
    expect(golden.inputs[0].datatype).toBe('UINT8');
  });

  it('searches over folds, beside a linear model, with calibrated shares, and gives the same model again', async () => {
    const { code, answer } = await drydock(
      ...['train', 'digits-few', '--target', 'label', '--algorithm', 'pixels', '--name', 'searched', '--seed', '2'],
      ...['--param', 'side=8', '--search', '2', '--folds', '2', '--calibrate', 'temperature'],
    );
    expect(answer.error).toBeUndefined();
    expect(code).toBe(0);
    expect(answer.trials).toHaveLength(2);
    expect(answer.crossValidated.folds).toHaveLength(2);
    expect(answer.calibration).toMatchObject({ kind: 'temperature', learntFrom: 'outOfFold' });
    expect(answer.model.lineage.manifest.fit.algorithm).toBe('pixels');
    const again = await drydock('train', '--from-run', 'searched');
    expect(again.answer).toMatchObject({ isSame: true, hash: { isEqual: true }, differences: [] });
    const evaluated = await drydock('evaluate', 'digits');
    expect(evaluated.answer.baselines.map(({ name }: { name: string }) => name)).toContain('linear');
  });

  it('refuses to learn one class, and a model of columns to learn images', async () => {
    await drydock('import', join(HOSTILE, 'one-class.zip'));
    const one = await drydock('train', 'one-class', '--target', 'label');
    expect(one.code).toBe(1);
    expect(one.answer.error.message).toContain('always "flat"');
    const boosted = await drydock('train', 'digits-few', '--target', 'label', '--algorithm', 'boosting');
    expect(boosted.answer.error.message).toContain('no algorithm "boosting" for images');
  });
});
