import { type Frame, takeRows } from '../../electron/compute/frame/frame.ts';
import type { Pixels } from '../../electron/compute/images/decode-image.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../../electron/compute/onnx/graph-builder.ts';
import type { LabelledRows, TrainingData } from '../../electron/compute/train/estimator.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';

const SIDE = 16;

/** A bright bar on dark noise: upright, level or slanted, by class. */
function bar(kind: number, random: () => number): Pixels {
  const data = new Uint8Array(SIDE * SIDE * 3);
  const at = 4 + Math.floor(random() * 8);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const distance = kind === 0 ? Math.abs(x - at) : kind === 1 ? Math.abs(y - at) : Math.abs(x - y + at - 8);
      const value = Math.min(255, Math.floor(random() * 60) + (distance < 1.5 ? 160 : 0));
      data.fill(value, (y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3);
    }
  return { width: SIDE, height: SIDE, data };
}

/** A frame of pictures that lie in memory. */
export const pictures = (images: readonly Pixels[]): Frame => ({
  rows: images.length,
  columns: new Map(),
  images: new Map([
    [
      'image',
      {
        numbers: Uint32Array.from(images.keys()),
        typicalSide: SIDE,
        hashes: null,
        async *read(numbers) {
          for (const number of numbers) {
            const image = images[number];
            if (image) yield image;
          }
        },
      },
    ],
  ]),
});

export function exampleImages(count: number, classes: number, seed: number): LabelledRows {
  const random = seededRandom(seed);
  const targets = Float64Array.from({ length: count }, (_, row) => row % classes);
  return { features: pictures(Array.from(targets, (kind) => bar(kind, random))), targets, weights: null };
}

/** Bars of two or three kinds; learnt from what `from` names where an algorithm needs a model. */
export const exampleImageData = (task: 'binary' | 'multiclass', count = 120, from = ''): TrainingData => {
  const classes = task === 'binary' ? ['level', 'upright'] : ['level', 'slanted', 'upright'];
  const all = exampleImages(count + Math.ceil(count / 4), classes.length, 1);
  const part = (begin: number, end: number): LabelledRows => ({
    features: takeRows(
      all.features,
      Uint32Array.from({ length: end - begin }, (_, row) => begin + row),
    ),
    targets: all.targets.slice(begin, end),
    weights: null,
  });
  return {
    task,
    classes,
    columns: [{ name: 'image', type: 'image' }],
    train: part(0, count),
    validation: part(count, all.targets.length),
    from: { path: from, name: 'example' },
  };
};

/** A tiny network with drawn weights that takes images [N, 3, 16, 16], in the place of one that knows images; `between` its layers. */
export function exampleBackbone(between = 'Relu'): Uint8Array {
  const random = seededRandom(9);
  const drawn = (size: number, deviation: number): number[] =>
    Array.from({ length: size }, () => deviation * (2 * random() - 1));
  const graph = new GraphBuilder('n');
  const first = graph.add(
    'Conv',
    ['picture', graph.floats(drawn(12 * 27, 0.6), [12, 3, 3, 3]), graph.floats(drawn(12, 0.1))],
    {
      kernel_shape: [3, 3],
      pads: [1, 1, 1, 1],
      strides: [2, 2],
    },
  );
  const second = graph.add(
    'Conv',
    [
      graph.add(between, [first], between === 'LRN' ? { size: 3 } : {}),
      graph.floats(drawn(16 * 108, 0.3), [16, 12, 3, 3]),
    ],
    {
      kernel_shape: [3, 3],
      pads: [1, 1, 1, 1],
      strides: [2, 2],
    },
  );
  const flat = graph.add('Flatten', [graph.add('Relu', [second])], { axis: 1 });
  graph.add('Gemm', [flat, graph.floats(drawn(256 * 5, 0.1), [256, 5])], {}, { output: 'logits' });
  return modelBytes(
    graph.graph(
      'g',
      [makeValueInfo('picture', FLOAT, ['N', 3, SIDE, SIDE])],
      [makeValueInfo('logits', FLOAT, ['N', 5])],
    ),
  );
}
