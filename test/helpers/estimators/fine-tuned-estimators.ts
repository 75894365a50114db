import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { learnTargetScale } from '../../../electron/compute/train/dense-data.ts';
import { encodeFrame, learnEncoding } from '../../../electron/compute/train/design/design-encoding.ts';
import { estimatorOf, FINE_TUNE } from '../../../electron/compute/train/estimators.ts';
import { exampleData, exampleRows, inFolder } from '../example-fits.ts';
import { dense, keptParameters, partedBy, rectified, rowByRow } from './dense-answers.ts';
import { randomRowsLike } from './random-rows.ts';
import { taskOf } from './table-estimators.ts';
import type { EndedFit, TestedEstimator, TestedTask } from './tested-estimator.ts';
import { featureScaleIn, headAnswers } from './tuned-features.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-base-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Units of the hidden layers of the model that is trained on; the last ones are the features. */
const [FIRST, FEATURES] = [16, 8];
const BASE = { epochs: 6, hidden: [FIRST, FEATURES] };
const baseData = exampleData('binary', 1000);
const path = join(folder, 'base.onnx');

/** The dropped model: its file is all that fine-tuning is given; its checkpoint is for the answers computed apart. */
let written: Promise<void> | undefined;
const writeBase = (): Promise<void> => {
  written ??= inFolder(async (context) => {
    const { onnx } = await estimatorOf('network').fit(baseData, BASE, { ...context, folder });
    await writeFile(path, onnx);
  });
  return written;
};

const fineTunedBy = (name: string, params: Readonly<Record<string, unknown>>): TestedEstimator => ({
  name,
  algorithm: FINE_TUNE.algorithm,
  tasks: FINE_TUNE.tasks,
  params: { epochs: 25, ...params },
  lacks: {},
  tolerance: 3e-5,
  leastQuality: 0.75,
  async data(task: TestedTask) {
    await writeBase();
    return { ...exampleData(taskOf(task), 1000), from: { path, name: 'base' } };
  },
  fresh: (task) => exampleRows(1000, taskOf(task), 3),
  fit: FINE_TUNE.fit,
  randomRows: async ({ data }: EndedFit, count) => randomRowsLike(data.train.features, count),
  async answers(ended, frame) {
    const { data, fitted } = ended;
    const isTuned = params['tuneLayers'] === 1;
    if (isTuned && fitted.refit?.['tuneLayers'] !== 1) throw new Error('Tuning has not been kept.');
    const encoding = learnEncoding(baseData.train.features, baseData.columns, { steps: 16, embedAbove: 64 });
    const { width } = encoding;
    const matrix = encodeFrame(frame, encoding);
    const layerSizes = [FIRST * FEATURES, FEATURES];
    const [w0 = [], b0 = [], w1 = [], b1 = []] = partedBy(
      [width * FIRST, FIRST, ...layerSizes, FEATURES, 1],
      await keptParameters(folder),
    );
    const outputs = data.task === 'multiclass' ? 3 : 1;
    const headSizes = [FEATURES * outputs, outputs];
    const kept = await keptParameters(join(ended.folder, isTuned ? 'tuned' : 'head'));
    const [second, bias, ...layers] = isTuned
      ? partedBy([...layerSizes, ...headSizes], kept)
      : [w1, b1, ...partedBy(headSizes, kept)];
    const scale = featureScaleIn(fitted.onnx, FEATURES);
    const targets = learnTargetScale(data.task, data.train.targets);
    return rowByRow(frame.rows, (row) => {
      const once = rectified(dense(matrix.subarray(row * width, (row + 1) * width), w0, b0));
      return headAnswers(data.task, rectified(dense(once, second ?? [], bias ?? [])), { scale, layers, targets });
    });
  },
});

export const FINE_TUNED: readonly TestedEstimator[] = [
  fineTunedBy('fine-tuning a dropped model, a new head', {}),
  fineTunedBy('fine-tuning a dropped model, its last layer too', { tuneLayers: 1, tuneRate: 2e-3, tuneEpochs: 5 }),
];
