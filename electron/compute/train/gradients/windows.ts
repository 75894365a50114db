import type { AttributeValue } from '../../onnx/graph-builder.ts';
import type { RuleNode } from './gradient-rule.ts';

/** Strides, pads and the like of an operator with a window, filled in. */
export interface Windows {
  readonly axes: number;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Pads before, for each axis. */
  readonly before: readonly number[];
  readonly pads: readonly number[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Reads them; pads that are left to the runtime (`auto_pad`) are refused, since they hang on the input's size. */
export function windowsOf(rule: RuleNode, weights?: string): Windows {
  const { integers, text, shapeOf, refuse } = rule;
  const automatic = text('auto_pad', 'NOTSET');
  if (automatic !== 'NOTSET' && automatic !== 'VALID') return refuse(`with auto_pad ${automatic}`);
  const given = integers('kernel_shape') ?? integers('strides') ?? integers('dilations');
  const known = weights === undefined ? undefined : shapeOf(weights);
  const pads = integers('pads');
  const axes = given?.length ?? (pads ? pads.length / 2 : known ? known.length - 2 : 2);
  const filled = {
    strides: integers('strides') ?? Array<number>(axes).fill(1),
    dilations: integers('dilations') ?? Array<number>(axes).fill(1),
    pads: pads && automatic === 'NOTSET' ? pads : Array<number>(2 * axes).fill(0),
  };
  return { ...filled, axes, before: filled.pads.slice(0, axes), attributes: filled };
}

/**
 * Cuts or fills a tensor whose places are counted from the first pad, so that it has the places of `like`: [N, C, ...].
 * What windows never reached at the end is zero.
 */
export function fitted({ graph, op }: RuleNode, whole: string, like: string, { axes, before }: Windows): string {
  const spatial = graph.integers(Array.from({ length: axes }, (_, axis) => axis + 2));
  const begin = graph.integers(before);
  const end = op('Add', begin, op('Gather', op('Shape', like), spatial));
  const lacking = op('Max', op('Sub', end, op('Gather', op('Shape', whole), spatial)), graph.integers([0]));
  const none = graph.integers(Array<number>(axes + 4).fill(0));
  const filled = op('Pad', whole, graph.add('Concat', [none, lacking], { axis: 0 }));
  return op('Slice', filled, begin, end, spatial);
}

/**
 * The gradient of a convolution's weights [O, I / groups, ...] from its input [N, I, ...] and its result's gradient
 * [N, O, ...]: a convolution again, rows and channels exchanged, strides and dilations too.
 */
export function weightGradient(
  rule: RuleNode,
  input: string,
  gradient: string,
  like: string,
  windows: Windows,
): string {
  const { graph, op, make, integer } = rule;
  const groups = integer('group', 1);
  const { axes, strides, dilations, pads } = windows;
  const places = Array.from({ length: axes }, (_, axis) => axis + 3);
  const sizes = (value: string): string =>
    op('Slice', op('Shape', value), graph.integers([2]), graph.integers([2 + axes]));
  const rowsOf = (value: string): string => op('Slice', op('Shape', value), graph.integers([0]), graph.integers([1]));
  const joined = (...parts: string[]): string => make('Concat', { axis: 0 }, ...parts);
  const grouped = (value: string, perm: readonly number[]): string =>
    make(
      'Transpose',
      { perm: [...perm, ...places] },
      op('Reshape', value, joined(rowsOf(value), graph.integers([groups, -1]), sizes(value))),
    );
  // [N, groups, c, ...] to [c, groups N, ...], and to [groups o, N, ...].
  const rows = rowsOf(input);
  const asRows = op(
    'Reshape',
    grouped(input, [2, 1, 0]),
    joined(graph.integers([-1]), op('Mul', rows, graph.integers([groups])), sizes(input)),
  );
  const asWeights = op('Reshape', grouped(gradient, [1, 2, 0]), joined(graph.integers([-1]), rows, sizes(gradient)));
  const whole = make('Conv', { strides: dilations, dilations: strides, pads, group: groups }, asRows, asWeights);
  const turned = make('Transpose', { perm: [1, 0, ...places.map((place) => place - 1)] }, whole);
  const spatial = graph.integers(places.map((place) => place - 1));
  const zero = graph.integers(Array<number>(axes).fill(0));
  return op('Slice', turned, zero, op('Gather', op('Shape', like), spatial), spatial);
}

/** The sum over all axes but the channels': [N, C, ...] to [C]. */
export const channelSum = ({ graph, op, make }: RuleNode, value: string): string =>
  make('ReduceSum', { keepdims: 0 }, op('Reshape', value, graph.integers([0, 0, -1])), graph.integers([0, 2]));
