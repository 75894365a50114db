import { type Frame, frameColumn } from '../../frame/frame.ts';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import { type DesignBlock, meaningOf } from './design-block.ts';
import { type NumberScale, numberScale, type Scaling } from './number-scale.ts';
import { quantileKnots, stepKnots } from './number-steps.ts';

/** Scaled numbers end here, so that one wild value cannot outshout a row. */
const LIMIT = 20;
const ROWS_AT_ONCE = 1024;
/** The mean rank of steps, 0 to 1, enters with deviation one: a uniform variable's is 1 / sqrt(12). */
const UNIFORM_SPREAD = Math.fround(Math.sqrt(12));

interface ScaledNumber extends NumberScale {
  readonly column: string;
  /** Bounds of cells that each rise from 0 to 1 between two neighbours; empty for none. */
  readonly steps: readonly number[];
  /** Bounds of equal frequency whose mean rise is the number's rank; null where it enters by its scale. */
  readonly ranks: readonly number[] | null;
}

/**
 * Numbers: each scaled (mean and deviation, median and quartiles, or its rank among training rows), missing as 0 with a
 * flag of its own where training rows had gaps, and up to `most` steps for skewed ones.
 */
export function learnNumbers(frame: Frame, columns: readonly string[], scaling: Scaling, most: number): DesignBlock {
  const numbers = columns.map((column): ScaledNumber => {
    const values = valuesOf(frame, column);
    const ranks = scaling === 'quantile' ? quantileKnots(values) : [];
    return {
      column,
      ...numberScale(values, scaling === 'robust'),
      steps: stepKnots(values, most),
      ranks: ranks.length > 0 ? ranks : null,
    };
  });
  const withMissing = numbers.flatMap(({ hasMissing }, index) => (hasMissing ? [index] : []));
  return {
    inputs: columns.map((column) => ({ column, type: 'float' })),
    labels: [
      ...columns,
      ...numbers.flatMap(({ column, steps }) => steps.slice(1).map((_, i) => `${column} above ${steps[i]}`)),
      ...withMissing.map((index) => `${columns[index]} is missing`),
    ],
    meanings: [
      ...numbers.map(({ column, ranks, spread }) => meaningOf(column, 'number', { unit: ranks === null ? spread : 1 })),
      ...numbers.flatMap(({ column, steps }) =>
        steps.slice(1).map((_, i) => meaningOf(column, 'number', { word: `above ${steps[i]}` })),
      ),
      ...withMissing.map((index) => meaningOf(columns[index] ?? '', 'missing')),
    ],
    encode(frame, matrix, width, at) {
      const given = numbers.map((number) => ({ number, values: valuesOf(frame, number.column) }));
      // Some rows at a time, so that the cells of a row are still in the cache when the next column is written.
      for (let from = 0; from < frame.rows; from += ROWS_AT_ONCE) {
        const to = Math.min(frame.rows, from + ROWS_AT_ONCE);
        for (const [index, { number, values }] of given.entries())
          if (number.ranks === null) scaleInto({ matrix, width, at: at + index }, number, values, from, to);
          else
            for (let row = from; row < to; row++)
              matrix[row * width + at + index] = ranked(number.ranks, Math.fround(values[row] ?? Number.NaN));
      }
      at += numbers.length;
      for (const { column, steps } of numbers) {
        const values = valuesOf(frame, column);
        for (let step = 0; step + 1 < steps.length; step++) {
          for (let row = 0; row < frame.rows; row++)
            matrix[row * width + at] = risen(steps, step, Math.fround(values[row] ?? Number.NaN));
          at += 1;
        }
      }
      for (const index of withMissing) {
        const values = valuesOf(frame, columns[index] ?? '');
        for (let row = 0; row < frame.rows; row++) matrix[row * width + at] = Number(Number.isNaN(values[row]));
        at += 1;
      }
    },
    nodes: (graph) => numberNodes(graph, numbers, withMissing),
  };
}

function valuesOf(frame: Frame, name: string): Float64Array {
  const column = frameColumn(frame, name);
  if (column.kind !== 'number') throw new RangeError(`Column "${name}" holds text where numbers were trained on.`);
  return column.values;
}

/** How far a value has risen between knots `step` and `step + 1`, 0 to 1; a missing one stands below every step. */
function risen(knots: readonly number[], step: number, value: number): number {
  const low = knots[step] ?? 0;
  const rise = Math.fround((knots[step + 1] ?? 0) - low);
  return value > low ? Math.min(Math.fround(Math.fround(value - low) / rise), 1) : 0;
}

/** (value - centre) / spread of some rows, within the limits; missing is 0. */
function scaleInto(
  { matrix, width, at }: { readonly matrix: Float32Array; readonly width: number; readonly at: number },
  { centre, spread }: NumberScale,
  values: Float64Array,
  from: number,
  to: number,
): void {
  for (let row = from, cell = from * width + at; row < to; row++, cell += width) {
    const scaled = Math.fround(Math.fround(Math.fround(values[row] ?? Number.NaN) - centre) / spread);
    matrix[cell] = scaled <= LIMIT ? (scaled >= -LIMIT ? scaled : -LIMIT) : scaled > LIMIT ? LIMIT : 0;
  }
}

function ranked(ranks: readonly number[], value: number): number {
  if (Number.isNaN(value)) return 0;
  let sum = 0;
  for (let step = 0; step + 1 < ranks.length; step++) sum = Math.fround(sum + risen(ranks, step, value));
  return Math.fround(Math.fround(Math.fround(sum / (ranks.length - 1)) - 0.5) * UNIFORM_SPREAD);
}

function numberNodes(graph: GraphBuilder, numbers: readonly ScaledNumber[], withMissing: readonly number[]): string {
  const parts: string[] = [];
  const raw = joined(
    graph,
    numbers.map(({ column }) => column),
  );
  const centres = graph.floats(numbers.map(({ centre }) => centre));
  const isMissing = graph.add('IsNaN', [raw]);
  const byScale = graph.add('Clip', [
    graph.add('Div', [
      graph.add('Sub', [graph.add('Where', [isMissing, centres, raw]), centres]),
      graph.floats(numbers.map(({ spread }) => spread)),
    ]),
    graph.float(-LIMIT),
    graph.float(LIMIT),
  ]);
  if (numbers.every(({ ranks }) => ranks === null)) parts.push(byScale);
  else
    for (const [index, { column, ranks }] of numbers.entries())
      parts.push(
        ranks === null
          ? graph.add('Gather', [byScale, graph.integers([index])], { axis: 1 })
          : rankNodes(graph, column, ranks),
      );
  for (const { column, steps } of numbers) if (steps.length > 0) parts.push(stepNodes(graph, column, steps));
  if (withMissing.length > 0)
    parts.push(
      graph.add('Gather', [graph.add('Cast', [isMissing], { to: 1 }), graph.integers(withMissing)], { axis: 1 }),
    );
  return joined(graph, parts);
}

/** The cells between neighbouring knots, [N, knots - 1]. */
function stepNodes(graph: GraphBuilder, column: string, knots: readonly number[]): string {
  const lows = knots.slice(0, -1);
  const value = graph.add('Where', [graph.add('IsNaN', [column]), graph.float(knots[0] ?? 0), column]);
  const risen = graph.add('Div', [
    graph.add('Sub', [value, graph.floats(lows)]),
    graph.floats(knots.slice(1).map((high, step) => high - (lows[step] ?? 0))),
  ]);
  return graph.add('Clip', [risen, graph.float(0), graph.float(1)]);
}

/** A number's rank among training rows, brought to mean 0 and deviation 1; missing is 0. */
function rankNodes(graph: GraphBuilder, column: string, ranks: readonly number[]): string {
  const parts = ranks.length - 1;
  const mean = graph.add('MatMul', [
    stepNodes(graph, column, ranks),
    graph.floats(new Float32Array(parts).fill(1 / parts), [parts, 1]),
  ]);
  const rank = graph.add('Mul', [graph.add('Sub', [mean, graph.float(0.5)]), graph.float(UNIFORM_SPREAD)]);
  return graph.add('Where', [graph.add('IsNaN', [column]), graph.float(0), rank]);
}

const joined = (graph: GraphBuilder, parts: readonly string[]): string =>
  parts.length === 1 ? (parts[0] ?? '') : graph.add('Concat', parts, { axis: 1 });
