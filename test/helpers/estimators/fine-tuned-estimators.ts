import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { learnTargetScale } from '../../../electron/compute/train/dense-data.ts';
import { encodeFrame, learnEncoding } from '../../../electron/compute/train/design/design-encoding.ts';
import { estimatorOf, FINE_TUNE } from '../../../electron/compute/train/estimators.ts';
import { outputsOf } from '../../../electron/compute/train/started-graph.ts';
import { exampleData, exampleRows, inFolder } from '../example-fits.ts';
import { once } from '../once.ts';
import { dense, keptParameters, partedBy, rectified, rowByRow } from './dense-answers.ts';
import { randomRowsLike } from './random-rows.ts';
import { taskOf } from './table-estimators.ts';
import type { EndedFit, TestedEstimator, TestedTask } from './tested-estimator.ts';
import { featureScaleIn, headAnswers, keptLayers } from './tuned-features.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-base-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Units of the hidden layers of the model that is trained on; the last ones are the features. */
const [FIRST, FEATURES] = [16, 8];
const BASE = { epochs: 6, hidden: [FIRST, FEATURES] };
const baseData = exampleData('binary', 1000);
const path = join(folder, 'base.onnx');

/** The dropped model: its file is all that fine-tuning is given; its checkpoint is for the answers computed apart. */
const writeBase = once(() =>
  inFolder(async (context) => {
    const { onnx } = await estimatorOf('network').fit(baseData, BASE, { ...context, folder });
    await writeFile(path, onnx);
  }),
);

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
    const encoding = learnEncoding(baseData.train.features, baseData.columns, { steps: 16, embedAbove: 64 });
    const { width } = encoding;
    const matrix = encodeFrame(frame, encoding);
    const layerSizes = [FIRST * FEATURES, FEATURES];
    const [w0 = [], b0 = [], w1 = [], b1 = []] = partedBy(
      [width * FIRST, FIRST, ...layerSizes, FEATURES, 1],
      await keptParameters(folder),
    );
    const outputs = outputsOf(data);
    const headSizes = [FEATURES * outputs, outputs];
    const [second = [], bias = [], ...layers] = await keptLayers(ended, { isTuned, own: [w1, b1], headSizes });
    const scale = featureScaleIn(fitted.onnx, FEATURES);
    const targets = learnTargetScale(data.task, data.train.targets);
    return rowByRow(frame.rows, (row) => {
      const once = rectified(dense(matrix.subarray(row * width, (row + 1) * width), w0, b0));
      return headAnswers(data.task, rectified(dense(once, second, bias)), { scale, layers, targets });
    });
  },
});

export const FINE_TUNED: readonly TestedEstimator[] = [
  fineTunedBy('fine-tuning a dropped model, a new head', {}),
  fineTunedBy('fine-tuning a dropped model, its last layer too', { tuneLayers: 1, tuneRate: 2e-3, tuneEpochs: 5 }),
];
