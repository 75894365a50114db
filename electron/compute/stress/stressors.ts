import { type FrameColumn, takeCells } from '../frame/frame.ts';
import { sampleVariance } from '../stats/sorted-sample.ts';
import { shuffledRows } from '../train/row-order.ts';
import { seededRandom, standardNormal } from '../train/seeded-random.ts';
import type { Stressor } from './stressor.ts';

/** A word that no model has seen. */
const UNKNOWN_WORD = '\u0001a word never seen';

/** Cells of a share of the rows, drawn at random, replaced; the column's own cells elsewhere. */
function replaced(column: FrameColumn, share: number, random: () => number, word: string | null): FrameColumn {
  if (column.kind === 'number')
    return { kind: 'number', values: column.values.map((value) => (random() < share ? Number.NaN : value)) };
  const dictionary = word === null ? column.dictionary : [...column.dictionary, word];
  const code = word === null ? -1 : column.dictionary.length;
  return { kind: 'text', dictionary, codes: column.codes.map((one) => (random() < share ? code : one)) };
}

/** Standard deviation of the cells that are there; 0 for fewer than two, or where they are all the same. */
function deviationOf(values: Float64Array): number {
  const finite = values.filter(Number.isFinite);
  return finite.length < 2 ? 0 : Math.sqrt(sampleVariance(finite));
}

const isNumeric = (column: FrameColumn): boolean => column.kind === 'number' && deviationOf(column.values) > 0;

const hasSeveralValues = (column: FrameColumn): boolean =>
  column.kind === 'number' ? deviationOf(column.values) > 0 : new Set(column.codes).size > 1;

/** Every kind of stress. A new one is a record here. */
export const STRESSORS: readonly Stressor[] = [
  {
    name: 'missing',
    levels: [0.1, 0.3, 1],
    fits: () => true,
    apply: (column, share, random) => replaced(column, share, random, null),
  },
  {
    name: 'noise',
    levels: [0.1, 0.3, 1],
    fits: isNumeric,
    apply(column, level, random) {
      if (column.kind === 'text') return column;
      const deviation = deviationOf(column.values) * level;
      return { kind: 'number', values: column.values.map((value) => value + deviation * standardNormal(random)) };
    },
  },
  {
    name: 'shuffled',
    levels: [1],
    fits: hasSeveralValues,
    apply(column, _, random) {
      const order = new Int32Array(column.kind === 'number' ? column.values.length : column.codes.length);
      shuffledRows(order, random);
      return takeCells(column, order);
    },
  },
  {
    name: 'unknownWord',
    levels: [0.1, 0.3, 1],
    fits: (column) => column.kind === 'text',
    apply: (column, share, random) => replaced(column, share, random, UNKNOWN_WORD),
  },
  {
    name: 'unit',
    levels: [10],
    fits: isNumeric,
    apply: (column, factor) =>
      column.kind === 'number' ? { kind: 'number', values: column.values.map((value) => value * factor) } : column,
  },
];

/** Random numbers of one case, whatever other cases were tried. */
export const randomOf = (seed: number, place: number): (() => number) => seededRandom(seed * 1_000_003 + place);
