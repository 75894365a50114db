import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pixels } from '../../electron/compute/images/decode-image.ts';
import type { ImageFitContext, ImageRows, ImageTrainingData } from '../../electron/compute/images/image-estimator.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../../electron/compute/onnx/graph-builder.ts';
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

export function exampleImages(count: number, classes: number, seed: number): ImageRows {
  const random = seededRandom(seed);
  const targets = Float64Array.from({ length: count }, (_, row) => row % classes);
  const images = Array.from(targets, (kind) => bar(kind, random));
  return {
    rows: count,
    targets,
    weights: null,
    async *pixels() {
      yield* images;
    },
  };
}

export const exampleImageData = (task: 'binary' | 'multiclass', count = 120): ImageTrainingData => {
  const classes = task === 'binary' ? ['level', 'upright'] : ['level', 'slanted', 'upright'];
  return {
    task,
    classes,
    train: exampleImages(count, classes.length, 1),
    validation: exampleImages(Math.ceil(count / 4), classes.length, 2),
    typicalSide: SIDE,
  };
};

/** A tiny network with drawn weights that takes images [N, 3, 16, 16], in the place of one that knows images. */
export function exampleBackbone(): Uint8Array {
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
  const second = graph.add('Conv', [graph.add('Relu', [first]), graph.floats(drawn(16 * 108, 0.3), [16, 12, 3, 3])], {
    kernel_shape: [3, 3],
    pads: [1, 1, 1, 1],
    strides: [2, 2],
  });
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

/** Runs work with a fit's context in a folder of its own. */
export async function inImageFolder<T>(
  work: (context: ImageFitContext, abort: AbortController) => Promise<T>,
  backbone = '',
  changes: Partial<ImageFitContext> = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-image-fit-'));
  const abort = new AbortController();
  try {
    return await work(
      {
        seed: 1,
        threads: 2,
        signal: abort.signal,
        folder,
        budgetMs: Number.POSITIVE_INFINITY,
        backbone: { path: backbone, name: 'example' },
        prepared() {},
        shouldStop: () => false,
        progress() {},
        measure() {},
        log() {},
        ...changes,
      },
      abort,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
