import { type AttributeValue, type GraphBuilder, INT64 } from '../onnx/graph-builder.ts';
import type { WeightValues } from './layers-file.ts';

/** What a kind of layer sees of one layer. */
export interface LayerInput {
  readonly graph: GraphBuilder;
  readonly config: Readonly<Record<string, unknown>>;
  /** Values it takes, in order; layers keep the order of axes that Keras has, channels last. */
  readonly inputs: readonly string[];
  readonly x: string;
  /** Axes of the first value, the batch included. */
  readonly rank: number;
  /** A weight by the end of its name; the second asks for one that may be left out. */
  weight(name: string): WeightValues;
  optional(name: string): WeightValues | undefined;
  number(name: string, standard: number): number;
  numbers(name: string, standard: readonly number[]): number[];
  text(name: string, standard: string): string;
  flag(name: string, standard: boolean): boolean;
  /** Adds the activation that `config` names. */
  activated(x: string): string;
  /** Refuses a form of the layer that is not covered. */
  refuse(what: string): never;
}

type LayerKind = (layer: LayerInput) => string;

const same: LayerKind = ({ x }) => x;
const constant = (graph: GraphBuilder, { values, shape }: WeightValues): string => graph.floats(values, shape);

/** Channels from last to second and back: Conv and pools of ONNX take them there. */
const toFront = (graph: GraphBuilder, x: string, rank: number): string =>
  graph.add('Transpose', [x], { perm: [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1)] });
const toBack = (graph: GraphBuilder, x: string, rank: number): string =>
  graph.add('Transpose', [x], { perm: [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1] });

function requireChannelsLast({ text, refuse }: LayerInput): void {
  if (text('data_format', 'channels_last').toLowerCase().replace('_', '') !== 'channelslast')
    refuse('with channels first');
}

/** How the edges of an image are filled; a window wider than its cells (dilated) has to be told in numbers. */
function padding(
  { text, refuse }: LayerInput,
  size: readonly number[],
  dilations: readonly number[] = [],
): Readonly<Record<string, AttributeValue>> {
  const name = text('padding', 'valid');
  if (name === 'valid') return { auto_pad: 'VALID' };
  if (name !== 'same') return refuse(`with padding "${name}"`);
  if (dilations.every((step) => step === 1)) return { auto_pad: 'SAME_UPPER' };
  const total = size.map((cells, axis) => (cells - 1) * (dilations[axis] ?? 1));
  const before = total.map((cells) => Math.floor(cells / 2));
  return { pads: [...before, ...total.map((cells, axis) => cells - (before[axis] ?? 0))] };
}

/** Weights [...kernel, a, b] with the last two axes first, in the given order. */
function turned({ shape, values }: WeightValues, isSwapped: boolean): WeightValues {
  const spatial = shape.slice(0, -2);
  const [a = 1, b = 1] = shape.slice(-2);
  const cells = spatial.reduce((product, side) => product * side, 1);
  const [outer, inner] = isSwapped ? [b, a] : [a, b];
  const result = new Float32Array(values.length);
  for (let cell = 0; cell < cells; cell++)
    for (let i = 0; i < a; i++)
      for (let j = 0; j < b; j++) {
        const [first, second] = isSwapped ? [j, i] : [i, j];
        result[(first * inner + second) * cells + cell] = values[(cell * a + i) * b + j] ?? 0;
      }
  return { shape: [outer, inner, ...spatial], values: result };
}

const convolution =
  (axes: number, kernelName: 'kernel' | 'depthwise_kernel'): LayerKind =>
  (layer) => {
    const { graph, x, numbers, weight, optional, activated, rank } = layer;
    requireChannelsLast(layer);
    const kernel = weight(kernelName);
    const isByChannel = kernelName === 'depthwise_kernel';
    const channels = kernel.shape.at(-2) ?? 1;
    // By channel: [.., in, times] becomes [in times, 1, ..].
    const weights = turned(kernel, !isByChannel);
    const shape = isByChannel
      ? [channels * (kernel.shape.at(-1) ?? 1), 1, ...kernel.shape.slice(0, -2)]
      : weights.shape;
    const bias = optional('bias');
    const ones = Array<number>(axes).fill(1);
    const size = kernel.shape.slice(0, -2);
    const dilations = numbers('dilation_rate', ones);
    const result = graph.add(
      'Conv',
      [toFront(graph, x, rank), graph.floats(weights.values, shape), ...(bias ? [constant(graph, bias)] : [])],
      {
        kernel_shape: size,
        strides: numbers('strides', ones),
        dilations,
        ...padding(layer, size, dilations),
        ...(isByChannel ? { group: channels } : {}),
      },
    );
    return activated(toBack(graph, result, rank));
  };

/** By channel first, then one number a channel. */
const separable: LayerKind = (layer) => {
  const { graph, weight, optional, activated, rank } = layer;
  const byChannel = convolution(2, 'depthwise_kernel')({ ...layer, optional: () => undefined, activated: (x) => x });
  const mixed = graph.add('Conv', [
    toFront(graph, byChannel, rank),
    constant(graph, turned(weight('pointwise_kernel'), true)),
    ...(optional('bias') ? [constant(graph, weight('bias'))] : []),
  ]);
  return activated(toBack(graph, mixed, rank));
};

const pool =
  (axes: number, operator: 'MaxPool' | 'AveragePool'): LayerKind =>
  (layer) => {
    const { graph, x, numbers, rank } = layer;
    requireChannelsLast(layer);
    const size = numbers('pool_size', Array<number>(axes).fill(2));
    const result = graph.add(operator, [toFront(graph, x, rank)], {
      kernel_shape: size,
      strides: numbers('strides', size),
      ...padding(layer, size),
    });
    return toBack(graph, result, rank);
  };

const overall =
  (operator: 'ReduceMean' | 'ReduceMax'): LayerKind =>
  (layer) => {
    requireChannelsLast(layer);
    const axes = Array.from({ length: layer.rank - 2 }, (_, axis) => axis + 1);
    return layer.graph.add(operator, [layer.x], { axes, keepdims: 0 });
  };

const merged =
  (operator: string): LayerKind =>
  ({ graph, inputs }) =>
    inputs.slice(1).reduce((sum, input) => graph.add(operator, [sum, input]), inputs[0] ?? '');

const requireLastAxis = ({ config, rank, refuse }: LayerInput): void => {
  const given = config['axis'] ?? -1;
  const axis = Number(Array.isArray(given) ? given[0] : given);
  if (axis !== -1 && axis !== rank - 1) refuse(`along axis ${axis}`);
};

/** (x - mean) / sqrt(variance + epsilon) gamma + beta, as one factor and one shift a channel. */
const batchNormalization: LayerKind = (layer) => {
  const { graph, x, weight, optional, number } = layer;
  requireLastAxis(layer);
  const [mean, variance] = [weight('moving_mean').values, weight('moving_variance').values];
  const [gamma, beta] = [optional('gamma')?.values, optional('beta')?.values];
  const epsilon = number('epsilon', 1e-3);
  const factor = variance.map((value, at) => (gamma?.[at] ?? 1) / Math.sqrt(value + epsilon));
  const shift = mean.map((value, at) => (beta?.[at] ?? 0) - value * (factor[at] ?? 1));
  return graph.add('Add', [graph.add('Mul', [x, graph.floats(factor)]), graph.floats(shift)]);
};

const layerNormalization: LayerKind = (layer) => {
  const { graph, x, optional, number } = layer;
  requireLastAxis(layer);
  const gamma = optional('gamma') ?? layer.refuse('without gamma');
  const beta = optional('beta');
  return graph.add('LayerNormalization', [x, constant(graph, gamma), ...(beta ? [constant(graph, beta)] : [])], {
    axis: -1,
    epsilon: { real: number('epsilon', 1e-3) },
  });
};

/** Layers by the class names of Keras. Those that only train (dropout, noise) pass their input on. */
export const LAYER_KINDS: Readonly<Record<string, LayerKind>> = {
  InputLayer: same,
  Dropout: same,
  SpatialDropout1D: same,
  SpatialDropout2D: same,
  GaussianNoise: same,
  GaussianDropout: same,
  AlphaDropout: same,
  ActivityRegularization: same,
  Dense({ graph, x, weight, optional, activated }) {
    const bias = optional('bias');
    const product = graph.add('MatMul', [x, constant(graph, weight('kernel'))]);
    return activated(bias ? graph.add('Add', [product, constant(graph, bias)]) : product);
  },
  Activation: ({ x, activated }) => activated(x),
  ReLU(layer) {
    const { graph, x, config, number, refuse } = layer;
    if (number('threshold', 0) !== 0) refuse('with a threshold');
    const slope = number('negative_slope', 0);
    const risen = slope === 0 ? graph.add('Relu', [x]) : graph.add('LeakyRelu', [x], { alpha: { real: slope } });
    const most = config['max_value'];
    return typeof most === 'number' ? graph.add('Min', [risen, graph.float(most)]) : risen;
  },
  LeakyReLU: ({ graph, x, number }) =>
    graph.add('LeakyRelu', [x], { alpha: { real: number('alpha', number('negative_slope', 0.3)) } }),
  ELU: ({ graph, x, number }) => graph.add('Elu', [x], { alpha: { real: number('alpha', 1) } }),
  ThresholdedReLU: ({ graph, x, number }) => graph.add('ThresholdedRelu', [x], { alpha: { real: number('theta', 1) } }),
  PReLU: ({ graph, x, weight }) => graph.add('PRelu', [x, constant(graph, weight('alpha'))]),
  Softmax: ({ graph, x, number }) => graph.add('Softmax', [x], { axis: number('axis', -1) }),
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Conv1D: convolution(1, 'kernel'),
  Conv2D: convolution(2, 'kernel'),
  DepthwiseConv2D: convolution(2, 'depthwise_kernel'),
  SeparableConv2D: separable,
  MaxPooling1D: pool(1, 'MaxPool'),
  MaxPooling2D: pool(2, 'MaxPool'),
  AveragePooling1D: pool(1, 'AveragePool'),
  AveragePooling2D: pool(2, 'AveragePool'),
  GlobalAveragePooling1D: overall('ReduceMean'),
  GlobalAveragePooling2D: overall('ReduceMean'),
  GlobalMaxPooling1D: overall('ReduceMax'),
  GlobalMaxPooling2D: overall('ReduceMax'),
  ZeroPadding2D(layer) {
    requireChannelsLast(layer);
    const given = layer.config['padding'];
    const sides = Array.isArray(given) ? given.map((side: unknown) => [side].flat().map(Number)) : [[Number(given)]];
    const [[top = 0, bottom = top] = [], [left = top, right = left] = [top]] = sides;
    const pads = layer.graph.integers([0, top, left, 0, 0, bottom, right, 0]);
    return layer.graph.add('Pad', [layer.x, pads]);
  },
  Flatten: ({ graph, x }) => graph.add('Flatten', [x], { axis: 1 }),
  Reshape({ graph, x, numbers }) {
    const target = numbers('target_shape', []);
    // The batch keeps its length: a zero copies it, a minus one finds it.
    return graph.add('Reshape', [x, graph.integers([target.includes(-1) ? 0 : -1, ...target])]);
  },
  Permute: ({ graph, x, numbers }) => graph.add('Transpose', [x], { perm: [0, ...numbers('dims', [])] }),
  Rescaling: ({ graph, x, number }) =>
    graph.add('Add', [graph.add('Mul', [x, graph.float(number('scale', 1))]), graph.float(number('offset', 0))]),
  Embedding({ graph, x, weight, flag, refuse }) {
    if (flag('mask_zero', false)) refuse('that masks zeros');
    return graph.add('Gather', [constant(graph, weight('embeddings')), graph.add('Cast', [x], { to: INT64 })]);
  },
  Add: merged('Add'),
  Subtract: merged('Sub'),
  Multiply: merged('Mul'),
  Maximum: merged('Max'),
  Minimum: merged('Min'),
  Average: (layer) =>
    layer.graph.add('Mul', [merged('Add')(layer), layer.graph.float(1 / Math.max(1, layer.inputs.length))]),
  Concatenate: ({ graph, inputs, number }) => graph.add('Concat', inputs, { axis: number('axis', -1) }),
};
