import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Frame } from '../../../electron/compute/frame/frame.ts';
import { IMAGE_SCALES } from '../../../electron/compute/images/image-scales.ts';
import { evenScale } from '../../../electron/compute/images/pixel-nodes.ts';
import { estimatorOf } from '../../../electron/compute/train/estimators.ts';
import { learnFeatureScale } from '../../../electron/compute/train/fine-tune/dense-head.ts';
import { outputsOf } from '../../../electron/compute/train/started-graph.ts';
import { exampleBackbone, exampleImageData, exampleImages } from '../example-images.ts';
import { denseLayers, finished, halvingConvolution, keptParameters, partedBy, rowByRow } from './dense-answers.ts';
import { networkPicture, pixelsOf, randomPictures } from './random-pictures.ts';
import type { EndedFit, TestedEstimator, TestedTask } from './tested-estimator.ts';
import { featureScaleIn, headAnswers, keptLayers, weightsOf } from './tuned-features.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-backbone-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const backbone = join(folder, 'backbone.onnx');
const backboneBytes = exampleBackbone();
writeFileSync(backbone, backboneBytes);

/** Side of the example images, and of what networks see of them. */
const SIDE = 16;
const EVEN = { middle: evenScale(SIDE).mean[0], spread: evenScale(SIDE).deviation[0] };
const CENTRED = { middle: IMAGE_SCALES.centred.mean[0], spread: IMAGE_SCALES.centred.deviation[0] };

function imageTask(task: TestedTask): 'binary' | 'multiclass' {
  if (task === 'binary' || task === 'multiclass') return task;
  throw new RangeError(`Images are not learnt for a ${task} task.`);
}

/** Of a frame that several estimators are asked about, what is the same for all of them. */
function onceAFrame<T>(make: (frame: Frame) => Promise<T>): (frame: Frame) => Promise<T> {
  const made = new WeakMap<Frame, Promise<T>>();
  return (frame) => {
    const one = made.get(frame) ?? make(frame);
    made.set(frame, one);
    return one;
  };
}
let manyPicturesMade: Frame | undefined;
const manyPictures = (count: number): Frame => {
  manyPicturesMade ??= randomPictures(count);
  return manyPicturesMade;
};
const seenIn = async (frame: Frame, scale: typeof EVEN): Promise<Float64Array[]> =>
  (await pixelsOf(frame)).map((one) => networkPicture(one, SIDE, scale));

const onExampleImages = (algorithm: string) => {
  const estimator = estimatorOf(algorithm, 'images');
  return {
    algorithm,
    tasks: estimator.tasks,
    lacks: {
      'missing values': 'Every row is a picture: what cannot be read is named and left out at the import.',
      'unknown categories': 'A picture has no words.',
    },
    tolerance: 2e-5,
    leastQuality: 0.75,
    data: async (task: TestedTask) => exampleImageData(imageTask(task), 150, backbone),
    fresh: (task: TestedTask) => exampleImages(90, imageTask(task) === 'binary' ? 2 : 3, 5),
    fit: estimator.fit,
    randomRows: async (_ended: EndedFit, count: number) => manyPictures(count),
  };
};

const pixels: TestedEstimator = {
  ...onExampleImages('pixels'),
  name: 'linear on pixels',
  params: { epochs: 30, learningRate: 5e-3, weightDecay: 0.01 },
  async answers(ended, frame) {
    const width = 3 * SIDE * SIDE;
    const learnt = (await pixelsOf(ended.data.train.features)).map((one) => networkPicture(one, SIDE, EVEN));
    const { mean, deviation } = learnFeatureScale(Float32Array.from(learnt.flatMap((one) => [...one])), width);
    const outputs = outputsOf(ended.data);
    const layers = partedBy([width * outputs, outputs], await keptParameters(ended.folder));
    const images = await seenIn(frame, EVEN);
    return rowByRow(images.length, (row) =>
      headAnswers(ended.data.task, images[row] ?? [], { scale: [mean, deviation], layers }),
    );
  },
};

const [FIRST, SECOND, UNITS] = [6, 10, 16];

const convnet: TestedEstimator = {
  ...onExampleImages('convnet'),
  name: 'convolutional network',
  params: { epochs: 14, filters: [FIRST, SECOND], hidden: UNITS, learningRate: 1e-2, turn: 0, shift: 0.05 },
  async answers(ended, frame) {
    const flat = SECOND * (SIDE / 4) ** 2;
    const outputs = outputsOf(ended.data);
    const [w0 = [], b0 = [], w1 = [], b1 = [], ...layers] = partedBy(
      [FIRST * 27, FIRST, SECOND * FIRST * 9, SECOND, flat * UNITS, UNITS, UNITS * outputs, outputs],
      await keptParameters(ended.folder),
    );
    const images = await seenIn(frame, EVEN);
    return rowByRow(images.length, (row) => {
      const halved = halvingConvolution(images[row] ?? [], SIDE, w0, b0);
      return finished(ended.data.task, denseLayers(halvingConvolution(halved, SIDE / 2, w1, b1), layers));
    });
  },
};

/** Numbers in the weights of the example backbone: two convolutions, the first one with a bias. */
const [FIRST_SIZES, SECOND_SIZE] = [[12 * 27, 12], 16 * 108];
const NO_BIAS = new Float64Array(16);
const FEATURES = 256;

/** What the backbone's first convolution, which stays as it is, makes of a frame's pictures. */
const halvedByBackbone = onceAFrame(async (frame: Frame) => {
  const [w0 = [], b0 = []] = weightsOf(backboneBytes, FIRST_SIZES);
  return (await seenIn(frame, CENTRED)).map((image) => halvingConvolution(image, SIDE, w0, b0));
});

const transferBy = (
  name: string,
  params: Readonly<Record<string, unknown>>,
  hidden: readonly number[],
): TestedEstimator => ({
  ...onExampleImages('transfer'),
  name,
  params: { epochs: 20, flip: false, turn: 0, hidden, ...params },
  async answers(ended, frame) {
    const { fitted } = ended;
    const isTuned = params['tuneLayers'] === 1;
    const sizes = [FEATURES, ...hidden, outputsOf(ended.data)];
    const headSizes = sizes.slice(1).flatMap((to, layer) => [(sizes[layer] ?? 0) * to, to]);
    const [w1 = []] = weightsOf(backboneBytes, [SECOND_SIZE]);
    const [second = [], ...layers] = await keptLayers(ended, { isTuned, own: [w1], headSizes });
    const scale = featureScaleIn(fitted.onnx, FEATURES);
    const images = await halvedByBackbone(frame);
    return rowByRow(images.length, (row) =>
      headAnswers(ended.data.task, halvingConvolution(images[row] ?? [], SIDE / 2, second, NO_BIAS), { scale, layers }),
    );
  },
});

export const IMAGE_TESTED: readonly TestedEstimator[] = [
  pixels,
  convnet,
  transferBy('transfer learning, a linear head', { copies: 0 }, []),
  transferBy('transfer learning, a dense head and changed copies', { copies: 1 }, [12]),
  transferBy(
    'transfer learning, the last layer tuned',
    { copies: 0, tuneLayers: 1, tuneRate: 2e-3, tuneEpochs: 5 },
    [],
  ),
];
