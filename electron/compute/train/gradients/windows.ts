import type { RuleNode } from './gradient-rule.ts';

/** Strides, pads and the like of an operator with a window, filled in. */
export interface Windows {
  readonly axes: number;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Pads as an attribute; undefined where they hang on the input's size (SAME_UPPER, SAME_LOWER). */
  readonly pads: readonly number[] | undefined;
  /** Pads before and after, for each axis, as values of the graph. */
  readonly before: string;
  readonly after: string;
}

/** Reads them; `weights` names the kernel where its sides are not in an attribute. */
export function windowsOf(rule: RuleNode, weights?: string): Windows {
  const { graph, integers, text, shapeOf } = rule;
  const automatic = text('auto_pad', 'NOTSET');
  const given = integers('kernel_shape') ?? integers('strides') ?? integers('dilations');
  const known = weights === undefined ? undefined : shapeOf(weights);
  const written = integers('pads');
  const axes = given?.length ?? (written ? written.length / 2 : known ? known.length - 2 : 2);
  const strides = integers('strides') ?? Array<number>(axes).fill(1);
  const dilations = integers('dilations') ?? Array<number>(axes).fill(1);
  const filled = { axes, strides, dilations };
  if (automatic.startsWith('SAME')) return { ...filled, pads: undefined, ...samePads(rule, filled, weights) };
  const pads = written && automatic === 'NOTSET' ? written : Array<number>(2 * axes).fill(0);
  const [before, after] = [graph.integers(pads.slice(0, axes)), graph.integers(pads.slice(axes))];
  return { ...filled, pads, before, after };
}

type Steps = Pick<Windows, 'axes' | 'strides' | 'dilations'>;

/** Pads that make the result's sides the input's over the strides, rounded up; SAME_UPPER puts the odd one at the end. */
function samePads(rule: RuleNode, steps: Steps, weights: string | undefined): Pick<Windows, 'before' | 'after'> {
  const { graph, x, op, text } = rule;
  const lacking = op('Sub', reachOf(rule, steps, weights), sidesOf(rule, x, steps.axes));
  const total = op('Max', lacking, graph.integers([0]));
  const half = op('Div', total, graph.integers([2]));
  const rest = op('Sub', total, half);
  return text('auto_pad', '') === 'SAME_UPPER' ? { before: half, after: rest } : { before: rest, after: half };
}

/** Places from the first window's first to the last window's last: (windows - 1) stride + (kernel - 1) dilation + 1. */
export function reachOf(rule: RuleNode, { axes, strides, dilations }: Steps, weights?: string): string {
  const { graph, y, op, integers } = rule;
  const written = integers('kernel_shape');
  const kernel = written ? graph.integers(written) : sidesOf(rule, weights ?? '', axes);
  const one = graph.integers([1]);
  const steps = op('Mul', op('Sub', sidesOf(rule, y, axes), one), graph.integers(strides));
  return op('Add', op('Add', steps, op('Mul', op('Sub', kernel, one), graph.integers(dilations))), one);
}

/** The sides of a tensor after its first two axes. */
export const sidesOf = ({ graph, op }: RuleNode, value: string, axes: number): string =>
  op('Slice', op('Shape', value), graph.integers([2]), graph.integers([2 + axes]));

/** A tensor [N, C, ...] with so many places of `filling` before and after. */
export function padded(
  { graph, op, make }: RuleNode,
  value: string,
  [before, after]: readonly [string, string],
  filling = 0,
): string {
  const none = graph.integers([0, 0]);
  return op('Pad', value, make('Concat', { axis: 0 }, none, before, none, after), graph.float(filling));
}

/**
 * Cuts or fills a tensor whose places are counted from the first pad, so that it has the places of `like`: [N, C, ...].
 * What windows never reached at the end is zero.
 */
export function fitted(rule: RuleNode, whole: string, like: string, { axes, before }: Windows): string {
  const { graph, op } = rule;
  const end = op('Add', before, sidesOf(rule, like, axes));
  const lacking = op('Max', op('Sub', end, sidesOf(rule, whole, axes)), graph.integers([0]));
  const filled = padded(rule, whole, [graph.integers(Array<number>(axes).fill(0)), lacking]);
  return op('Slice', filled, before, end, graph.integers(Array.from({ length: axes }, (_, axis) => axis + 2)));
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
  const { axes, strides, dilations, before, after } = windows;
  const own = windows.pads ? input : padded(rule, input, [before, after]);
  const pads = windows.pads ?? Array<number>(2 * axes).fill(0);
  const places = Array.from({ length: axes }, (_, axis) => axis + 3);
  const sizes = (value: string): string => sidesOf(rule, value, axes);
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
    grouped(own, [2, 1, 0]),
    joined(graph.integers([-1]), op('Mul', rows, graph.integers([groups])), sizes(own)),
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
