import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLayersModel } from '../../electron/compute/tfjs/layers-file.ts';
import { layersToOnnx } from '../../electron/compute/tfjs/layers-model.ts';
import { loadTensorFlow } from '../../electron/compute/tfjs/load-tensorflow.ts';
import type { TfTensor } from '../../electron/compute/tfjs/tensorflow.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';

const FIXTURE = resolve(import.meta.dirname, '..', 'fixtures', 'layers-model');
const fixtureText = () => readFile(join(FIXTURE, 'model.json'), 'utf8');
const fixtureWeights = (name: string): Promise<Uint8Array> => readFile(join(FIXTURE, name));

interface SavedModel {
  readonly format?: string;
  readonly modelTopology: unknown;
  readonly weightSpecs: unknown;
  readonly weightData: ArrayBuffer;
}

/** The part of tfjs-layers that these tests build models with. */
interface LayersLibrary {
  tensor(values: ArrayLike<number>, shape: readonly number[], type: string): TfTensor;
  input(of: object): unknown;
  model(of: object): BuiltModel;
  sequential(of: object): BuiltModel;
  layers: Record<string, (config?: object) => { apply(to: unknown): unknown }>;
}
interface BuiltModel {
  predict(x: TfTensor): TfTensor;
  getWeights(): TfTensor[];
  setWeights(weights: TfTensor[]): void;
  save(handler: { save(artifacts: SavedModel): Promise<unknown> }): Promise<unknown>;
}

let tf: LayersLibrary;
beforeAll(async () => {
  tf = (await loadTensorFlow('wasm')).tf as unknown as LayersLibrary;
});

const layer = (kind: string, config: object = {}) => {
  const make = tf.layers[kind];
  if (!make) throw new Error(`no layer ${kind}`);
  return make(config);
};
const stack = (...layers: object[]): BuiltModel => tf.sequential({ layers });

async function answersOfOnnx(bytes: Uint8Array, values: Float32Array, shape: readonly number[]): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  try {
    const answer = await session.run({ [session.inputNames[0] ?? '']: new Tensor('float32', values, shape) });
    return Float32Array.from(answer['output']?.data as Float32Array);
  } finally {
    await session.release();
  }
}

/** Saves the model as TensorFlow.js does, converts it, and compares answers on random rows; weights are all made uneven. */
async function agrees(model: BuiltModel, shape: readonly number[], whole?: number): Promise<void> {
  const random = seededRandom(11);
  const uneven = model.getWeights().map((weight) => {
    const size = weight.shape.reduce((product, side) => product * side, 1);
    // Positive: a moving variance is among them.
    return tf.tensor(
      Float32Array.from({ length: size }, () => 0.05 + random() * 0.5),
      weight.shape,
      'float32',
    );
  });
  model.setWeights(uneven);
  let text = '';
  let weights = new Uint8Array();
  await model.save({
    async save({ modelTopology, weightSpecs, weightData }) {
      weights = new Uint8Array(weightData);
      text = JSON.stringify({ modelTopology, weightsManifest: [{ paths: ['w.bin'], weights: weightSpecs }] });
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
  });
  const converted = layersToOnnx(await readLayersModel(text, async () => weights));
  const size = shape.reduce((product, side) => product * side, 1);
  const values = Float32Array.from({ length: size }, () =>
    whole === undefined ? random() * 4 - 2 : Math.floor(random() * whole),
  );
  const expected = model.predict(tf.tensor(values, shape, 'float32')).dataSync();
  const got = await answersOfOnnx(toBinary(ModelProtoSchema, converted), values, shape);
  expect(got).toHaveLength(expected.length);
  for (const [at, value] of expected.entries())
    expect(Math.abs((got[at] ?? Number.NaN) - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
}

describe('a layers model', () => {
  it('that was saved by TensorFlow.js answers as it did there', async () => {
    const converted = layersToOnnx(await readLayersModel(await fixtureText(), fixtureWeights));
    const { inputs, answers }: { inputs: number[]; answers: number[] } = JSON.parse(
      await readFile(join(FIXTURE, 'answers.json'), 'utf8'),
    );
    const got = await answersOfOnnx(toBinary(ModelProtoSchema, converted), Float32Array.from(inputs), [4, 3]);
    for (const [at, value] of answers.entries()) expect(got[at]).toBeCloseTo(value, 5);
    expect(converted.producerName).toMatch(/TensorFlow\.js/);
  });

  const ACTIVATIONS =
    'linear relu relu6 sigmoid tanh elu selu softplus softsign hardSigmoid softmax logSoftmax swish mish'.split(' ');
  it.each(ACTIVATIONS)('with the activation %s agrees', async (activation) => {
    await agrees(
      stack(layer('dense', { units: 4, activation, inputShape: [3] }), layer('activation', { activation })),
      [20, 3],
    );
  });

  const convolve = (config: object) => layer('conv2d', { filters: 3, kernelSize: 3, ...config });
  const FORMS: Readonly<Record<string, readonly [() => BuiltModel, readonly number[], number?]>> = {
    'dense layers without bias': [() => stack(layer('dense', { units: 2, useBias: false, inputShape: [3] })), [5, 3]],
    'batch normalisation, dropout and leaky units': [
      () =>
        stack(
          layer('dense', { units: 6, inputShape: [3] }),
          layer('batchNormalization', { epsilon: 0.01 }),
          layer('leakyReLU', { alpha: 0.1 }),
          layer('dropout', { rate: 0.5 }),
          layer('elu'),
          layer('reLU', { maxValue: 2 }),
          layer('softmax'),
        ),
      [9, 3],
    ],
    'layer normalisation': [
      () => stack(layer('dense', { units: 6, inputShape: [3] }), layer('layerNormalization')),
      [9, 3],
    ],
    'convolutions, valid and same, strided and dilated': [
      () =>
        stack(
          convolve({ inputShape: [9, 8, 2], activation: 'relu' }),
          convolve({ padding: 'same', strides: 2 }),
          convolve({ padding: 'same', dilationRate: 2, useBias: false }),
          layer('maxPooling2d', { poolSize: 2 }),
          layer('flatten'),
          layer('dense', { units: 2 }),
        ),
      [2, 9, 8, 2],
    ],
    'convolutions by channel, padding and means': [
      () =>
        stack(
          layer('zeroPadding2d', {
            padding: [
              [1, 0],
              [2, 1],
            ],
            inputShape: [6, 6, 2],
          }),
          layer('depthwiseConv2d', { kernelSize: 3, depthMultiplier: 2 }),
          layer('separableConv2d', { filters: 3, kernelSize: 2 }),
          layer('averagePooling2d', { poolSize: 2, strides: 1, padding: 'same' }),
          layer('globalAveragePooling2d'),
        ),
      [2, 6, 6, 2],
    ],
    'convolutions over time': [
      () =>
        stack(
          layer('conv1d', { filters: 4, kernelSize: 3, padding: 'same', inputShape: [10, 2] }),
          layer('maxPooling1d', { poolSize: 2 }),
          layer('averagePooling1d', { poolSize: 2 }),
          layer('globalMaxPooling1d'),
        ),
      [3, 10, 2],
    ],
    'embedded words': [
      () =>
        stack(
          layer('embedding', { inputDim: 12, outputDim: 4, inputLength: 5 }),
          layer('globalAveragePooling1d'),
          layer('dense', { units: 2, activation: 'softmax' }),
        ),
      [7, 5],
      12,
    ],
    'other shapes of the same values': [
      () =>
        stack(
          layer('reshape', { targetShape: [2, 3], inputShape: [6] }),
          layer('permute', { dims: [2, 1] }),
          layer('dense', { units: 2 }),
          layer('flatten'),
        ),
      [4, 6],
    ],
    'branches that meet again': [
      () => {
        const input = tf.input({ shape: [4] });
        const left = layer('dense', { units: 3, activation: 'tanh' }).apply(input);
        const right = layer('dense', { units: 3, activation: 'relu' }).apply(input);
        const meet = ['add', 'multiply', 'maximum', 'minimum', 'average', 'concatenate'].map((kind) =>
          layer(kind).apply([left, right]),
        );
        return tf.model({
          inputs: input,
          outputs: layer('dense', { units: 2 }).apply(layer('concatenate').apply(meet)),
        });
      },
      [6, 4],
    ],
  };
  it.each(Object.entries(FORMS))('of %s agrees', async (_, [build, shape, whole]) => agrees(build(), shape, whole));
});

describe('a layers model that cannot be read', () => {
  const changed = async (
    change: (model: {
      modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
      weightsManifest: { paths: string[] }[];
    }) => void,
  ) => {
    const json = JSON.parse(await fixtureText());
    change(json);
    return JSON.stringify(json);
  };
  const convert = async (text: string, read = fixtureWeights) => layersToOnnx(await readLayersModel(text, read));

  it('names a layer that is not known', async () => {
    const text = await changed(({ modelTopology: { config } }) => {
      const [, second] = config.layers;
      if (second) second.class_name = 'LSTM';
    });
    await expect(convert(text)).rejects.toThrow(
      /The layer LSTM "batch_normalization_\w+" is of a kind that is not known/,
    );
  });

  it('names an activation that is not known', async () => {
    const text = await changed(({ modelTopology: { config } }) => {
      const [first] = config.layers;
      if (first) first.config['activation'] = 'homemade';
    });
    await expect(convert(text)).rejects.toThrow(/Dense "dense_Dense1" with the activation "homemade"/);
  });

  it('says that weights end too early', async () => {
    await expect(convert(await fixtureText(), async () => new Uint8Array(50))).rejects.toThrow(
      /weights\.bin end within "dense_Dense1\/kernel"/,
    );
  });

  it('takes no weights from outside of its folder', async () => {
    for (const path of ['../secret.bin', '/etc/passwd', 'a/../../b', 'C:\\b']) {
      const text = await changed(({ weightsManifest: [group] }) => {
        if (group) group.paths = [path];
      });
      await expect(convert(text)).rejects.toThrow(/lies outside of the model's folder/);
    }
  });

  it('tells a graph model and other JSON apart', async () => {
    await expect(convert('{"format":"graph-model","modelTopology":{}}')).rejects.toThrow(/graph model/);
    await expect(convert('{"modelTopology":{}}')).rejects.toThrow(/not a layers model/);
    await expect(convert('{')).rejects.toThrow(/no JSON/);
  });
});
