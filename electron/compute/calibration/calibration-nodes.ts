import { type GraphBuilder, INT64 } from '../onnx/graph-builder.ts';
import type { IsotonicKnots } from '../stats/isotonic.ts';
import { type BetaCalibration, MARGIN } from './beta-calibration.ts';
import { type Calibration, curvesOf } from './calibration.ts';
import { type HistogramCalibration, histogramBounds } from './histogram-calibration.ts';

/** Adds the nodes that correct class shares [N, classes]; answers the corrected ones' name, or gives them `output`. */
export function calibrationNodes(
  graph: GraphBuilder,
  probabilities: string,
  {
    calibration,
    classes,
    output,
  }: { readonly calibration: Calibration; readonly classes: number; readonly output?: string },
): string {
  const named = output === undefined ? {} : { output };
  const logOf = (shares: string, floor: number): string =>
    graph.add('Log', [graph.add('Max', [shares, graph.float(floor)])]);
  if (calibration.kind === 'temperature')
    return graph.add(
      'Softmax',
      [graph.add('Div', [logOf(probabilities, calibration.floor), graph.float(calibration.temperature)])],
      { axis: -1 },
      named,
    );
  const column = (k: number): string => graph.add('Gather', [probabilities, graph.integers([k])], { axis: 1 });
  let values: string;
  if (calibration.kind === 'platt') {
    const { floor } = calibration;
    const own = logOf(classes === 2 ? column(1) : probabilities, floor);
    const rest = logOf(classes === 2 ? column(0) : graph.add('Sub', [graph.float(1), probabilities]), floor);
    const scaled = graph.add('Mul', [
      graph.add('Sub', [own, rest]),
      graph.floats(calibration.curves.map(({ a }) => -a)),
    ]);
    values = graph.add('Sigmoid', [graph.add('Sub', [scaled, graph.floats(calibration.curves.map(({ b }) => b))])]);
  } else {
    const columns = curvesOf(classes).map((k, place) =>
      curveNodes(graph, calibration, place, {
        share: column(k),
        rest: classes === 2 ? column(1 - k) : graph.add('Sub', [graph.float(1), column(k)]),
      }),
    );
    values = columns.length === 1 ? (columns[0] ?? '') : graph.add('Concat', columns, { axis: 1 });
  }
  if (classes === 2)
    return graph.add('Concat', [graph.add('Sub', [graph.float(1), values]), values], { axis: 1 }, named);
  const sum = graph.add('ReduceSum', [values, graph.integers([1])], { keepdims: 1 });
  const isNothing = graph.add('Equal', [sum, graph.float(0)]);
  const divided = graph.add('Div', [values, graph.add('Where', [isNothing, graph.float(1), sum])]);
  return graph.add('Where', [isNothing, graph.float(1 / classes), divided], {}, named);
}

/** One class's share by its own curve. */
function curveNodes(
  graph: GraphBuilder,
  calibration: Extract<Calibration, { readonly kind: 'beta' | 'histogram' | 'isotonic' }>,
  place: number,
  { share, rest }: { readonly share: string; readonly rest: string },
): string {
  switch (calibration.kind) {
    case 'beta':
      return betaNodes(graph, calibration.curves[place] ?? { a: 1, b: 1, c: 0 }, { share, rest });
    case 'histogram':
      return histogramNodes(graph, calibration.curves[place] ?? { values: new Float64Array() }, share);
    case 'isotonic':
      return isotonicNodes(graph, share, calibration.curves[place] ?? { x: new Float64Array(), y: new Float64Array() });
  }
}

/** The share and the rest each have their own logarithm, which keeps the digits of both ends. */
function betaNodes(
  graph: GraphBuilder,
  { a, b, c }: BetaCalibration,
  { share, rest }: { readonly share: string; readonly rest: string },
): string {
  const part = (value: string, factor: number): string =>
    graph.add('Mul', [
      graph.add('Log', [graph.add('Clip', [value, graph.float(MARGIN), graph.float(1 - MARGIN)])]),
      graph.float(factor),
    ]);
  const logit = graph.add('Sub', [part(share, a), part(rest, b)]);
  return graph.add('Sigmoid', [graph.add('Add', [logit, graph.float(c)])]);
}

/** The share of positives of a score's bin, the score itself where the bin had no rows. */
function histogramNodes(graph: GraphBuilder, { values }: HistogramCalibration, share: string): string {
  if (values.length === 0) return share;
  const bin = segmentNodes(graph, share, histogramBounds(values.length));
  const of = (list: readonly number[]): string =>
    graph.add('Gather', [graph.floats(list, [values.length]), bin], { axis: 0 });
  const isEmpty = graph.add('Greater', [
    of(Array.from(values, (value) => Number(Number.isNaN(value)))),
    graph.float(0),
  ]);
  return graph.add('Where', [isEmpty, share, of(Array.from(values, (value) => (Number.isNaN(value) ? 0 : value)))]);
}

/** How many of the ascending bounds are not above the score: the number of its segment, [N, 1]. */
function segmentNodes(graph: GraphBuilder, score: string, bounds: readonly number[]): string {
  if (bounds.length === 0) return graph.add('Cast', [graph.add('Mul', [score, graph.float(0)])], { to: INT64 });
  const isPast = graph.add('Cast', [graph.add('GreaterOrEqual', [score, graph.floats(bounds)])], { to: INT64 });
  return graph.add('ReduceSum', [isPast, graph.integers([1])], { keepdims: 1 });
}

/** Straight lines between corners, flat beyond: the number of inner corners below a score says which line it is on. */
function isotonicNodes(graph: GraphBuilder, score: string, knots: IsotonicKnots): string {
  const { x, y } = singlePrecision(knots);
  if (x.length < 2) return graph.add('Add', [graph.add('Mul', [score, graph.float(0)]), graph.float(y[0] ?? 0)]);
  const bounded = graph.add('Clip', [score, graph.float(x[0] ?? 0), graph.float(x.at(-1) ?? 1)]);
  const inner = x.slice(1, -1);
  const lines = x.length - 1;
  const constant = (values: readonly number[]): string => graph.floats(values, [lines]);
  const place = segmentNodes(graph, bounded, inner);
  const of = (values: readonly number[]): string => graph.add('Gather', [constant(values), place], { axis: 0 });
  const slopes = Array.from(
    { length: lines },
    (_, i) => ((y[i + 1] ?? 0) - (y[i] ?? 0)) / ((x[i + 1] ?? 1) - (x[i] ?? 0)),
  );
  const risen = graph.add('Mul', [graph.add('Sub', [bounded, of(x.slice(0, -1))]), of(slopes)]);
  // Rounding of a steep line may step over its ends.
  return graph.add('Min', [graph.add('Add', [of(y.slice(0, -1)), risen]), of(y.slice(1))]);
}

/** Corners whose places differ as floats; of several at one place the last. */
function singlePrecision({ x, y }: IsotonicKnots): { readonly x: number[]; readonly y: number[] } {
  const [places, heights]: [number[], number[]] = [[], []];
  for (const [i, exact] of x.entries()) {
    const place = Math.fround(exact);
    if (place === places.at(-1)) heights[heights.length - 1] = y[i] ?? 0;
    else {
      places.push(place);
      heights.push(y[i] ?? 0);
    }
  }
  return { x: places, y: heights };
}
