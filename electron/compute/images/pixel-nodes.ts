import type { ValueInfoProto } from 'onnx-buf';
import { FLOAT, type GraphBuilder, makeValueInfo, UINT8 } from '../onnx/graph-builder.ts';

/** Name of the input of every image model: pixels [N, height, width, 3], red, green, blue from 0 to 255, any size. */
export const PIXEL_INPUT = 'image';

/** How pixels become the numbers a network takes. */
export interface PixelScale {
  readonly height: number;
  readonly width: number;
  /** Taken from and divided out of each colour, in the units of pixels. */
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** Pixels from 0 to 255 around zero, with a deviation of about one. */
const [MIDDLE, SPREAD] = [127.5, 64];

/** The scale of a network that is trained from scratch: square, all colours alike. */
export const evenScale = (side: number): PixelScale => ({
  height: side,
  width: side,
  mean: [MIDDLE, MIDDLE, MIDDLE],
  deviation: [SPREAD, SPREAD, SPREAD],
});

/** The input as a graph declares it. */
export const pixelInput = (): ValueInfoProto => makeValueInfo(PIXEL_INPUT, UINT8, ['N', 'height', 'width', 3]);

/**
 * Adds the way from pixels [N, h, w, 3] to a network's input [N, 3, height, width]: resized by linear interpolation that
 * keeps edges smooth when it shrinks (needs opset 18), then scaled. Training runs these same nodes.
 */
export function pixelNodes(graph: GraphBuilder, pixels: string, scale: PixelScale): string {
  const images = graph.add('Transpose', [graph.add('Cast', [pixels], { to: FLOAT })], { perm: [0, 3, 1, 2] });
  const resized = graph.add('Resize', [images, '', '', graph.integers([scale.height, scale.width])], {
    mode: 'linear',
    antialias: 1,
    axes: [2, 3],
    coordinate_transformation_mode: 'half_pixel',
  });
  const colours = (values: readonly number[]): string => graph.floats(values, [1, 3, 1, 1]);
  return graph.add('Div', [graph.add('Sub', [resized, colours(scale.mean)]), colours(scale.deviation)]);
}
