import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { RowDraws } from '../train/row-draws.ts';
import { seededRandom } from '../train/seeded-random.ts';

/** What may happen to an image before it is learnt; every amount is drawn evenly up to its bound. */
export interface Augmentation {
  /** Whether left and right may be exchanged; half of the images are. */
  readonly flip: boolean;
  /** Most shift, as a share of width and height. */
  readonly shift: number;
  /** Most zoom in or out, as a share. */
  readonly zoom: number;
  /** Most turn, in degrees. */
  readonly turn: number;
  /** Most change of brightness, as a share of the values' deviation. */
  readonly brightness: number;
}

export const hasAugmentation = ({ flip, shift, zoom, turn, brightness }: Augmentation): boolean =>
  flip || shift > 0 || zoom > 0 || turn > 0 || brightness > 0;

/** For each image an affine map [2, 3] from places of the result to places of the image, both from -1 to 1, and its light. */
export interface DrawnChanges {
  readonly moves: Float32Array;
  /** What is added to and what is multiplied with the values. */
  readonly lights: Float32Array;
}

/** Draws the changes of `rows` images; the same for the same seed. */
export function drawChanges(augmentation: Augmentation, rows: number, seed: number): DrawnChanges {
  const random = seededRandom(seed);
  return drawn(augmentation, rows, () => random);
}

/** Draws the changes of images by their numbers: an image's own depend on its number and the seed alone. */
export const drawChangesOf = (augmentation: Augmentation, numbers: Uint32Array, seed: number): DrawnChanges =>
  drawn(augmentation, numbers.length, (row) => seededRandom(Math.imul(seed, IMAGES_APART) + (numbers[row] ?? 0)));

/** Seeds of two draws of all images lie at least this far apart. */
const IMAGES_APART = 1_000_003;

function drawn(augmentation: Augmentation, rows: number, generator: (row: number) => () => number): DrawnChanges {
  const moves = new Float32Array(rows * 6);
  const lights = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const random = generator(row);
    const within = (bound: number): number => bound * (2 * random() - 1);
    const side = augmentation.flip && random() < 0.5 ? -1 : 1;
    const scale = 1 + within(augmentation.zoom);
    const angle = (within(augmentation.turn) * Math.PI) / 180;
    const [cos, sin] = [scale * Math.cos(angle), scale * Math.sin(angle)];
    // Places run over a length of 2.
    const [dx, dy] = [within(2 * augmentation.shift), within(2 * augmentation.shift)];
    moves.set([side * cos, -sin, dx, side * sin, cos, dy], row * 6);
    lights.set([within(augmentation.brightness), 1 + within(augmentation.brightness / 2)], row * 2);
  }
  return { moves, lights };
}

/**
 * Adds nodes that move, turn, mirror and light a batch of images [B, channels, height, width]: one sampling of the image by
 * an affine grid (bilinear, edges repeated). `moves` [B, 2, 3], `lights` [B, 2]. No gradient passes to the image.
 */
export function augmentNodes(
  graph: GraphBuilder,
  images: string,
  [, height = 1, width = 1]: readonly number[],
  { moves, lights }: { readonly moves: string; readonly lights: string },
): string {
  const grid: number[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) grid.push((2 * x + 1) / width - 1, (2 * y + 1) / height - 1, 1);
  const places = graph.floats(grid, [1, height * width, 3]);
  const moved = graph.add('MatMul', [places, graph.add('Transpose', [moves], { perm: [0, 2, 1] })]);
  const sampled = graph.add(
    'GridSample',
    [images, graph.add('Reshape', [moved, graph.integers([-1, height, width, 2])])],
    { mode: 'bilinear', padding_mode: 'border', align_corners: 0 },
  );
  const light = (at: number): string =>
    graph.add('Reshape', [
      graph.add('Gather', [lights, graph.integers([at])], { axis: 1 }),
      graph.integers([-1, 1, 1, 1]),
    ]);
  return graph.add('Add', [graph.add('Mul', [sampled, light(1)]), light(0)]);
}

/** The changes as draws of a training: anew for every image in each epoch. The first input is the image, `dims` a row's. */
export const augmentationDraws = (augmentation: Augmentation, dims: readonly number[]): RowDraws => ({
  inputs: [{ dims: [2, 3] }, { dims: [2] }],
  draw(rows, seed) {
    const { moves, lights } = drawChanges(augmentation, rows, seed);
    return [moves, lights];
  },
  nodes: (graph, [images = '', ...others], [moves = '', lights = '']) => [
    augmentNodes(graph, images, dims, { moves, lights }),
    ...others,
  ],
});
