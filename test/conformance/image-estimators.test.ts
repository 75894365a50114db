import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FitContext, LabelledRows, TrainingData } from '../../electron/compute/train/estimator.ts';
import { IMAGE_ESTIMATORS } from '../../electron/compute/train/estimators.ts';
import { inFolder, scoresOf } from '../helpers/example-fits.ts';
import { exampleBackbone, exampleImageData, exampleImages, pictures } from '../helpers/example-images.ts';

let folder = '';
let backbone = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-backbone-'));
  backbone = join(folder, 'backbone.onnx');
  writeFileSync(backbone, exampleBackbone());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Parameters that make a fit quick and good enough on small examples. */
const QUICK: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  convnet: { epochs: 20, filters: [8, 12], hidden: 16, learningRate: 5e-3, turn: 0, shift: 0.05 },
  pixels: { epochs: 40, learningRate: 5e-3, weightDecay: 0.01 },
  transfer: { epochs: 30, copies: 1, flip: false, turn: 0 },
};

const exampleData = (task: 'binary' | 'multiclass', count: number) => exampleImageData(task, count, backbone);

async function accuracy(onnx: Uint8Array, rows: LabelledRows, classes: readonly string[] | null): Promise<number> {
  const scores = await scoresOf(onnx, rows.features);
  if (scores.kind !== 'classes') return 0;
  return (
    scores.labels.filter((label, row) => label === classes?.[rows.targets[row] ?? -1]).length / rows.targets.length
  );
}

describe.each(IMAGE_ESTIMATORS.map((estimator) => [estimator.algorithm, estimator] as const))(
  '%s',
  (name, estimator) => {
    const params = QUICK[name] ?? {};
    const fit = (data: TrainingData, more: Partial<FitContext> = {}, extra = {}) =>
      inFolder((context) => estimator.fit(data, { ...params, ...extra }, context), { seed: 1, ...more });

    it.each(['binary', 'multiclass'] as const)('learns a %s task far better than guessing', async (task) => {
      const data = exampleData(task, 180);
      const fitted = await fit(data);
      expect(
        await accuracy(fitted.onnx, exampleImages(90, task === 'binary' ? 2 : 3, 5), data.classes),
      ).toBeGreaterThan(0.75);
      expect(fitted.stoppedBecause).not.toBe('');
      expect(fitted.rowsSeen).toBeGreaterThan(0);
    });

    it('gives the same model for the same seed', async () => {
      const data = exampleData('binary', 60);
      const [one, two] = [await fit(data, {}, { epochs: 3 }), await fit(data, {}, { epochs: 3 })];
      expect(Buffer.from(one.onnx).equals(Buffer.from(two.onnx))).toBe(true);
    });

    it('takes images of any size, each of which gets shares that sum to one', async () => {
      const { onnx } = await fit(exampleData('multiclass', 60), {}, { epochs: 2 });
      const sizes = [
        [1, 1],
        [5, 40],
        [300, 200],
      ] as const;
      const scores = await scoresOf(
        onnx,
        pictures(
          sizes.map(([width, height]) => ({
            width,
            height,
            data: new Uint8Array(width * height * 3).fill(width % 256),
          })),
        ),
      );
      if (scores.kind !== 'classes') throw new Error('no classes');
      expect(scores.labels).toHaveLength(3);
      for (let row = 0; row < 3; row++)
        expect(scores.probabilities.slice(row * 3, row * 3 + 3).reduce((sum, share) => sum + share, 0)).toBeCloseTo(
          1,
          5,
        );
    });

    it('heeds weights: images that weigh next to nothing are not learnt', async () => {
      const data = exampleData('binary', 180);
      const targets = data.train.targets.map((target, row) => (row % 3 === 0 ? 1 - target : target));
      const weights = Float64Array.from(targets, (_, row) => (row % 3 === 0 ? 1e-6 : 1));
      const fitted = await fit({ ...data, train: { ...data.train, targets, weights } });
      expect(await accuracy(fitted.onnx, exampleImages(60, 2, 6), data.classes)).toBeGreaterThan(0.75);
    });

    it('stops when it is cancelled, and keeps the best so far when it is asked to stop', async () => {
      const data = exampleData('binary', 40);
      await expect(
        inFolder((context, abort) => {
          abort.abort();
          return estimator.fit(data, params, context);
        }),
      ).rejects.toThrow();
      const stopped = await fit(data, { shouldStop: () => true });
      expect(stopped.stoppedBecause).toMatch(/by hand/);
    });

    it('goes on from its checkpoint to the model of an unbroken training', async () => {
      const data = exampleData('binary', 60);
      const more = { ...params, patience: 50 };
      const whole = await inFolder((context) => estimator.fit(data, { ...more, epochs: 6 }, context));
      const resumed = await inFolder(async (context) => {
        let epochs = 0;
        await estimator.fit(
          data,
          { ...more, epochs: 6 },
          { ...context, measure: () => (epochs += 1), shouldStop: () => epochs >= 3 },
        );
        return estimator.fit(data, { ...more, epochs: 6 }, context);
      });
      expect(Buffer.from(resumed.onnx).equals(Buffer.from(whole.onnx))).toBe(true);
    });

    it('refuses a parameter of the wrong type by its name', async () => {
      await expect(fit(exampleData('binary', 20), {}, { epochs: 'many' })).rejects.toThrow(/epochs/);
    });
  },
);
