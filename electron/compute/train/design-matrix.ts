import { type Frame, frameColumn } from '../frame/frame.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { stepKnots } from './number-steps.ts';

/** How raw columns become the numbers a network takes; learnt from training rows only. */
export interface DesignEncoding {
  readonly numbers: readonly {
    readonly column: string;
    readonly mean: number;
    readonly deviation: number;
    readonly hasMissing: boolean;
    /** Bounds of cells that each rise from 0 to 1 between two neighbours; empty for none. */
    readonly knots: readonly number[];
  }[];
  readonly categories: readonly CategoryEncoding[];
  /** Columns of the matrix. */
  readonly width: number;
}

/** Words with a column of their own; then one for all other words seen in training, one for missing, where there were any. */
export interface CategoryEncoding {
  readonly column: string;
  readonly words: readonly string[];
  readonly hasOther: boolean;
  readonly hasMissing: boolean;
}

/** More words than this share the column for other words. */
const MOST_WORDS = 254;
/** Standardised numbers end here, so that one wild value cannot outshout a row. */
const LIMIT = 20;

const categoryWidth = ({ words, hasOther, hasMissing }: CategoryEncoding): number =>
  words.length + Number(hasOther) + Number(hasMissing);

const stepsOf = ({ knots }: { readonly knots: readonly number[] }): number => Math.max(0, knots.length - 1);

/**
 * Learns means, deviations and words, and for up to `steps` steps a number the knots between them. A constant column gets
 * deviation 1; infinite values, and those that no float can hold, do not count.
 */
export function learnEncoding(frame: Frame, columns: readonly string[], steps = 0): DesignEncoding {
  const numbers: DesignEncoding['numbers'][number][] = [];
  const categories: CategoryEncoding[] = [];
  for (const name of columns) {
    const column = frameColumn(frame, name);
    if (column.kind === 'number') {
      numbers.push({ column: name, ...numberScale(column.values), knots: stepKnots(column.values, steps) });
      continue;
    }
    const counts = new Float64Array(column.dictionary.length);
    let missing = 0;
    for (const code of column.codes) {
      if (code < 0 || column.dictionary[code] === '') missing += 1;
      else counts[code] = (counts[code] ?? 0) + 1;
    }
    const present = column.dictionary
      .map((word, code) => ({ word, count: counts[code] ?? 0 }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
    categories.push({
      column: name,
      words: present.slice(0, MOST_WORDS).map(({ word }) => word),
      hasOther: present.length > MOST_WORDS,
      hasMissing: missing > 0,
    });
  }
  const width =
    numbers.length +
    numbers.reduce((sum, number) => sum + stepsOf(number), 0) +
    numbers.filter(({ hasMissing }) => hasMissing).length +
    categories.reduce((sum, category) => sum + categoryWidth(category), 0);
  return { numbers, categories, width };
}

function numberScale(values: Float64Array): { mean: number; deviation: number; hasMissing: boolean } {
  let [sum, count] = [0, 0];
  for (const exact of values) {
    const value = Math.fround(exact);
    if (!Number.isFinite(value)) continue;
    sum += value;
    count += 1;
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (const exact of values) {
    const value = Math.fround(exact);
    if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  const deviation = Math.fround(count === 0 ? 1 : Math.sqrt(squares / count));
  return {
    mean: Math.fround(mean),
    deviation: deviation > 0 ? deviation : 1,
    hasMissing: values.some(Number.isNaN),
  };
}

/** The matrix of a frame, row after row: [rows * width]. The exported graph makes the same numbers. */
export function encodeFrame(frame: Frame, encoding: DesignEncoding): Float32Array {
  const { width } = encoding;
  const matrix = new Float32Array(frame.rows * width);
  let at = 0;
  for (const { column, mean, deviation } of encoding.numbers) {
    const values = frameColumn(frame, column);
    if (values.kind !== 'number') throw new RangeError(`Column "${column}" holds text where numbers were trained on.`);
    for (let row = 0; row < frame.rows; row++) {
      const value = Math.fround(values.values[row] ?? Number.NaN);
      const scaled = Number.isNaN(value) ? 0 : Math.fround(Math.fround(value - mean) / deviation);
      matrix[row * width + at] = Math.min(Math.max(scaled, -LIMIT), LIMIT);
    }
    at += 1;
  }
  for (const { column, knots } of encoding.numbers) {
    const values = frameColumn(frame, column);
    for (let step = 0; step + 1 < knots.length; step++) {
      const low = knots[step] ?? 0;
      const rise = Math.fround((knots[step + 1] ?? 0) - low);
      for (let row = 0; row < frame.rows; row++) {
        const value = values.kind === 'number' ? Math.fround(values.values[row] ?? Number.NaN) : Number.NaN;
        if (value > low) matrix[row * width + at] = Math.min(Math.fround(Math.fround(value - low) / rise), 1);
      }
      at += 1;
    }
  }
  for (const { column, hasMissing } of encoding.numbers) {
    if (!hasMissing) continue;
    const values = frameColumn(frame, column);
    for (let row = 0; row < frame.rows; row++)
      if (values.kind === 'number' && Number.isNaN(values.values[row] ?? Number.NaN)) matrix[row * width + at] = 1;
    at += 1;
  }
  for (const category of encoding.categories) {
    const values = frameColumn(frame, category.column);
    if (values.kind !== 'text')
      throw new RangeError(`Column "${category.column}" holds numbers where text was trained on.`);
    const cellOf = cells(category);
    const codes = values.dictionary.map(cellOf);
    for (let row = 0; row < frame.rows; row++) {
      const code = values.codes[row] ?? -1;
      const cell = code < 0 ? cellOf('') : (codes[code] ?? -1);
      if (cell >= 0) matrix[row * width + at + cell] = 1;
    }
    at += categoryWidth(category);
  }
  return matrix;
}

/** The cell of a word within its category; -1 for none: such a word is all zeros. */
function cells({ words, hasOther, hasMissing }: CategoryEncoding): (word: string) => number {
  const index = new Map(words.map((word, cell) => [word, cell]));
  const other = hasOther ? words.length : -1;
  const missing = hasMissing ? words.length + Number(hasOther) : -1;
  return (word) => (word === '' ? missing : (index.get(word) ?? other));
}

/** Adds the nodes that make the matrix from raw columns; answers its name, [N, width]. */
export function encodingNodes(graph: GraphBuilder, encoding: DesignEncoding): string {
  const parts: string[] = [];
  const { numbers, categories } = encoding;
  if (numbers.length > 0) {
    const raw =
      numbers.length === 1
        ? (numbers[0]?.column ?? '')
        : graph.add(
            'Concat',
            numbers.map(({ column }) => column),
            { axis: 1 },
          );
    const means = graph.floats(numbers.map(({ mean }) => mean));
    const isMissing = graph.add('IsNaN', [raw]);
    const filled = graph.add('Where', [isMissing, means, raw]);
    const scaled = graph.add('Div', [
      graph.add('Sub', [filled, means]),
      graph.floats(numbers.map(({ deviation }) => deviation)),
    ]);
    parts.push(graph.add('Clip', [scaled, graph.float(-LIMIT), graph.float(LIMIT)]));
    for (const { column, knots } of numbers) {
      if (knots.length === 0) continue;
      const lows = knots.slice(0, -1);
      // A missing number stands below every step.
      const value = graph.add('Where', [graph.add('IsNaN', [column]), graph.float(knots[0] ?? 0), column]);
      const risen = graph.add('Div', [
        graph.add('Sub', [value, graph.floats(lows)]),
        graph.floats(knots.slice(1).map((high, step) => high - (lows[step] ?? 0))),
      ]);
      parts.push(graph.add('Clip', [risen, graph.float(0), graph.float(1)]));
    }
    const withMissing = numbers.flatMap(({ hasMissing }, index) => (hasMissing ? [index] : []));
    if (withMissing.length > 0)
      parts.push(
        graph.add('Gather', [graph.add('Cast', [isMissing], { to: 1 }), graph.integers(withMissing)], { axis: 1 }),
      );
  }
  for (const category of categories) {
    const width = categoryWidth(category);
    if (width === 0) continue;
    const cellOf = cells(category);
    // An index past the end makes a row of zeros.
    const index = (word: string): number => (cellOf(word) < 0 ? width : cellOf(word));
    const words = [...category.words, ''];
    const code = graph.add(
      'LabelEncoder',
      [category.column],
      {
        keys_strings: words,
        values_int64s: words.map(index),
        default_int64: category.hasOther ? category.words.length : width,
      },
      { domain: 'ai.onnx.ml' },
    );
    const hot = graph.add('OneHot', [code, graph.integers([width], []), graph.floats([0, 1])], { axis: -1 });
    parts.push(graph.add('Squeeze', [hot, graph.integers([1])]));
  }
  return parts.length === 1 ? (parts[0] ?? '') : graph.add('Concat', parts, { axis: 1 });
}
