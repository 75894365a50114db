import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { standardNormal } from '../train/seeded-random.ts';
import type { StartedGraph, StartedParameter } from '../train/started-graph.ts';

export interface ConvNetworkForm {
  /** Height and width of the images. */
  readonly side: number;
  readonly channels: number;
  /** Filters of each stage; each halves height and width. */
  readonly filters: readonly number[];
  /** Units of the layer before the answer. */
  readonly hidden: number;
  readonly outputs: number;
}

const KERNEL = 3;

/** Side of the image after so many halvings, rounded up as the pooling does. */
const sideAfter = (side: number, stages: number): number => Math.ceil(side / 2 ** stages);

/**
 * A small convolutional network: stages of a 3 x 3 convolution, Relu and 2 x 2 average pooling, then two dense layers. Weights
 * start as He et al. (2015) give for rectified layers, biases at zero. Layers are named conv0, conv1, .., dense0, dense1.
 */
export function convNetwork(form: ConvNetworkForm, random: () => number): StartedGraph {
  const { side, channels, filters, hidden, outputs } = form;
  const parameters: StartedParameter[] = [];
  const layer = (name: string, dims: readonly number[], fanIn: number, gain: number): void => {
    const deviation = Math.sqrt(gain / fanIn);
    const size = dims.reduce((product, one) => product * one, 1);
    const values = Float32Array.from({ length: size }, () => deviation * standardNormal(random));
    const outgoing = dims.length === 4 ? (dims[0] ?? 1) : (dims[1] ?? 1);
    parameters.push({ name: `${name}.weight`, dims, values, isDecayed: true });
    parameters.push({ name: `${name}.bias`, dims: [outgoing], values: new Float32Array(outgoing), isDecayed: false });
  };
  for (const [stage, count] of filters.entries()) {
    const from = filters[stage - 1] ?? channels;
    layer(`conv${stage}`, [count, from, KERNEL, KERNEL], from * KERNEL * KERNEL, 2);
  }
  const last = sideAfter(side, filters.length);
  const flat = last * last * (filters.at(-1) ?? channels);
  layer('dense0', [flat, hidden], flat, 2);
  layer('dense1', [hidden, outputs], hidden, 1);
  return {
    inputs: [{ dims: [channels, side, side] }],
    outputs,
    parameters,
    forward(graph: GraphBuilder, [images = ''], nameOf) {
      let value = images;
      for (const stage of filters.keys()) {
        const name = `conv${stage}`;
        const attributes = { kernel_shape: [KERNEL, KERNEL], pads: [1, 1, 1, 1], strides: [2, 2] };
        value = graph.add('Conv', [value, nameOf(`${name}.weight`), nameOf(`${name}.bias`)], attributes);
        value = graph.add('Relu', [value]);
      }
      value = graph.add('Reshape', [value, graph.integers([-1, flat])]);
      value = graph.add('Relu', [graph.add('Gemm', [value, nameOf('dense0.weight'), nameOf('dense0.bias')])]);
      return graph.add('Gemm', [value, nameOf('dense1.weight'), nameOf('dense1.bias')]);
    },
  };
}
