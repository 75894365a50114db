import { type GraphBuilder, INT64 } from '../onnx/graph-builder.ts';
import type { IsotonicKnots } from '../stats/isotonic.ts';
import { type Calibration, curvesOf } from './calibration.ts';

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
      isotonicNodes(graph, column(k), calibration.curves[place] ?? { x: new Float64Array(), y: new Float64Array() }),
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

/** Straight lines between corners, flat beyond: the number of inner corners below a score says which line it is on. */
function isotonicNodes(graph: GraphBuilder, score: string, knots: IsotonicKnots): string {
  const { x, y } = singlePrecision(knots);
  if (x.length < 2) return graph.add('Add', [graph.add('Mul', [score, graph.float(0)]), graph.float(y[0] ?? 0)]);
  const bounded = graph.add('Clip', [score, graph.float(x[0] ?? 0), graph.float(x.at(-1) ?? 1)]);
  const inner = x.slice(1, -1);
  const lines = x.length - 1;
  const constant = (values: readonly number[]): string => graph.floats(values, [lines]);
  const place =
    inner.length === 0
      ? graph.add('Cast', [graph.add('Mul', [bounded, graph.float(0)])], { to: INT64 })
      : graph.add(
          'ReduceSum',
          [
            graph.add('Cast', [graph.add('GreaterOrEqual', [bounded, graph.floats(inner)])], { to: INT64 }),
            graph.integers([1]),
          ],
          { keepdims: 1 },
        );
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
