import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, AttributeProtoSchema, ModelProtoSchema, NodeProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Augmentation, augmentNodes, drawChanges } from '../../electron/compute/images/augmentation.ts';
import { readBackbone } from '../../electron/compute/images/backbone.ts';
import { cacheValues, keptValues } from '../../electron/compute/images/cached-values.ts';
import { convNetwork } from '../../electron/compute/images/conv-network.ts';
import { transfer } from '../../electron/compute/images/estimators/transfer.ts';
import { framePixels, imagesOf } from '../../electron/compute/images/image-column.ts';
import { imageModel } from '../../electron/compute/images/image-model.ts';
import { IMAGE_SCALES } from '../../electron/compute/images/image-scales.ts';
import { PIXEL_INPUT, pixelNodes } from '../../electron/compute/images/pixel-nodes.ts';
import { lookingSide, withPooledBlocks } from '../../electron/compute/images/pooled-blocks.ts';
import { pixelModel, preparePixels } from '../../electron/compute/images/prepare-pixels.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../../electron/compute/onnx/graph-builder.ts';
import { IMAGE_OPSET } from '../../electron/compute/onnx/image-opset.ts';
import { weightedLayers } from '../../electron/compute/train/fine-tune/cut-model.ts';
import { trainedWeights } from '../../electron/compute/train/fine-tune/head-training.ts';
import { frontierOf, tunedWeights } from '../../electron/compute/train/fine-tune/tuned-layers.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { parameterisedNodes } from '../../electron/compute/train/trained-graph.ts';
import { inFolder } from '../helpers/example-fits.ts';
import { exampleBackbone, exampleImageData, exampleImages, pictures } from '../helpers/example-images.ts';

const SHIPPED = fileURLToPath(new URL('../../resources/models/efficientnet-lite0.onnx', import.meta.url));
const HALF = { height: 2, width: 2, mean: [0, 0, 0], deviation: [1, 1, 1] } as const;
const signal = new AbortController().signal;

let folder = '';
let small = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-images-unit-'));
  small = join(folder, 'small.onnx');
  writeFileSync(small, exampleBackbone());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(model: Uint8Array, feeds: Record<string, Tensor>): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const answer = await session.run(feeds);
  await session.release();
  return Object.values(answer)[0]?.data as Float32Array;
}

const pixels = (values: readonly number[], height: number, width: number): Tensor =>
  new Tensor('uint8', Uint8Array.from(values.flatMap((value) => [value, value, value])), [1, height, width, 3]);

describe('the way from pixels to a network', () => {
  it('leaves an image of the right size as it is, and scales its colours apart', async () => {
    const scale = { height: 2, width: 2, mean: [10, 20, 30], deviation: [1, 2, 4] } as const;
    const data = new Tensor('uint8', Uint8Array.of(10, 20, 30, 20, 40, 70, 10, 20, 30, 10, 20, 30), [1, 2, 2, 3]);
    expect([...(await run(pixelModel(scale), { [PIXEL_INPUT]: data }))]).toEqual([
      0, 10, 0, 0, 0, 10, 0, 0, 0, 10, 0, 0,
    ]);
  });

  it('averages over what falls together when an image shrinks, instead of picking single pixels', async () => {
    // A line a pixel wide in every fourth column is a quarter as bright in the whole.
    const line = Array.from({ length: 64 }, (_, i) => (i % 4 === 0 ? 200 : 0));
    const small = await run(pixelModel(HALF), { [PIXEL_INPUT]: pixels(line, 8, 8) });
    for (const value of small) {
      expect(value).toBeGreaterThan(10);
      expect(value).toBeLessThan(90);
    }
  });

  it('gives training the very numbers that the exported model computes', async () => {
    const network = convNetwork({ side: 8, channels: 3, filters: [4], hidden: 4, outputs: 3 }, seededRandom(1));
    const scale = { height: 8, width: 8, mean: [127, 127, 127], deviation: [64, 64, 64] } as const;
    const rows = exampleImages(5, 3, 1);
    const prepared = await preparePixels(rows, scale, { threads: 1, signal });
    const graph = new GraphBuilder('n_', ['X']);
    const start = network.parameters.map(({ values }) => values);
    const answer = parameterisedNodes(graph, network, start, ['X']);
    const inputs = [makeValueInfo('X', FLOAT, ['N', 3, 8, 8])];
    const trained = await run(modelBytes(graph.graph('forward', inputs, [makeValueInfo(answer, FLOAT, null)])), {
      X: new Tensor('float32', prepared, [5, 3, 8, 8]),
    });
    const model = imageModel({ task: 'multiclass', classes: ['a', 'b', 'c'] }, IMAGE_OPSET, (nodes, image) =>
      parameterisedNodes(nodes, network, start, [pixelNodes(nodes, image, scale)]),
    );
    let at = 0;
    for await (const image of framePixels(rows.features, signal)) {
      const tensor = new Tensor('uint8', image.data, [1, image.height, image.width, 3]);
      const session = await InferenceSession.create(model);
      const shares = (await session.run({ [PIXEL_INPUT]: tensor }))['probabilities']?.data as Float32Array;
      await session.release();
      const scores = trained.subarray(at * 3, at * 3 + 3);
      const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
      for (const [k, share] of shares.entries()) expect(share).toBeCloseTo(Math.exp(scores[k] ?? 0) / total, 6);
      at += 1;
    }
  });
});

describe('changes drawn for images', () => {
  const NONE: Augmentation = { flip: false, shift: 0, zoom: 0, turn: 0, brightness: 0 };
  const changed = async (
    drawn: { moves: Float32Array; lights: Float32Array },
    image: readonly number[],
    side: number,
  ) => {
    const graph = new GraphBuilder('a');
    const output = augmentNodes(graph, 'x', [1, side, side], { moves: 'moves', lights: 'lights' });
    const model = modelBytes(
      graph.graph(
        'g',
        [
          makeValueInfo('x', FLOAT, ['N', 1, side, side]),
          makeValueInfo('moves', FLOAT, ['N', 2, 3]),
          makeValueInfo('lights', FLOAT, ['N', 2]),
        ],
        [makeValueInfo(output, FLOAT, null)],
      ),
      IMAGE_OPSET,
    );
    const answer = await run(model, {
      x: new Tensor('float32', Float32Array.from(image), [1, 1, side, side]),
      moves: new Tensor('float32', drawn.moves, [1, 2, 3]),
      lights: new Tensor('float32', drawn.lights, [1, 2]),
    });
    return [...answer].map((value) => Math.round(value * 1e4) / 1e4 + 0);
  };

  it('leave an image as it is where nothing is asked for', async () => {
    expect(await changed(drawChanges(NONE, 1, 3), [1, 2, 3, 4], 2)).toEqual([1, 2, 3, 4]);
  });

  it('mirror, move and light as they say', async () => {
    const still = { lights: Float32Array.of(0, 1) };
    expect(await changed({ ...still, moves: Float32Array.of(-1, 0, 0, 0, 1, 0) }, [1, 2, 3, 4], 2)).toEqual([
      2, 1, 4, 3,
    ]);
    // A whole place to the left: what leaves is gone, the edge is repeated.
    expect(await changed({ ...still, moves: Float32Array.of(1, 0, 1, 0, 1, 0) }, [1, 2, 3, 4], 2)).toEqual([
      2, 2, 4, 4,
    ]);
    const upright = Float32Array.of(1, 0, 0, 0, 1, 0);
    expect(await changed({ moves: upright, lights: Float32Array.of(0.5, 2) }, [1, 2, 3, 4], 2)).toEqual([
      2.5, 4.5, 6.5, 8.5,
    ]);
  });

  it('are the same for a seed, stay in their bounds, and mirror about half', () => {
    const all: Augmentation = { flip: true, shift: 0.1, zoom: 0.2, turn: 0, brightness: 0.3 };
    const drawn = drawChanges(all, 1000, 7);
    expect(drawChanges(all, 1000, 7)).toEqual(drawn);
    expect(drawChanges(all, 1000, 8)).not.toEqual(drawn);
    let mirrored = 0;
    for (let row = 0; row < 1000; row++) {
      const [xx = 0, , dx = 0] = drawn.moves.subarray(row * 6, row * 6 + 3);
      if (xx < 0) mirrored += 1;
      expect(Math.abs(Math.abs(xx) - 1)).toBeLessThanOrEqual(0.2 + 1e-6);
      expect(Math.abs(dx)).toBeLessThanOrEqual(0.2 + 1e-6);
    }
    expect(mirrored).toBeGreaterThan(430);
    expect(mirrored).toBeLessThan(570);
  });
});

describe('a network cut at its features', () => {
  it('is cut at the output called features, or before the last layer, or where it is told', async () => {
    const shipped = await readBackbone({ path: SHIPPED, name: 'shipped' }, undefined);
    expect(shipped).toMatchObject({
      input: 'image',
      height: 224,
      width: 224,
      features: 'features',
      takesPixels: false,
    });
    expect(weightedLayers(shipped)).toHaveLength(49);
    const found = await readBackbone({ path: small, name: 'small' }, undefined);
    const flatten = found.graph.node.find(({ opType }) => opType === 'Flatten');
    expect(found.features).toBe(flatten?.output[0]);
    const relu = found.graph.node.find(({ opType }) => opType === 'Relu')?.output[0] ?? '';
    expect((await readBackbone({ path: small, name: 'small' }, relu)).features).toBe(relu);
    await expect(readBackbone({ path: small, name: 'small' }, 'nowhere')).rejects.toThrow(/no result "nowhere"/);
  });

  it('gives the features that the network for Python gave of the same picture', async () => {
    const backbone = await readBackbone({ path: SHIPPED, name: 'shipped' }, undefined);
    const grey = { width: 224, height: 224, data: new Uint8Array(224 * 224 * 3).fill(127) };
    const [features] = await cacheValues(imagesOf(pictures([grey])), {
      backbone,
      scale: { height: 224, width: 224, ...IMAGE_SCALES.centred },
      values: ['features'],
      augmentation: null,
      threads: 2,
      signal,
      done: () => undefined,
    });
    const session = await InferenceSession.create(readFileSync(SHIPPED), { logSeverityLevel: 3 });
    const whole = await session.run({
      image: new Tensor('float32', new Float32Array(3 * 224 * 224), [1, 3, 224, 224]),
    });
    await session.release();
    expect(features?.dims).toEqual([1280]);
    const wanted = whole['features']?.data as Float32Array;
    for (const [index, value] of (features?.data ?? []).entries()) expect(value).toBeCloseTo(wanted[index] ?? 0, 4);
  });

  it('is trained on from the frontier of the chosen layers, less the frozen ones', async () => {
    const backbone = await readBackbone({ path: SHIPPED, name: 'shipped' }, undefined);
    const last = tunedWeights(backbone, { layers: 2, freeze: [] });
    expect(last).toEqual(['onnx::Conv_1043', 'onnx::Conv_1044', 'onnx::Conv_1046', 'onnx::Conv_1047']);
    expect(tunedWeights(backbone, { layers: 2, freeze: ['*_1043', '*_1044'] })).toEqual(last.slice(2));
    expect(frontierOf(backbone, last)).toEqual(['/_blocks.15/_swish_1/Clip_output_0']);
    expect(() => tunedWeights(backbone, { layers: 2, freeze: ['nothing*'] })).toThrow(/called "nothing\*"/);
    expect(tunedWeights(backbone, { layers: 0, freeze: [] })).toEqual([]);
  });

  it('finds weights that a tool wrote as nodes, and says so where none is left to train', async () => {
    const model = fromBinary(ModelProtoSchema, exampleBackbone());
    const { graph } = model;
    if (!graph) throw new Error('no graph');
    const { initializer } = graph;
    const nodes = initializer.map((t) =>
      create(NodeProtoSchema, {
        opType: 'Constant',
        output: [t.name],
        attribute: [create(AttributeProtoSchema, { name: 'value', type: AttributeProto_AttributeType.TENSOR, t })],
      }),
    );
    graph.node = [...nodes, ...graph.node];
    graph.initializer = [];
    const path = join(folder, 'constants.onnx');
    writeFileSync(path, toBinary(ModelProtoSchema, model));
    const [found, plain] = [
      await readBackbone({ path, name: 'constants' }, undefined),
      await readBackbone({ path: small, name: 'small' }, undefined),
    ];
    const choice = { layers: 2, freeze: [] };
    expect(tunedWeights(found, choice)).toEqual(tunedWeights(plain, choice));
    expect(() => trainedWeights(found, { tuneLayers: 2, freeze: '*' })).toThrow(/No layer is left to be trained on/);
  });

  it('names an operator without a gradient before anything runs', async () => {
    const path = join(folder, 'normalised.onnx');
    writeFileSync(path, exampleBackbone('LRN'));
    const data = exampleImageData('binary', 20, path);
    let prepared = 0;
    const fit = (tuneLayers: number) =>
      inFolder((context) => transfer.fit(data, { tuneLayers, copies: 0, epochs: 2, tuneEpochs: 1 }, context), {
        prepared: () => (prepared += 1),
      });
    await expect(fit(2)).rejects.toThrow(/the operator LRN has no gradient/);
    expect(prepared).toBe(0);
    // The layer behind it is trained on all the same.
    expect((await fit(1)).onnx.length).toBeGreaterThan(0);
  });

  it('gives a picture the same value whichever fit asks, and computes it once', async () => {
    const backbone = await readBackbone({ path: small, name: 'small' }, undefined);
    const column = imagesOf(exampleImages(12, 2, 3).features);
    let read = 0;
    const counted = {
      ...column,
      read: (numbers: Uint32Array, stop: AbortSignal) => {
        read += numbers.length;
        return column.read(numbers, stop);
      },
    };
    const kept = (numbers: readonly number[], seed: number | null) =>
      keptValues({ ...counted, numbers: Uint32Array.from(numbers) }, join(folder, 'kept'), {
        backbone,
        scale: { height: 16, width: 16, ...IMAGE_SCALES.centred },
        values: [backbone.features],
        augmentation:
          seed === null ? null : { of: { flip: true, shift: 0.2, zoom: 0.2, turn: 9, brightness: 0.2 }, seed },
        threads: 1,
        signal,
        done: () => undefined,
      });
    const [some] = await kept([2, 5, 7], 1);
    const [more] = await kept([7, 1, 2], 1);
    expect(read).toBe(4);
    const row = (values: typeof some, at: number) => [...(values?.data.subarray(at * 256, (at + 1) * 256) ?? [])];
    expect(row(more, 0)).toEqual(row(some, 2));
    expect(row(more, 2)).toEqual(row(some, 0));
    const [other] = await kept([2], 2);
    const [plain] = await kept([2], null);
    expect(row(other, 0)).not.toEqual(row(some, 0));
    expect(row(plain, 0)).not.toEqual(row(some, 0));
    expect(read).toBe(6);
  });

  it('learns from the means of its blocks beside its last features, and looks at small images at a smaller size', async () => {
    const shipped = await readBackbone({ path: SHIPPED, name: 'shipped' }, undefined);
    expect(await lookingSide(shipped, 32)).toBe(96);
    expect(await lookingSide(shipped, 60)).toBe(192);
    expect(await lookingSide(shipped, 300)).toBe(224);
    const all = await withPooledBlocks(shipped, 96);
    const [values] = await cacheValues(imagesOf(exampleImages(2, 2, 3).features), {
      backbone: all,
      scale: { height: 96, width: 96, ...IMAGE_SCALES.centred },
      values: [all.features, shipped.features],
      augmentation: null,
      threads: 2,
      signal,
      done: () => undefined,
    });
    expect(values?.dims).toEqual([2304]);
    const small16 = await readBackbone({ path: small, name: 'small' }, undefined);
    expect(await withPooledBlocks(small16, 16)).toBe(small16);
    expect(await lookingSide(small16, 4)).toBe(16);
  });

  it('changes only the weights that are tuned, and learns by it', async () => {
    const data = exampleImageData('multiclass', 90, small);
    const fitted = await inFolder((context) =>
      transfer.fit(data, { tuneLayers: 1, tuneRate: 5e-3, tuneEpochs: 8, epochs: 5, copies: 0 }, context),
    );
    expect(fitted.stoppedBecause).toMatch(/head: .*; tuned layers: /);
    writeFileSync(join(folder, 'tuned.onnx'), fitted.onnx);
    const tuned = await readBackbone({ path: join(folder, 'tuned.onnx'), name: 'tuned' }, undefined);
    const before = await readBackbone({ path: small, name: 'small' }, undefined);
    const weights = (graph: typeof before.graph, size: number) =>
      graph.initializer.filter(({ dims }) => dims.reduce((product, one) => product * one, 1n) === BigInt(size));
    const bytes = (graph: typeof before.graph, size: number) => Buffer.from(weights(graph, size)[0]?.rawData ?? []);
    expect(bytes(tuned.graph, 12 * 27).equals(bytes(before.graph, 12 * 27))).toBe(true);
    expect(bytes(tuned.graph, 16 * 108).equals(bytes(before.graph, 16 * 108))).toBe(false);
    // What was trained here can be learnt from in turn: it takes pixels.
    expect(tuned.takesPixels).toBe(true);
    const from = { path: join(folder, 'tuned.onnx'), name: 'tuned' };
    const again = await inFolder((context) => transfer.fit({ ...data, from }, { epochs: 3 }, context));
    expect(again.onnx.length).toBeGreaterThan(0);
  });
});
