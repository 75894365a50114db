import type { ColumnType } from '../../../../shared/contract/datasets.ts';
import { frameColumn } from '../../frame/frame.ts';
import { DOUBLE, FLOAT, type GraphBuilder, INT64 } from '../../onnx/graph-builder.ts';
import { type DesignBlock, meaningOf } from './design-block.ts';

const DAY_MS = 86_400_000;
/** Mean days of a year of the Gregorian calendar. */
const YEAR_DAYS = 365.2425;
/**
 * A moment comes as a float, whose neighbours lie two minutes apart in these years: midnight may come as a minute before.
 * This much is added before the day is told.
 */
const HALF_STEP_MS = 65_536;
/** 1 January 1970 was a Thursday: days since then plus 3 count from Monday. */
const THURSDAY = 3;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const HOUR = ['hour, sine', 'hour, cosine'];
const SEASON = ['season, sine', 'season, cosine'];

type Moment = 'date' | 'timestamp' | 'time';

export const isMoment = (type: ColumnType): type is Moment =>
  type === 'date' || type === 'timestamp' || type === 'time';

/**
 * Parts of a date or time in UTC that come again: the hour as a place on a circle (sine, cosine), the day of the week, the
 * time of year as a place on a circle. Not the moment itself: what was learnt of one does not hold for the next. Missing
 * is all zeros, with a flag of its own where training rows had gaps. Values are milliseconds: since 1970, or of the day.
 */
export function learnDateParts(column: string, type: Moment, values: Float64Array): DesignBlock {
  const hasHour = type !== 'date';
  const hasDay = type !== 'time';
  const hasMissing = values.some(Number.isNaN);
  return {
    inputs: [{ column, type: 'float' }],
    labels: [
      ...(hasHour ? HOUR : []).map((part) => `${column}: ${part}`),
      ...(hasDay ? [...WEEKDAYS, ...SEASON] : []).map((part) => `${column}: ${part}`),
      ...(hasMissing ? [`${column} is missing`] : []),
    ],
    meanings: [
      ...(hasHour ? HOUR : []).map((word) => meaningOf(column, 'datePart', { word })),
      ...(hasDay ? [...WEEKDAYS, ...SEASON] : []).map((word) =>
        meaningOf(column, 'datePart', { word, isFirstLevel: word === WEEKDAYS[0] }),
      ),
      ...(hasMissing ? [meaningOf(column, 'missing')] : []),
    ],
    encode(frame, matrix, width, at) {
      const given = frameColumn(frame, column);
      if (given.kind !== 'number') throw new RangeError(`Column "${column}" holds text where times were trained on.`);
      for (let row = 0; row < frame.rows; row++) {
        const value = Math.fround(given.values[row] ?? Number.NaN);
        let cell = row * width + at;
        const isKnown = Number.isFinite(value);
        const day = (value + HALF_STEP_MS) / DAY_MS;
        if (hasHour) {
          if (isKnown) circle(matrix, cell, day);
          cell += 2;
        }
        if (hasDay) {
          if (isKnown) {
            const weekday = Math.floor(day) + THURSDAY;
            matrix[cell + (weekday - 7 * Math.floor(weekday / 7))] = 1;
            circle(matrix, cell + 7, Math.floor(day) / YEAR_DAYS);
          }
          cell += 9;
        }
        if (hasMissing) matrix[cell] = Number(Number.isNaN(value));
      }
    },
    nodes: (graph) => dateNodes(graph, column, { hasHour, hasDay, hasMissing }),
  };
}

/** Sine and cosine of the fraction of `turns`. */
function circle(matrix: Float32Array, at: number, turns: number): void {
  const angle = Math.fround(Math.fround(turns - Math.floor(turns)) * Math.fround(2 * Math.PI));
  matrix[at] = Math.sin(angle);
  matrix[at + 1] = Math.cos(angle);
}

interface Parts {
  readonly hasHour: boolean;
  readonly hasDay: boolean;
  readonly hasMissing: boolean;
}

function dateNodes(graph: GraphBuilder, column: string, { hasHour, hasDay, hasMissing }: Parts): string {
  // Subtracting a number from itself gives 0 for a finite one alone, NaN for all others.
  const isUnknown = graph.add('IsNaN', [graph.add('Sub', [column, column])]);
  const known = graph.add('Cast', [graph.add('Not', [isUnknown])], { to: FLOAT });
  const filled = graph.add('Cast', [graph.add('Where', [isUnknown, graph.float(0), column])], { to: DOUBLE });
  const day = graph.add('Div', [graph.add('Add', [filled, graph.double(HALF_STEP_MS)]), graph.double(DAY_MS)]);
  const whole = graph.add('Floor', [day]);
  const turn = (turns: string): string[] => {
    const fraction = graph.add('Cast', [graph.add('Sub', [turns, graph.add('Floor', [turns])])], { to: FLOAT });
    const angle = graph.add('Mul', [fraction, graph.float(2 * Math.PI)]);
    return [graph.add('Sin', [angle]), graph.add('Cos', [angle])];
  };
  const parts: string[] = [];
  if (hasHour) parts.push(...turn(day));
  if (hasDay) {
    const weeks = graph.add('Div', [graph.add('Add', [whole, graph.double(THURSDAY)]), graph.double(7)]);
    const sevenths = graph.add('Sub', [
      graph.add('Add', [whole, graph.double(THURSDAY)]),
      graph.add('Mul', [graph.add('Floor', [weeks]), graph.double(7)]),
    ]);
    const hot = graph.add(
      'OneHot',
      [graph.add('Cast', [sevenths], { to: INT64 }), graph.integers([7], []), graph.floats([0, 1])],
      { axis: -1 },
    );
    parts.push(graph.add('Squeeze', [hot, graph.integers([1])]));
    parts.push(...turn(graph.add('Div', [whole, graph.double(YEAR_DAYS)])));
  }
  const all = graph.add('Mul', [graph.add('Concat', parts, { axis: 1 }), known]);
  if (!hasMissing) return all;
  return graph.add('Concat', [all, graph.add('Cast', [graph.add('IsNaN', [column])], { to: FLOAT })], { axis: 1 });
}
